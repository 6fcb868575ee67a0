/** Floor 2: what a leaver holds, who takes it over, and who signs that nothing was lost. */
export * from './context.ts';
export * from './decide-handover.ts';
export * from './decide-item.ts';
export * from './decide-prepare.ts';
export * from './decide-sign.ts';
export * from './decide-watch.ts';
export * from './folds.ts';
export * from './item-steps.ts';
export * from './refusals.ts';
