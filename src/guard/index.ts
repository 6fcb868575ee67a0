/** Floor 2: the guard: what an operation counts as, what is decided about it, and what waits for another person. */
export * from './asked.ts';
export * from './decide.ts';
export * from './decide-hold.ts';
export * from './decide-permit.ts';
export * from './export-text.ts';
export * from './folds.ts';
export * from './operations.ts';
export * from './past-requests.ts';
export * from './rehearse.ts';
export * from './usage.ts';
