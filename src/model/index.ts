/** Floor 1: the nouns with their schemas, the host's profile, calendars, and what a fold is. */
export * from './alert-inputs.ts';
export * from './alerts.ts';
export { waitingApproval } from './approvals.ts';
export * from './calendar.ts';
export * from './capabilities.ts';
export * from './collections.ts';
export * from './episodes.ts';
export * from './fold.ts';
export * from './guarded.ts';
export * from './handover-words.ts';
export * from './handovers.ts';
export * from './inputs.ts';
export * from './notice-types.ts';
export * from './nouns.ts';
export * from './org.ts';
export * from './profile.ts';
export * from './sensitivity.ts';
