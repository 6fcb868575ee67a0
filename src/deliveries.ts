/** Public names of what tells the outside of events, and of what operators call. */
export {
  handlerSink,
  type InProcessSinkOptions,
  type MemorySink,
  memorySink,
} from './adapters/memory/index.ts';
export type {
  DeadLettersRetried,
  DeadLetterView,
  DeliveriesArea,
  DeliveryStatus,
  TenantList,
  Worker,
  WorkOptions,
} from './app/index.ts';
export type { DeadLettersQuery, RetryInput } from './model/index.ts';
export type { CloudEvent, CloudEventData, EventSink, SendOutcome, SinkFault } from './ports/index.ts';
