/**
 * Works for some companies until it is killed: `node worker.ts ORDERS`. Writes to a log what it delivered and what it
 * held, and ends its own life where its orders say.
 */
import { appendFileSync } from 'node:fs';
import { localKeys } from '../../../src/adapters/node/index.ts';
import { createGamekeeper, type EventSink } from '../../../src/index.ts';
import type { CommitBatch } from '../../../src/ports/index.ts';
import { customerProfile } from '../../app/world.ts';
import { sinkOn } from '../../nats/server.ts';
import { type OpenedStore, openAddress } from '../../stores/open-address.ts';
import { fastClock, fastTimers } from '../fast-time.ts';
import type { WorkerLine, WorkerOrders } from '../workers.ts';

const orders = JSON.parse(process.argv[2] ?? '') as WorkerOrders;
const { name, time, fate, tenants } = orders;
const say = (line: WorkerLine): void => appendFileSync(orders.log, `${JSON.stringify(line)}\n`);

let left = fate?.after ?? Number.POSITIVE_INFINITY;
/** Comes past a place where this process may end; the last of its life it does not survive. */
function pass(at: string): void {
  if (fate?.at !== at) return;
  left -= 1;
  if (left > 0) return;
  left = Number.POSITIVE_INFINITY;
  say({ is: 'struck', by: name, signal: fate.signal });
  process.kill(process.pid, fate.signal);
}

function doomed(store: OpenedStore): OpenedStore {
  return {
    ...store,
    async commit(tenant, batch) {
      pass('before-commit');
      const answer = store.commit(tenant, batch);
      setImmediate(() => pass('during-commit'));
      const outcome = await answer;
      if (outcome.status === 'committed') tellHeld(tenant, batch);
      if (batch.entries.length > 0) pass('after-act');
      pass('after-commit');
      return outcome;
    },
    async sequence(tenant, request) {
      const outcome = await store.sequence(tenant, request);
      pass('after-sequence');
      return outcome;
    },
  };
}

/** Says what this process holds by now, or has let go of. */
function tellHeld(tenant: string, { puts }: CommitBatch): void {
  for (const { ref, body } of puts) {
    if (ref.collection !== 'lease' && ref.collection !== 'cursor') continue;
    const held = (JSON.parse(body) as { readonly lease: unknown }).lease !== null;
    say({ is: held ? 'held' : 'let-go', by: name, what: `${tenant} ${ref.collection}/${ref.id}` });
  }
}

/** A sink that keeps what it is told in the log, or the one that was ordered. */
function sink(): EventSink {
  const to: EventSink =
    orders.nats === null
      ? { specificationVersion: 'v1', name: 'log', names: 'host', from: 'beginning', send: toLog }
      : sinkOn(orders.nats, { names: 'host' });
  return {
    ...to,
    async send(events) {
      pass('before-send');
      const sent = to.send(events);
      setImmediate(() => pass('during-send'));
      const outcome = await sent;
      say({ is: 'sent', by: name, events: outcome.accepted });
      pass('after-send');
      return outcome;
    },
  };
}

const toLog: EventSink['send'] = async (events) => {
  for (const { id, type, tenant, sequence, subject = '-', data } of events) {
    const names = [subject, ...data.customers, ...data.employees];
    say({ is: 'event', by: name, id, type, tenant, sequence, names });
  }
  return { accepted: events.length, fault: null };
};

const keeper = createGamekeeper({
  profile: customerProfile,
  store: doomed(await openAddress(orders.address)),
  keys: await localKeys(orders.keys),
  clock: fastClock(time),
  timers: fastTimers(time),
  eventSinks: [sink()],
});
keeper.onAlarm((alarm) => say({ is: 'alarm', by: name, alarm }));
const worker = await keeper.work({ tenants: () => tenants, sweepEveryMs: 1_000, idleMs: 2_000 });
process.once('SIGTERM', async () => {
  await worker.stop();
  await keeper.close();
  process.exit(0);
});
