/** Floor 0: the few words that every other folder speaks. Imports nothing. */
export * from './batch-fault.ts';
export * from './bytes.ts';
export * from './canonical-json.ts';
export * from './error.ts';
export * from './ids.ts';
export * from './lru.ts';
export * from './result.ts';
export * from './time.ts';
