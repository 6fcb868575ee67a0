import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import type { Store } from '../../src/ports/index.ts';
import { manyProcesses } from '../stores/under-test.ts';
import { type Planted, readThenWritten } from './read-then-written.ts';
import { type Rival, startRival } from './start-rival.ts';
import { createDisk, createWorld, expectWhole, HOUR, type World } from './world.ts';

const ROUNDS = process.env.LONG === '1' ? 10_000 : 8;
/** After so many the company is begun anew, so that its log does not grow for ever. */
const ROUNDS_A_COMPANY = 500;
const CALLS = 64;
const QUOTA = 4;
const OURS = Array.from({ length: 16 }, (_, at) => `c-${at}`);

/** Windows of an hour only, so that two hours later everything begins again. */
const guard = {
  deletes: { mode: 'enforce', block: { '1h': QUOTA + 1 } },
  ownerChanges: { mode: 'enforce', hold: { '1h': 1 } },
  exports: { mode: 'observe' },
} as const;

type Answer = { ok: boolean; value?: Record<string, unknown>; error?: { code: string } };
type Call = readonly [who: string, area: string, verb: string, ...input: unknown[]];
/** How often a commit came too late, and how often a counter was full, in this one of the processes. */
interface Lost {
  conflict: number;
  bound: number;
}

/** A company on one SQLite file in four processes: this one and three more. */
interface Company {
  readonly world: World;
  /** Makes 64 calls at once, sixteen in each process. */
  everywhere(call: (at: number) => Call): Promise<Answer[]>;
  /** Two hours later, everywhere. */
  later(): Promise<void>;
  /** Ends the four; `whole` unless a bug was planted. */
  end(): Promise<void>;
}

function counting(store: Store, lost: Lost): Store {
  return {
    ...store,
    async commit(tenant, batch) {
      const outcome = await store.commit(tenant, batch);
      if (outcome.status !== 'committed') lost[outcome.status] += 1;
      return outcome;
    },
  };
}

async function openCompany(lost: Lost, planted: Planted | null = null): Promise<Company> {
  const disk = createDisk();
  const world = await createWorld({
    store: counting(readThenWritten(disk.open(), planted), lost),
    keeper: { keys: await disk.keys() },
    create: { policy: { guard } },
    staff: ['chief', 'boss', 'dana', 'eve'],
  });
  for (const id of OURS) await world.own(id, 'dana');
  const rivals: Rival[] = await Promise.all([1, 2, 3].map(() => startRival(disk, planted)));
  return {
    world,
    everywhere: (call) =>
      Promise.all(
        Array.from({ length: CALLS }, (_, at) => {
          const [who, area, verb, ...input] = call(at);
          const rival = rivals[(at % 4) - 1];
          if (rival !== undefined) return rival.call(who, area, verb, ...input) as Promise<Answer>;
          const here = world.as(who) as unknown as Record<
            string,
            Record<string, (...of: unknown[]) => never>
          >;
          return here[area]?.[verb]?.(...input) as unknown as Promise<Answer>;
        }),
      ),
    async later() {
      world.clock.advance(2 * HOUR);
      await Promise.all(rivals.map((rival) => rival.call('', 'clock', 'set', world.clock.instant())));
    },
    async end() {
      for (const rival of rivals) await rival.end();
      if (planted === null) await expectWhole(world);
      await world.keeper.close();
      disk.clean();
    },
  };
}

/** A handover with one item, which nobody needs, ready to be signed. */
async function readyToSign({ world }: Company): Promise<{ id: string; digest: string }> {
  const notice = { lastDayOn: '2099-12-31', kind: 'resignation' } as const;
  const id = unwrap(await world.as('ada').people.giveNotice('eve', notice)).handover as string;
  for (const { result } of unwrap(await world.as('ada').handovers.report(id, [{ kind: 'asset', id: 'key' }]))
    .items)
    unwrap(result);
  const { items } = unwrap(await world.as('ada').handovers.get(id));
  unwrap(await world.as('boss').handovers.waive(id, items[0]?.id as string, { reason: 'kept' }));
  return { id, digest: unwrap(await world.as('ada').handovers.get(id)).signing.digest };
}

const codesOf = (answers: readonly Answer[]): ReadonlySet<string | undefined> =>
  new Set(answers.filter(({ ok }) => !ok).map((answer) => answer.error?.code ?? JSON.stringify(answer)));
const granted = (answers: readonly Answer[]): Answer[] => answers.filter(({ ok }) => ok);

