import { AsyncLocalStorage } from 'node:async_hooks';
import { context, trace } from '@opentelemetry/api';
import { systemTimers } from '../../src/adapters/node/timers.ts';
import { logObserver } from '../../src/app/observe/log-observer.ts';
import { createLogQueue } from '../../src/app/observe/log-queue.ts';
import { gather } from '../../src/app/observe/observing.ts';
import type { ObservedFigures, ObservedSpan, Observer } from '../../src/ports/index.ts';
import type { ObserverHarness } from '../../src/testing/index.ts';
import { collecting } from '../opentelemetry/collecting.ts';

/** The parts of an observer that follows works and reads figures, to be done wrong one by one. */
export interface TracingObserver extends Observer {
  current(): unknown;
  collect(): void;
}

/** A sound observer, as a third party would write it. */
function tracingObserver(): TracingObserver {
  const works = new AsyncLocalStorage<object>();
  const readers = new Set<{ readonly read: () => ObservedFigures }>();
  return {
    specificationVersion: 'v1',
    begin(work): ObservedSpan {
      const begun = { work };
      return { enter: (run) => works.run(begun, run), end: () => undefined };
    },
    tell: () => undefined,
    watch(read) {
      const reader = { read };
      readers.add(reader);
      return () => void readers.delete(reader);
    },
    current: () => works.getStore() ?? null,
    collect() {
      for (const { read } of readers) read();
    },
  };
}

/** A harness over it, or over what `wrap` makes of it. */
export function tracing(
  wrap: (inner: TracingObserver) => Partial<TracingObserver> = () => ({}),
): () => Promise<ObserverHarness> {
  return async () => {
    const inner = tracingObserver();
    const observer = { ...inner, ...wrap(inner) };
    return {
      observer,
      current: () => observer.current(),
      collect: async () => observer.collect(),
      close: async () => undefined,
    };
  };
}

/** OpenTelemetry's SDK behind the observer, with a context manager as hosts have. */
export async function openTelemetryObserver(): Promise<ObserverHarness> {
  const { observer, metrics, end } = collecting();
  return {
    observer,
    current: () => trace.getSpan(context.active()),
    collect: async () => void (await metrics()),
    close: end,
  };
}

/** The observer that makes log lines, on its own. */
export async function logging(): Promise<ObserverHarness> {
  const nothing = (): void => undefined;
  const queue = createLogQueue(
    { debug: nothing, info: nothing, warn: nothing, error: nothing },
    systemTimers(),
  );
  return {
    observer: logObserver(queue),
    current: null,
    collect: null,
    close: async () => queue.close(),
  };
}

/** A sound observer between two that do everything wrong, as a keeper puts them together. */
export async function gathered(): Promise<ObserverHarness> {
  const fault = (): never => {
    throw new Error('an observer that fails');
  };
  const twice: Observer = {
    specificationVersion: 'v1',
    begin: () => ({
      enter(run) {
        run();
        run();
      },
      end: fault,
    }),
    tell: fault,
    watch: () => fault,
  };
  const failing: Observer = { specificationVersion: 'v1', begin: fault, tell: fault, watch: fault };
  const sound = tracingObserver();
  return {
    observer: gather([failing, sound, twice]) as Observer,
    current: () => sound.current(),
    collect: async () => sound.collect(),
    close: async () => undefined,
  };
}
