import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, type ContextManager, context, ROOT_CONTEXT } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { openTelemetry } from '../../src/adapters/opentelemetry/index.ts';
import type { Observer } from '../../src/ports/index.ts';

/** The real SDK with exporters in memory. */
export interface Collecting {
  readonly observer: Observer;
  readonly tracerProvider: BasicTracerProvider;
  spans(): readonly ReadableSpan[];
  /** Everything measured so far, by name. */
  metrics(): Promise<ReadonlyMap<string, MetricData>>;
  end(): Promise<void>;
}

/** Sets the SDK up as a host does, with a context manager. */
export function collecting(): Collecting {
  context.setGlobalContextManager(asyncContexts());
  const spans = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  return {
    observer: openTelemetry({ meterProvider, tracerProvider }),
    tracerProvider,
    spans: () => spans.getFinishedSpans(),
    async metrics() {
      exporter.reset();
      await meterProvider.forceFlush();
      const found = exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
      return new Map(found.map((metric) => [metric.descriptor.name, metric]));
    },
    async end() {
      context.disable();
      await meterProvider.shutdown();
      await tracerProvider.shutdown();
    },
  };
}

/** Contexts that follow promises, as `@opentelemetry/context-async-hooks` keeps them. */
function asyncContexts(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, run, self, ...args) => storage.run(active, () => run.apply(self, args)),
    bind: (active, target) =>
      (typeof target === 'function'
        ? (...args: unknown[]) => storage.run(active, () => target(...args))
        : target) as typeof target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}
