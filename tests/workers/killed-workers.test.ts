import { afterEach, describe, expect, it } from 'vitest';
import { createSqliteDisk, DAY } from '../app/world.ts';
import { startEngine, whyMissing } from '../stores/engines.ts';
import { seeded } from '../stores/seeded.ts';
import { BEGIN, type Companies, createCompanies, logIn, sealedLeaves } from './company.ts';
import {
  type Crew,
  createCrew,
  eventually,
  type Fate,
  linesIn,
  PLACES,
  takeoversIn,
  type WorkerLine,
} from './workers.ts';

const LONG = process.env.LONG !== undefined;
const SEED = Number(process.env.SEED ?? 20261126);
/** Rounds, customers of each company, and how often each place ends a worker in a round. */
const [ROUNDS, CUSTOMERS, TIMES] = LONG ? [12, 60, 3] : [2, 12, 1];
const TENANTS = ['acme', 'bolt', 'crown'];
const SPEED = 10;
const CREW = 3;

/** Where the companies are kept, and what workers open them by. */
interface Ground {
  readonly companies: Companies;
  readonly store: Parameters<typeof sealedLeaves>[0];
  readonly orders: { readonly address: string; readonly keys: string; readonly log: string };
}

let cleaning: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const clean of cleaning.reverse()) await clean();
  cleaning = [];
});

async function groundOn(name: 'sqlite' | 'postgresql'): Promise<Ground> {
  const disk = createSqliteDisk();
  cleaning.push(() => disk.clean());
  const keys = await disk.keys();
  const orders = { keys: `${disk.folder}/keys`, log: logIn(disk.folder) };
  if (name === 'sqlite') {
    const store = disk.open();
    const companies = await createCompanies({ store, keys }, TENANTS, CUSTOMERS);
    cleaning.push(() => companies.close());
    return { companies, store, orders: { ...orders, address: disk.address as string } };
  }
  const engine = await startEngine(name);
  cleaning.push(() => engine.end());
  const store = engine.open();
  cleaning.push(() => store.end());
  const companies = await createCompanies({ store, keys }, TENANTS, CUSTOMERS);
  cleaning.push(() => companies.close());
  const address = JSON.stringify({ engine: name, schema: engine.schema, scope: '' });
  return { companies, store, orders: { ...orders, address } };
}

type Told = Extract<WorkerLine, { readonly is: 'event' }>;

const toldIn = (log: string): readonly Told[] =>
  linesIn(log).flatMap((line) => (line.is === 'event' ? line : []));

/** Why the work is not done yet: something without a position, or not told of, or fewer acts than were due. */
async function missing({ store, orders }: Ground, due: number): Promise<string | null> {
  const told = new Map(toldIn(orders.log).map((line) => [`${line.tenant} ${line.id}`, line]));
  const acts = [...told.values()].filter(isAct).length;
  if (acts < due) return `${due - acts} of ${due} acts`;
  for (const tenant of TENANTS) {
    const leaves = await sealedLeaves(store, tenant);
    if (leaves === null) return `positions of entries of ${tenant}`;
    const untold = leaves.filter(({ id }) => !told.has(`${tenant} ${id}`)).length;
    if (untold > 0) return `${untold} events of ${tenant}`;
  }
  return null;
}

const isAct = ({ type }: Told): boolean => /follow-up-(reminded|escalated)$/.test(type);

/** What was done, by what the sink heard; an event that came twice counts once. */
function actsIn(told: readonly Told[]): readonly string[] {
  const first = new Map(told.filter(isAct).map((line) => [`${line.tenant} ${line.id}`, line]));
  return [...first.values()].map(({ type, tenant, names }) => `${type} ${tenant} ${names[1]}`).sort();
}

/** Every entry of every ledger came, in its order for each whom it is about; answers how many came again. */
async function expectAllTold({ store }: Ground, told: readonly Told[]): Promise<number> {
  let again = 0;
  for (const tenant of TENANTS) {
    const ids = (await sealedLeaves(store, tenant))?.map(({ id }) => id) ?? [];
    const seen = new Set<string>();
    const latest = new Map<string, string>();
    for (const { id, sequence, names } of told.filter((line) => line.tenant === tenant)) {
      if (seen.has(id)) again += 1;
      else
        for (const name of names) {
          expect(sequence > (latest.get(name) ?? ''), `${tenant} ${id} came after a later one`).toBe(true);
          latest.set(name, sequence);
        }
      seen.add(id);
    }
    expect([...seen].sort()).toEqual([...ids].sort());
  }
  return again;
}

