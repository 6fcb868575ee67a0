/** Floor 4: what Node.js gives: primitives, keys in a directory, the clock, files. */
export * from './clock.ts';
export * from './directory.ts';
export * from './keys.ts';
export * from './primitives.ts';
export * from './timers.ts';