const PARTIES = [
  ['supervisor', 'boss'],
  ['hr', 'ada'],
  ['finance', 'ben'],
] as const;

/** Of 64 requests to delete a customer each, as many are allowed as the threshold has room for. */
async function raceForQuota({ everywhere }: Company): Promise<void> {
  const asked = await everywhere((at) => [
    'dana',
    'guard',
    'request',
    { operation: 'delete', customers: [OURS[at % OURS.length]] },
  ]);
  const decisions = asked.map(({ value, error }) => value?.decision ?? error?.code);
  expect(decisions.filter((decision) => decision === 'allow')).toHaveLength(QUOTA);
  expect(decisions.filter((decision) => decision === 'block')).toHaveLength(CALLS - QUOTA);
}

/** One hold is decided once. */
async function raceForHold({ world, everywhere }: Company): Promise<void> {
  const held = await world.as('dana').ownership.release('c-0', { reason: 'too many' });
  const { hold } = (held as unknown as { error: { hold: string } }).error;
  const denied = await everywhere(() => ['boss', 'holds', 'deny', hold, { reason: 'no' }]);
  expect(granted(denied)).toHaveLength(1);
  expect(codesOf(denied)).toEqual(new Set(['hold-decided']));
}

/** One permit is used once. */
async function raceForPermit({ world, everywhere }: Company): Promise<void> {
  const permit = unwrap(await world.as('dana').guard.request({ operation: 'export', customers: OURS }));
  if (permit.decision !== 'allow') throw new Error(permit.decision);
  const completed = await everywhere(() => ['dana', 'guard', 'complete', permit.permit, { affected: 1 }]);
  expect(granted(completed)).toHaveLength(1);
  expect(codesOf(completed)).toEqual(new Set(['permit-used']));
}

/** The sign-offs of three parties: 21 or 22 calls want each, one gets it, and one of the three clears the handover. */
async function raceToSign(company: Company): Promise<void> {
  const { world, everywhere } = company;
  const { id, digest } = await readyToSign(company);
  const signed = await everywhere((at) => {
    const [party, who] = PARTIES[at % PARTIES.length] as (typeof PARTIES)[0];
    return [who, 'handovers', 'sign', id, { party, digest }];
  });
  for (const [at, [party]] of PARTIES.entries())
    expect(granted(signed.filter((_, place) => place % PARTIES.length === at)), party).toHaveLength(1);
  expect(signed.filter(({ value }) => value?.cleared === true)).toHaveLength(1);
  for (const code of codesOf(signed)) expect(['already-signed', 'handover-over']).toContain(code);
  unwrap(await world.as('ada').people.depart('eve'));
  unwrap(await world.as('ada').people.hire({ id: 'eve', name: 'Eve', managerId: 'boss' }));
}

const RACES = [raceForQuota, raceForHold, raceForPermit, raceToSign] as const;

describe.skipIf(!manyProcesses)('64 calls in four processes', () => {
  it('pass a quota, decide a hold, use a permit and sign a handover exactly as often as one after the other', async () => {
    const lost: Lost = { conflict: 0, bound: 0 };
    for (let round = 0; round < ROUNDS; ) {
      const company = await openCompany(lost);
      for (let of = 0; of < ROUNDS_A_COMPANY && round < ROUNDS; of += 1, round += 1) {
        await company.later();
        await (RACES[round % RACES.length] as (typeof RACES)[0])(company);
      }
      await company.end();
      if (ROUNDS > ROUNDS_A_COMPANY) console.log(`${round} rounds`);
    }
    // Nearly every call of most rounds meets another.
    expect(lost.conflict).toBeGreaterThan(ROUNDS);
    console.log(
      `${ROUNDS.toLocaleString('en')} rounds of 64 calls, in turn for a quota, a hold, a permit and the three signatures of a handover: exactly the cap each time, no other error;`,
      `one of the four processes lost ${lost.conflict.toLocaleString('en')} races, met ${lost.bound.toLocaleString('en')} full counters, and tried again`,
    );
  }, 14_400_000);

  it.each([
    ['counters', 'bounds', raceForQuota],
    ['versions', 'checks', raceForHold],
  ] as const)(
    'find a store that reads %s first and writes then',
    async (_, planted, race) => {
      const company = await openCompany({ conflict: 0, bound: 0 }, planted);
      await company.later();
      await expect(race(company)).rejects.toThrow(/to have a length of|deeply equal/);
      await company.end();
    },
    60_000,
  );
});
