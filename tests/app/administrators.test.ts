import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/index.ts';
import { createWorld, DAY, expectWhole, type World } from './world.ts';

const codeOf = (result: {
  readonly ok: boolean;
  readonly error?: { readonly code: string };
}): string | null => (result.ok ? null : (result.error?.code ?? null));

const promote = (world: World, admin: string, id = 'lead') =>
  world.as(admin).people.update(id, { administrator: true });

async function isAdministrator(world: World, id: string): Promise<boolean | null> {
  const got = await world.as('hr').people.get(id);
  return got.ok ? got.value.administrator : null;
}

async function appointments(world: World): Promise<readonly unknown[]> {
  const { items } = unwrap(await world.as('ben').ledger.entries({ limit: 500 }));
  return items.filter(({ type }) => type === 'administrator-appointed').map(({ data }) => [data.alone]);
}

describe('nobody who watches me chooses alone who agrees with them:', () => {
  it('an administrator is made by two, who make the very same call', async () => {
    const world = await createWorld();
    expect(unwrap(await promote(world, 'ada')).status).toBe('awaiting-second-person');
    expect(await isAdministrator(world, 'lead')).toBe(false);
    expect(codeOf(await promote(world, 'ada'))).toBe('second-person-required');
    expect(codeOf(await promote(world, 'hr'))).toBe('not-permitted');
    expect(codeOf(await promote(world, 'lead'))).toBe('not-permitted');
    expect(unwrap(await promote(world, 'ben')).status).toBe('changed');
    expect(await isAdministrator(world, 'lead')).toBe(true);
    expect(await appointments(world)).toEqual([[false]]);
    await expectWhole(world);
  });

  it('an administrator is hired by two; the first call hires nobody', async () => {
    const world = await createWorld();
    const cleo = { id: 'cleo', name: 'Cleo', administrator: true };
    expect(unwrap(await world.as('ada').people.hire(cleo)).status).toBe('awaiting-second-person');
    expect(await isAdministrator(world, 'cleo')).toBe(null);
    // Another call is another request.
    expect(unwrap(await world.as('ben').people.hire({ ...cleo, name: 'Cleopatra' })).status).toBe(
      'awaiting-second-person',
    );
    expect(unwrap(await world.as('ada').people.hire({ ...cleo, name: 'Cleopatra' })).status).toBe('changed');
    expect(await isAdministrator(world, 'cleo')).toBe(true);
    await expectWhole(world);
    await world.keeper.rebuild(world.tenant);
    await expectWhole(world);
  });

  it('a consent serves once, and no longer than a week', async () => {
    const world = await createWorld();
    for (const admin of ['ada', 'ben']) unwrap(await promote(world, admin));
    unwrap(await world.as('ada').people.update('lead', { administrator: false }));
    expect(unwrap(await promote(world, 'ben')).status).toBe('awaiting-second-person');
    world.clock.advance(8 * DAY);
    expect(unwrap(await promote(world, 'ada')).status).toBe('awaiting-second-person');
    expect(await isAdministrator(world, 'lead')).toBe(false);
  });

  it('who is no administrator any more is no first person either', async () => {
    const world = await createWorld();
    for (const admin of ['ada', 'ben']) unwrap(await promote(world, admin));
    unwrap(await promote(world, 'lead', 'chief'));
    unwrap(await world.as('ben').people.update('lead', { administrator: false, roles: ['HR'] }));
    expect(unwrap(await promote(world, 'ada', 'chief')).status).toBe('awaiting-second-person');
    unwrap(await promote(world, 'ben', 'chief'));
    expect(await isAdministrator(world, 'chief')).toBe(true);
  });

  it('where there is only one, that one decides alone, and the entry says so', async () => {
    const world = await createWorld();
    unwrap(await world.as('hr').people.depart('ada'));
    expect(unwrap(await promote(world, 'ben')).status).toBe('changed');
    expect(await appointments(world)).toEqual([[true]]);
    await expectWhole(world);
  });

  it('what makes nobody an administrator waits for nobody', async () => {
    const world = await createWorld();
    expect(
      unwrap(await world.as('ada').people.update('ben', { administrator: true, team: 'x' })).status,
    ).toBe('changed');
    expect(unwrap(await world.as('ada').people.update('lead', { team: 'y' })).status).toBe('changed');
    expect(await appointments(world)).toEqual([]);
  });
});
