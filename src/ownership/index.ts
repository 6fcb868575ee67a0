/** Floor 2: who owns a customer, who sees what of it, and what changes that. */
export * from './decide-claim.ts';
export * from './decide-cover.ts';
export * from './decide-customer.ts';
export * from './decide-deletion.ts';
export * from './folds.ts';
export * from './handed-over.ts';
export * from './mask.ts';
export * from './owner-at.ts';
export * from './rehearse.ts';
export * from './relation.ts';
