import { unwrap } from '../../src/index.ts';
import { createWorld, openWorld, type World, type WorldOptions } from './world.ts';

const NOTICE = { lastDayOn: '2026-03-31', kind: 'resignation' } as const;
export const codeOf = (result: unknown): string | undefined =>
  (result as { error?: { code: string } }).error?.code;

const ROLES = {
  HR: ['people.manage', 'handovers.sign.hr'],
  Auditor: ['ledger.read'],
  Director: ['claims.decide', 'ownership.transfer'],
  Finance: ['handovers.sign.finance'],
} as const;

function withRoles(options: WorldOptions): WorldOptions {
  const roles = Object.fromEntries(Object.entries(ROLES).map(([role, rights]) => [role, [...rights]]));
  return { ...options, keeper: { ...options.keeper, roles } };
}

/** A keeper on such a company that is there already. */
export function openLeaving(options: WorldOptions): World {
  return openWorld(withRoles(options));
}

/** A company with somebody in finance, and heirs beside the leaver. */
export async function createLeaving(options: WorldOptions = {}): Promise<World> {
  const world = await createWorld(withRoles(options));
  unwrap(await world.as('ada').people.hire({ id: 'fin', name: 'Fiona', roles: ['Finance'] }));
  return world;
}

/** Gives notice; answers the handover. */
export async function leaves(world: World, who = 'dana', more = {}): Promise<string> {
  const { handover } = unwrap(await world.as('hr').people.giveNotice(who, { ...NOTICE, ...more }));
  return handover as string;
}

/** What a successor has to know of a customer; nothing unsettled if not said otherwise. */
export const known = (world: World, unsettled = 0) => ({
  lastFollowUpAt: world.clock.instant(),
  need: 'Two spare rollers before summer',
  unsettled: { amount: unsettled, currency: 'CNY' },
});

/** Takes items all the way to a receiver. */
export async function handOver(
  world: World,
  id: string,
  items: readonly string[],
  to = 'eve',
  by = 'boss',
): Promise<void> {
  for (const item of items)
    unwrap(await world.as(by).handovers.prepare(id, item, { fields: known(world), to }));
  for (const { result } of unwrap(await world.as(by).handovers.offer(id, items)).items) unwrap(result);
  for (const { result } of unwrap(await world.as(to).handovers.accept(id, items)).items) unwrap(result);
}

const SIGNERS = { supervisor: 'boss', hr: 'hr', finance: 'fin' } as const;

/** Signs for every party; answers whether the last one cleared the handover. */
export async function signAll(world: World, id: string): Promise<boolean> {
  const { signing } = unwrap(await world.as('hr').handovers.get(id));
  let cleared = false;
  for (const [party, who] of Object.entries(SIGNERS)) {
    const options = { party: party as keyof typeof SIGNERS, digest: signing.digest };
    cleared = unwrap(await world.as(who).handovers.sign(id, options)).cleared;
  }
  return cleared;
}
