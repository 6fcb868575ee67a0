/** Floor 2: what became of handed over customers. Pure; of people it knows nothing. */
export * from './compare.ts';
export * from './interval.ts';
export * from './leaver-churn.ts';
export * from './match.ts';
export * from './rehearsal.ts';
