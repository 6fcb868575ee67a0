/** Keeps everything in the memory of one process: for tests, demos and trying things out. */

export * from './memory-notifier.ts';
export * from './memory-sink.ts';
export { memoryStore } from './memory-store.ts';
export * from './memory-transfer.ts';
