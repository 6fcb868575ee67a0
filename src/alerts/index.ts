/** Floor 2: alerts: when one is raised, who looks at it, what may come of it. */
export * from './audience.ts';
export * from './decide-alert.ts';
export * from './folds.ts';
export * from './plan-alert.ts';
export * from './pseudonym.ts';
export * from './rehearse.ts';
