/** Tells a JetStream stream of NATS what happened, and reads such a stream. */
export type { NatsConnectionOptions } from './connecting.ts';
export * from './nats-sink.ts';
export * from './received.ts';
export { createEventStream, type EventStreamOptions } from './stream.ts';