/** How a round's workers end. The first dies in the midst of a sweep, so that there is always something to take over. */
function fatesOf(round: number, random: () => number): readonly Fate[] {
  const places = LONG ? PLACES : PLACES.filter((_, at) => at % ROUNDS === round);
  const fates = Array.from({ length: TIMES }, () => places)
    .flat()
    .map((at): Fate => ({ after: 1 + Math.floor(random() * 5), at, signal: 'SIGKILL' }));
  return [{ after: 2, at: 'after-act', signal: 'SIGKILL' }, ...fates.sort(() => random() - 0.5)];
}

/** Keeps a crew at work until all is done, while one after the other meets its fate. */
async function workThrough(crew: Crew, fates: readonly Fate[], ground: Ground, due: number): Promise<void> {
  const left = [...fates];
  await eventually(() => {
    while (crew.running.size < CREW) crew.start(left.shift() ?? null);
    crew.check();
    return missing(ground, due);
  });
}

const engines = await Promise.all(
  (['sqlite', 'postgresql'] as const).map(async (name) => ({ name, reason: await whyMissing(name) })),
);

for (const { name, reason } of engines)
  describe.skipIf(reason !== null)(`workers on ${name}${reason === null ? '' : ` (${reason})`}`, () => {
    it('that are killed again and again act once on each due item, and tell of every entry in order', async () => {
      const ground = await groundOn(name);
      const { companies, orders } = ground;
      const random = seeded(SEED);
      const expected: string[] = [];
      let again = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const base = BEGIN + (round + 1) * 4 * DAY;
        expected.push(...companies.scan(base));
        const time = { bornAt: Date.now(), base, speed: SPEED };
        const crew = createCrew({ ...orders, nats: null, tenants: TENANTS, time }, `${name}-${round}`);
        cleaning.push(() => crew.end());
        await workThrough(crew, fatesOf(round, random), ground, expected.length);
        await crew.dismiss();
        expect(actsIn(toldIn(orders.log))).toEqual(expected.toSorted());
        again = await expectAllTold(ground, toldIn(orders.log));
        await companies.expectDone(base);
        const third = Array.from({ length: CUSTOMERS / 3 }, () => Math.floor(random() * CUSTOMERS));
        await companies.followUp(base, third);
      }
      const lines = linesIn(orders.log);
      const killed = lines.filter((line) => line.is === 'struck').length;
      const { fromDead, fromLiving } = takeoversIn(lines);
      console.log(
        `${name}: ${killed} workers killed, ${expected.length} due items acted on once each, ${fromDead} takeovers from the ` +
          `dead and ${fromLiving} from slow ones, ${toldIn(orders.log).length} events, ${again} of them again`,
      );
      expect(killed).toBeGreaterThanOrEqual(ROUNDS);
      expect(fromDead).toBeGreaterThan(0);
      expect(lines.filter((line) => line.is === 'alarm')).toEqual([]);
    }, 3_600_000);

    it('one of which is stopped for longer than its lease do no harm when it goes on', async () => {
      const ground = await groundOn(name);
      const { companies, orders } = ground;
      const base = BEGIN + 4 * DAY;
      const expected = companies.scan(base);
      const time = { bornAt: Date.now(), base, speed: SPEED };
      const crew = createCrew({ ...orders, nats: null, tenants: TENANTS, time }, name);
      cleaning.push(() => crew.end());
      const places: readonly Fate['at'][] = LONG ? PLACES : ['before-commit', 'after-act', 'before-send'];
      for (const at of places) {
        const { name: stopped } = crew.start({ after: 2, at, signal: 'SIGSTOP' });
        await eventually(async () => {
          const struck = linesIn(orders.log).some(({ is, by }) => is === 'struck' && by === stopped);
          crew.check();
          return struck ? null : missing(ground, expected.length);
        });
      }
      crew.start(null);
      crew.start(null);
      await eventually(() => {
        crew.check();
        return missing(ground, expected.length);
      });
      for (const { child } of crew.running) child.kill('SIGCONT');
      await crew.dismiss();
      const lines = linesIn(orders.log);
      expect(actsIn(toldIn(orders.log))).toEqual([...expected].sort());
      const again = await expectAllTold(ground, toldIn(orders.log));
      await companies.expectDone(base);
      const { fromLiving } = takeoversIn(lines);
      console.log(`${name}: ${fromLiving} takeovers from the stopped, ${again} events again, each act once`);
      expect(fromLiving).toBeGreaterThan(0);
    }, 3_600_000);
  });
