/** Floor 2: contacts with customers, the clocks they move, and orders from outside. */
export * from './decide-follow-up.ts';
export * from './decide-order.ts';
export * from './folds.ts';
export * from './rehearse.ts';
