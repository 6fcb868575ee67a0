/** Spans and metrics over OpenTelemetry. Needs the optional peer `@opentelemetry/api`. */
export * from './open-telemetry.ts';
