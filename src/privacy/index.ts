/** Floor 2: what the watched person may ask, and erasing what is known of a subject without breaking a hash. */
export * from './decide-contest.ts';
export * from './decide-erasure.ts';
export * from './folds.ts';
export * from './kept-kinds.ts';
export * from './notices.ts';
