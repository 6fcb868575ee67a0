/** Floor 2: the people of a tenant, who stands above and in for whom, and which policy they adopted. */
export * from './decide-administrator.ts';
export * from './decide-episode.ts';
export * from './decide-people.ts';
export * from './decide-policy.ts';
export * from './decide-tenant.ts';
export * from './folds.ts';
