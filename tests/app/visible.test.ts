import { expect, it } from 'vitest';
import { unwrap, type VisibleFilter } from '../../src/index.ts';
import { describeEngines, ENGINES, type Engine, type EngineName } from '../stores/engines.ts';
import { seeded } from '../stores/seeded.ts';
import { createWorld, STAFF, type World } from './world.ts';

const LONG = process.env.LONG === '1';
const CASES: Readonly<Record<EngineName, number>> = LONG
  ? { sqlite: 100_000, pglite: 10_000, postgresql: 10_000, mariadb: 10_000 }
  : { sqlite: 1_000, pglite: 400, postgresql: 400, mariadb: 400 };
const DIALECTS = { sqlite: 'sqlite', pglite: 'postgres', postgresql: 'postgres', mariadb: 'mysql' } as const;
/** Columns that take ids which are not the same for the same, where the engine has such collations. */
const COLUMNS = {
  sqlite: 'TEXT COLLATE NOCASE',
  pglite: 'TEXT',
  postgresql: 'TEXT',
  mariadb: 'VARCHAR(256) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci',
} as const;

/** Ids that hosts have, and that are only nearly the same. */
const FORMS: readonly ((at: number) => string)[] = [
  (at) => `c-${at}`,
  (at) => `C-${at}`,
  (at) => `c-${at} `,
  (at) => `ç-${at}`,
  (at) => `c'${at}"`,
  (at) => `c\\${at}`,
  (at) => `c%${at}`,
  (at) => `客户-${at}`,
  (at) => `😀-${at}`,
  (at) => `c\n${at}`,
  (at) => `c-${at}\0`,
  (at) => `${at}`.padEnd(256, 'x'),
];
const CUSTOMERS = 36;
const PEOPLE = [...STAFF.map(({ id }) => id), 'ada'];

/** What the host's table cannot hold is no row of it. */
const holds = ({ name }: Engine, id: string): boolean => DIALECTS[name] !== 'postgres' || !id.includes('\0');

/** A company in which customers are owned, asked for, moved, given back, deleted, shared for a while; and people change. */
async function randomCompany(random: () => number): Promise<{ world: World; ids: readonly string[] }> {
  const world = await createWorld({
    create: { policy: { guard: { deletes: { mode: 'observe' }, ownerChanges: { mode: 'observe' } } } },
  });
  const ada = world.as('ada');
  const pick = <const Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)] as Item;
  const ids: string[] = [];
  for (let at = 0; at < CUSTOMERS; at += 1) {
    const id = FORMS[at % FORMS.length]?.(Math.floor(at / FORMS.length)) as string;
    ids.push(id);
    const owner = pick(['dana', 'eve', 'finn', 'boss', 'lead']);
    const fate = pick(['stays', 'stays', 'stays', 'waits', 'moves', 'released', 'deleted']);
    if (fate === 'waits') {
      await world.register(id, owner);
      continue;
    }
    await world.own(id, owner);
    const helper = pick(['loner', 'hr', 'dana', 'eve', 'finn'].filter((one) => one !== owner));
    const untilOn = pick([null, '2026-03-10', '2026-12-31']);
    if (random() < 0.6)
      unwrap(
        await world.as(owner).ownership.share(id, { with: helper, access: pick(['read', 'write']), untilOn }),
      );
    if (fate === 'deleted') unwrap(await ada.customers.delete([id], { reason: 'double' }));
    if (fate === 'released') unwrap(await ada.ownership.release(id, { reason: 'too many' }));
    const other = pick(['dana', 'eve', 'finn'].filter((one) => one !== owner));
    if (fate === 'moves') unwrap(await ada.ownership.transfer(id, { to: other, reason: 'workload' }));
  }
  if (random() < 0.4) unwrap(await ada.people.update('finn', { managerId: 'boss' }));
  if (random() < 0.4)
    unwrap(await ada.people.delegate('dana', { to: 'loner', untilOn: pick(['2026-03-10', '2026-12-31']) }));
  if (random() < 0.4) unwrap(await ada.people.delegate('lead', { to: 'hr', untilOn: '2026-12-31' }));
  if (random() < 0.3)
    unwrap(await ada.people.giveNotice('eve', { lastDayOn: '2026-04-30', kind: 'resignation' }));
  if (random() < 0.3) unwrap(await ada.people.depart(pick(['finn', 'lead', 'boss'])));
  // Shares and delegations of the first days are over by now.
  world.clock.set('2026-03-20T08:00:00.000Z');
  return { world, ids };
}

/** Whether somebody works with a customer, as a single look at it says. */
async function worksWith(world: World, person: string, id: string): Promise<boolean> {
  const view = await world.as(person).customers.get(id);
  return view.ok && view.value.relation !== 'other' && view.value.state === 'live';
}

await describeEngines('the visible filter as SQL', ENGINES, (engine) => {
  const dialect = DIALECTS[engine.name];
  const table = engine.schema === undefined ? 'crm' : `${engine.schema}.crm`;

  async function found(filter: VisibleFilter): Promise<ReadonlySet<string>> {
    const { sql, parameters } = filter.sql('crm.customer_id', dialect);
    const rows = await engine.query(`SELECT customer_id AS id FROM ${table} AS crm WHERE ${sql}`, parameters);
    return new Set(rows.map(({ id }) => String(id)));
  }

  it(`says of ${CASES[engine.name].toLocaleString('en')} customers and people what single looks say`, async () => {
    await engine.query(`CREATE TABLE ${table} (customer_id ${COLUMNS[engine.name]})`);
    const random = seeded(7);
    const met = { shown: 0, hidden: 0, everything: 0 };
    let cases = 0;
    while (cases < CASES[engine.name]) {
      const { world, ids } = await randomCompany(random);
      const rows = ids.filter((id) => holds(engine, id));
      await engine.query(`DELETE FROM ${table}`);
      const places = rows.map((_, at) => (dialect === 'postgres' ? `($${at + 1})` : '(?)'));
      await engine.query(`INSERT INTO ${table} VALUES ${places.join(', ')}`, rows);
      for (const person of PEOPLE) {
        const answer = await world.as(person).guard.visible();
        // Who is gone is told nothing at all.
        if (!answer.ok) continue;
        const shown = await found(answer.value);
        for (const id of rows) {
          const works = answer.value.everything || (await worksWith(world, person, id));
          expect([cases, person, id, shown.has(id)]).toEqual([cases, person, id, works]);
          met[answer.value.everything ? 'everything' : works ? 'shown' : 'hidden'] += 1;
          cases += 1;
        }
      }
    }
    for (const times of Object.values(met)) expect(times).toBeGreaterThan(cases / 50);
    console.log(
      `${cases.toLocaleString('en')} customers and people, by single looks and by the filter on ${engine.name}: none different;`,
      Object.entries(met)
        .map(([what, times]) => `${what} ${((100 * times) / cases).toFixed(1)} %`)
        .join(', '),
    );
  }, 3_600_000);
});

it('a column that is no column never comes into the SQL', async () => {
  const world = await createWorld();
  await world.own('c-0', 'dana');
  const filter = unwrap(await world.as('dana').guard.visible());
  expect(filter.sql('1=1; DROP TABLE x')).toEqual({ sql: '1 = 0', parameters: [] });
  expect(filter.sql('id', 'postgres').sql).toContain('jsonb_array_elements_text');
});
