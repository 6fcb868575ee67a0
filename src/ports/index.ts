/** Floor 3: what Gamekeeper needs from outside. Interfaces only; the doc comment is the contract. */
export type * from './clock.ts';
export type * from './customer-transfer.ts';
export type * from './event-sink.ts';
export type * from './host-store.ts';
export type * from './keys.ts';
export type * from './logger.ts';
export type * from './notifier.ts';
export type * from './observer.ts';
export type * from './primitives.ts';
export type * from './store.ts';
export type * from './tenant-store.ts';
export type * from './timers.ts';
