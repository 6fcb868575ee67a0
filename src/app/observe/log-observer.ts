import type { ObservedFact, ObservedWork, Observer } from '../../ports/index.ts';
import type { LogQueue } from './log-queue.ts';

/** What is logged, on which level, and in which words. A closed list. */
export const LOG_EVENTS = {
  'command-refused': { level: 'info', message: 'a command was refused' },
  'command-invalid': { level: 'warn', message: 'a command was called wrongly' },
  'command-failed': { level: 'error', message: 'a command failed' },
  'tenant-changed': { level: 'info', message: 'a company was changed as a whole' },
  committed: { level: 'debug', message: 'entries were committed' },
  'race-lost': { level: 'debug', message: 'an attempt came too late and is made again' },
  'guard-stopped': { level: 'info', message: 'the guard did not simply let something pass' },
  sealed: { level: 'debug', message: 'entries were sealed' },
  swept: { level: 'debug', message: 'a sweep came to its end' },
  'sweep-items-failed': { level: 'warn', message: 'items of a sweep failed; they are due again' },
  'not-delivered': { level: 'warn', message: 'a receiver did not take what it was given' },
  'call-failed': { level: 'warn', message: 'a store, signer or key store did not do what it was asked' },
  'call-slow': { level: 'warn', message: 'a store, signer or key store took more than a second' },
  'lines-dropped': { level: 'warn', message: 'log lines were dropped: the logger was slow' },
  alarm: { level: 'error', message: 'an alarm was raised' },
} as const;

/** The name of a line. */
export type LogEvent = keyof typeof LOG_EVENTS;

type Facts = { readonly [name: string]: string | number | readonly string[] | null };

const SLOW_MS = 1_000;
/** Verbs of `keeper.tenants` that change nothing. */
const LOOKS = new Set(['usage']);
const CALLED_WRONGLY = new Set(['ERR_INVALID_INPUT', 'ERR_UNKNOWN_TENANT', 'ERR_CLOSED']);

/** Makes log lines of what is seen. */
export function logObserver(queue: LogQueue): Observer {
  const log = (event: LogEvent, facts: Facts): void => {
    const { level, message } = LOG_EVENTS[event];
    queue.put(level, { event, ...facts }, message);
  };
  return {
    specificationVersion: 'v1',
    begin: (work) => ({
      enter: (run) => run(),
      end: (outcome, ms) => logWork(log, work, outcome, Math.round(ms)),
    }),
    tell: (fact) => logFact(log, fact),
    watch: () => () => undefined,
  };
}

type Log = (event: LogEvent, facts: Facts) => void;

function logWork(log: Log, work: ObservedWork, outcome: string, ms: number): void {
  const failed = outcome.startsWith('ERR_');
  switch (work.kind) {
    case 'command': {
      const { tenant, area, verb } = work;
      if (CALLED_WRONGLY.has(outcome)) log('command-invalid', { tenant, area, verb, code: outcome, ms });
      else if (failed) log('command-failed', { tenant, area, verb, code: outcome, ms });
      else if (outcome !== 'ok') log('command-refused', { tenant, area, verb, code: outcome, ms });
      else if (area === 'tenants' && !LOOKS.has(verb)) log('tenant-changed', { tenant, verb, ms });
      return;
    }
    case 'store':
    case 'keys': {
      const tenant = work.kind === 'store' ? work.tenant : null;
      const port = work.kind;
      if (failed) log('call-failed', { tenant, port, call: work.call, code: outcome, ms });
      else if (ms > SLOW_MS) log('call-slow', { tenant, port, call: work.call, ms });
      return;
    }
    case 'sweep':
      log('swept', { tenant: work.tenant, outcome, ms });
      return;
    default:
  }
}

function logFact(log: Log, fact: ObservedFact): void {
  const { tenant } = fact;
  switch (fact.kind) {
    case 'commit':
      if (fact.outcome !== 'committed') log('race-lost', { tenant, outcome: fact.outcome });
      else if (fact.entry !== null) log('committed', { tenant, entry: fact.entry });
      return;
    case 'guard':
      if (fact.decision !== 'allow')
        log('guard-stopped', { tenant, operation: fact.operation, decision: fact.decision });
      return;
    case 'sealed':
      log('sealed', { tenant, entries: fact.entries, size: fact.size, lagMs: fact.lagMs });
      return;
    case 'swept':
      if (fact.outcome === 'failed') log('sweep-items-failed', { tenant, items: fact.items });
      return;
    case 'delivered':
      if (fact.outcome !== 'accepted')
        log('not-delivered', { tenant, receiver: fact.receiver, outcome: fact.outcome });
      return;
    case 'alarm':
      log('alarm', { tenant, alarm: fact.alarm, receiver: fact.receiver, entries: fact.entries });
      return;
    default:
  }
}
