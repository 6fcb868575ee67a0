import {
  context,
  type MeterProvider,
  metrics,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import type { ObservedFact, ObservedSpan, ObservedWork, Observer } from '../../ports/index.ts';
import { attributesOf, createInstruments } from './instruments.ts';

/** Where spans and metrics go. */
export interface OpenTelemetryOptions {
  /** Default: the one that is registered with `@opentelemetry/api`. */
  readonly meterProvider?: MeterProvider;
  /** Default: the one that is registered with `@opentelemetry/api`. */
  readonly tracerProvider?: TracerProvider;
  /** Whether spans carry the id of the tenant, as `gamekeeper.tenant`: `true` when left out. Metrics never do. */
  readonly tenants?: boolean;
}

const NAME = 'gamekeeper';

/**
 * Spans and metrics for OpenTelemetry. Spans are children of the host's active one, and calls of the store are children
 * of the command that made them, where a context manager is registered.
 *
 * Refusals are answers: their code is in `gamekeeper.outcome`. Only what was thrown makes a span an error.
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Observer {
  const tracer = (options.tracerProvider ?? trace).getTracer(NAME);
  const instruments = createInstruments((options.meterProvider ?? metrics).getMeter(NAME));
  const withTenants = options.tenants ?? true;

  const begin = (work: ObservedWork): ObservedSpan => {
    const span = tracer.startSpan(spanName(work), { kind: spanKind(work) });
    const within = trace.setSpan(context.active(), span);
    return {
      enter: (run) => context.with(within, run),
      end(outcome, ms) {
        const attributes = attributesOf(work, outcome);
        instruments.took(work, outcome, ms);
        span.setAttributes(attributes);
        if (withTenants && 'tenant' in work) span.setAttribute('gamekeeper.tenant', work.tenant);
        if (outcome.startsWith('ERR_')) span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
        span.end();
      },
    };
  };
  return {
    specificationVersion: 'v1',
    begin,
    tell(fact) {
      instruments.count(fact);
      note(trace.getActiveSpan(), fact);
    },
    watch: (read) => instruments.watch(read),
  };
}

/** What happened within a span: which entries it wrote, and what the guard said. */
function note(span: Span | undefined, fact: ObservedFact): void {
  if (span === undefined) return;
  if (fact.kind === 'commit')
    span.addEvent('gamekeeper.commit', {
      'gamekeeper.outcome': fact.outcome,
      ...(fact.entry === null ? {} : { 'gamekeeper.entry': fact.entry }),
    });
  if (fact.kind === 'guard')
    span.addEvent('gamekeeper.guard', {
      'gamekeeper.guard.operation': fact.operation,
      'gamekeeper.guard.decision': fact.decision,
    });
}

/** Few names, as the semantic conventions ask: what is special about a span is in its attributes. */
function spanName(work: ObservedWork): string {
  switch (work.kind) {
    case 'command':
      return `${NAME}.${work.area}.${work.verb}`;
    case 'store':
    case 'keys':
      return `${NAME}.${work.kind}.${work.call}`;
    default:
      return `${NAME}.${work.kind}`;
  }
}

function spanKind({ kind }: ObservedWork): SpanKind {
  if (kind === 'store' || kind === 'keys') return SpanKind.CLIENT;
  return kind === 'delivery' ? SpanKind.PRODUCER : SpanKind.INTERNAL;
}
