/** Floor 2: alerts: when one is raised, who looks at it, what may come of it. */
export * from './folds.ts';
export * from './plan-alert.ts';
