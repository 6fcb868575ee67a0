import { afterEach, describe, expect, it } from 'vitest';
import { seenEvents } from '../../src/adapters/nats/index.ts';
import { unwrap } from '../../src/index.ts';
import { createSqliteDisk, HOUR, openWorld } from '../app/world.ts';
import { seeded } from '../stores/seeded.ts';
import { BEGIN, createCompanies, logIn, sealedLeaves } from '../workers/company.ts';
import { fastClock, fastTimers } from '../workers/fast-time.ts';
import { createCrew, eventually, type Fate, linesIn } from '../workers/workers.ts';
import { missingNats, startStream, type TestStream } from './server.ts';

const LONG = process.env.LONG !== undefined;
const SEED = Number(process.env.SEED ?? 20261126);
const TENANTS = ['acme', 'bolt'];
const CUSTOMERS = 6;
const CREW = 3;
const SPEED = 10;
const reason = await missingNats();

let cleaning: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const clean of cleaning.reverse()) await clean();
  cleaning = [];
});

/** Companies in which something happens all the time, and workers that tell a stream of it. */
async function startBusy(stream: TestStream, random: () => number) {
  const disk = createSqliteDisk();
  cleaning.push(() => disk.clean());
  const keys = await disk.keys();
  const store = disk.open();
  const companies = await createCompanies({ store, keys }, TENANTS, CUSTOMERS);
  await companies.close();
  const time = { bornAt: Date.now(), base: BEGIN + HOUR, speed: SPEED };
  const { keeper } = openWorld({ store, keeper: { keys, clock: fastClock(time), timers: fastTimers(time) } });
  cleaning.push(() => keeper.close());
  let over = false;
  let texts = 0;
  const write = async (tenant: string): Promise<void> => {
    while (!over) {
      texts += 1;
      const customer = `c-${Math.floor(random() * CUSTOMERS)}`;
      const contact = { kind: 'call', text: `spoke of the drawings, ${texts}` } as const;
      unwrap(await keeper.as({ tenant, employee: 'dana' }).followUps.record(customer, contact));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const writing = Promise.all(TENANTS.map(write));
  const { stream: name, prefix } = stream;
  const log = logIn(disk.folder);
  const crew = createCrew(
    {
      address: disk.address as string,
      keys: `${disk.folder}/keys`,
      log,
      nats: { stream: name, prefix },
      tenants: TENANTS,
      time,
    },
    'nats',
  );
  cleaning.push(() => crew.end());
  return {
    store,
    crew,
    log,
    async quiet() {
      over = true;
      await writing;
      for (const tenant of TENANTS) await keeper.seal(tenant);
    },
  };
}

/** Ids of all entries of the tenants, `null` while some are without a position. */
async function idsIn(store: Parameters<typeof sealedLeaves>[0]): Promise<readonly string[] | null> {
  const ids: string[] = [];
  for (const tenant of TENANTS) {
    const leaves = await sealedLeaves(store, tenant);
    if (leaves === null) return null;
    ids.push(...leaves.map(({ id }) => `${tenant} ${id}`));
  }
  return ids;
}

describe.skipIf(reason !== null)('a JetStream stream whose delivery workers are killed every second', () => {
  it.each([
    [
      'that forgets ids at once holds every entry in order, and what came again is known by its id',
      100,
      LONG ? 150 : 5,
    ],
    ['holds every entry once and in order within its duplicate window', 3_600_000, LONG ? 60 : 3],
  ])(
    '%s',
    async (_, duplicateWindowMs, kills) => {
      const random = seeded(SEED);
      const stream = await startStream({ duplicateWindowMs });
      cleaning.push(() => stream.end());
      const { store, crew, log, quiet } = await startBusy(stream, random);
      // Some die by themselves, at the worst moment: the stream has the events, and nobody wrote that down yet.
      const fate = (): Fate | null =>
        random() < 0.5 ? { at: 'after-send', after: 1 + Math.floor(random() * 3), signal: 'SIGKILL' } : null;
      // The first for certain, alone.
      await crew.start({ at: 'after-send', after: 1, signal: 'SIGKILL' }).gone;
      let killed = 0;
      while (killed < kills) {
        while (crew.running.size < CREW) crew.start(fate());
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        crew.check();
        const busy = new Set(linesIn(log).map(({ by }) => by));
        const [oldest] = [...crew.running].filter(({ name }) => busy.has(name));
        if (oldest === undefined) continue;
        oldest.child.kill('SIGKILL');
        await oldest.gone;
        killed += 1;
      }
      await quiet();
      while (crew.running.size < CREW) crew.start(null);
      await eventually(async () => {
        crew.check();
        const ids = await idsIn(store);
        if (ids === null) return 'positions of entries';
        const told = new Set((await stream.messages()).map(({ event }) => `${event.tenant} ${event.id}`));
        const untold = ids.filter((id) => !told.has(id)).length;
        return untold === 0 ? null : `${untold} of ${ids.length} entries`;
      });
      await crew.dismiss();
      const messages = await stream.messages();
      const { isNew } = seenEvents(1_000_000);
      const latest = new Map<string, string>();
      const first: string[] = [];
      for (const { id, event } of messages) {
        expect(id).toBe(event.id);
        if (!isNew(event)) continue;
        first.push(`${event.tenant} ${event.id}`);
        const { subject = '-', tenant, sequence, data } = event;
        for (const name of [subject, ...data.customers, ...data.employees]) {
          expect(sequence > (latest.get(`${tenant} ${name}`) ?? ''), `${id} came after a later one`).toBe(
            true,
          );
          latest.set(`${tenant} ${name}`, sequence);
        }
      }
      expect(first.sort()).toEqual([...((await idsIn(store)) ?? [])].sort());
      const lines = linesIn(log);
      const struck = lines.filter(({ is }) => is === 'struck').length;
      const sent = lines.reduce((sum, line) => sum + (line.is === 'sent' ? line.events : 0), 0);
      console.log(
        `window ${duplicateWindowMs} ms: ${killed} workers killed by the second and ${struck} right after a delivery, ` +
          `${first.length} entries, ${sent} events acknowledged, ${messages.length - first.length} twice in the stream`,
      );
      expect(struck).toBeGreaterThan(0);
      expect(sent).toBeGreaterThan(first.length);
      if (duplicateWindowMs > 1_000) expect(messages).toHaveLength(first.length);
      else expect(messages.length).toBeGreaterThan(first.length);
    },
    3_600_000,
  );
});
