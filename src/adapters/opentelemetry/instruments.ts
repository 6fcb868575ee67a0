import type { Counter, Histogram, Meter } from '@opentelemetry/api';
import type { ObservedFact, ObservedFigures, ObservedWork } from '../../ports/index.ts';

/** Everything that is measured. */
export interface Instruments {
  took(work: ObservedWork, outcome: string, ms: number): void;
  count(fact: ObservedFact): void;
  /** Reads figures whenever somebody collects; answers how to stop that. */
  watch(read: () => ObservedFigures): () => void;
}

/** Seconds: from what a memory store takes to what a sweep may. */
const DURATIONS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Seconds: a seal should come within one, a delivery may wait for a receiver that is away. */
const LAGS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 3600, 21_600, 86_400];

/** Makes the instruments. Each attribute is one of few; the tenant is none of them. */
export function createInstruments(meter: Meter): Instruments {
  const seconds = (name: string, description: string, boundaries: number[]): Histogram =>
    meter.createHistogram(name, {
      description,
      unit: 's',
      advice: { explicitBucketBoundaries: boundaries },
    });
  const counter = (name: string, unit: string, description: string): Counter =>
    meter.createCounter(name, { description, unit });
  // A kind that this version does not know is measured by nothing.
  const durations: { readonly [Kind in ObservedWork['kind']]: Histogram } & {
    readonly [kind: string]: Histogram | undefined;
  } = {
    command: seconds('gamekeeper.command.duration', 'Duration of calls of the API.', DURATIONS),
    store: seconds('gamekeeper.store.duration', 'Duration of calls of the store.', DURATIONS),
    keys: seconds('gamekeeper.keys.duration', 'Duration of calls of signer and key store.', DURATIONS),
    seal: seconds('gamekeeper.seal.duration', 'Duration of sealing.', DURATIONS),
    sweep: seconds('gamekeeper.sweep.duration', 'Duration of sweeps.', DURATIONS),
    delivery: seconds('gamekeeper.delivery.duration', 'Duration of calls of receivers.', DURATIONS),
  };
  const commits = counter('gamekeeper.commits', '{commit}', 'Attempts to commit, lost races among them.');
  const decisions = counter('gamekeeper.guard.decisions', '{decision}', 'Decisions of the guard.');
  const swept = counter('gamekeeper.sweep.items', '{item}', 'Items that sweeps looked at.');
  const sealed = counter('gamekeeper.seal.entries', '{entry}', 'Entries that were sealed.');
  const sealLag = seconds('gamekeeper.seal.lag', 'Age of the oldest entry that was sealed.', LAGS);
  const delivered = counter('gamekeeper.delivery.entries', '{entry}', 'Entries handed to receivers.');
  const deliveryLag = seconds('gamekeeper.delivery.lag', 'Age of the oldest entry that was taken.', LAGS);
  const alarms = counter('gamekeeper.alarms', '{alarm}', 'Alarms that were raised.');
  return {
    took: (work, outcome, ms) =>
      durations[work.kind as string]?.record(ms / 1000, attributesOf(work, outcome)),
    count(fact) {
      switch (fact.kind) {
        case 'commit':
          commits.add(1, { 'gamekeeper.outcome': fact.outcome });
          return;
        case 'guard':
          decisions.add(1, {
            'gamekeeper.guard.operation': fact.operation,
            'gamekeeper.guard.decision': fact.decision,
          });
          return;
        case 'swept':
          swept.add(fact.items, { 'gamekeeper.outcome': fact.outcome });
          return;
        case 'sealed':
          sealed.add(fact.entries);
          sealLag.record(fact.lagMs / 1000);
          return;
        case 'delivered': {
          const receiver = { 'gamekeeper.receiver': fact.receiver };
          delivered.add(fact.entries, { ...receiver, 'gamekeeper.outcome': fact.outcome });
          if (fact.lagMs !== null) deliveryLag.record(fact.lagMs / 1000, receiver);
          return;
        }
        case 'alarm':
          alarms.add(1, { 'gamekeeper.alarm': fact.alarm });
          return;
        default:
      }
    },
    watch: (read) => watchFigures(meter, read),
  };
}

const NOTHING: ObservedFigures = { entries: 0, failing: 0, oldestMs: null };

function watchFigures(meter: Meter, read: () => ObservedFigures): () => void {
  const entries = meter.createObservableGauge('gamekeeper.unsealed.entries', {
    description: 'Entries that this process committed and has not seen sealed.',
    unit: '{entry}',
  });
  const age = meter.createObservableGauge('gamekeeper.unsealed.age', {
    description: 'Age of the oldest of them.',
    unit: 's',
  });
  const failing = meter.createObservableGauge('gamekeeper.unsealed.failing', {
    description: 'Tenants for which the last attempt to seal failed.',
    unit: '{tenant}',
  });
  const observables = [entries, age, failing];
  let look = read;
  meter.addBatchObservableCallback((result) => {
    const figures = look();
    result.observe(entries, figures.entries);
    result.observe(age, (figures.oldestMs ?? 0) / 1000);
    result.observe(failing, figures.failing);
  }, observables);
  // A gauge that nobody writes any more would show its last value for ever.
  return () => {
    look = () => NOTHING;
  };
}

/** What tells one kind of work from another, and how it ended. `error.type` as the semantic conventions say. */
export function attributesOf(work: ObservedWork, outcome: string): Record<string, string> {
  const failed = outcome.startsWith('ERR_') ? { 'error.type': outcome } : {};
  return { ...namesOf(work), 'gamekeeper.outcome': outcome, ...failed };
}

function namesOf(work: ObservedWork): Record<string, string> {
  switch (work.kind) {
    case 'command':
      return { 'gamekeeper.area': work.area, 'gamekeeper.verb': work.verb };
    case 'store':
    case 'keys':
      return { 'gamekeeper.call': work.call };
    case 'delivery':
      return { 'gamekeeper.receiver': work.receiver };
    default:
      return {};
  }
}
