import type { Disposition, HandoverParty, ItemStatus, NotPermitted } from '../model/index.ts';

/** Where a handover stands, for those who look at it. */
export type HandoverStatus =
  | 'opened'
  | 'preparing'
  | 'ready'
  | 'signing'
  | 'cleared'
  | 'monitored'
  | 'closed'
  | 'withdrawn'
  | 'forced_exit';

/** Why a step of a handover is refused. */
export type HandoverRefusal =
  | NotPermitted
  | { readonly code: 'not-found' }
  | { readonly code: 'handover-open'; readonly handover: string }
  | { readonly code: 'handover-over'; readonly status: HandoverStatus }
  | { readonly code: 'own-handover' }
  | { readonly code: 'unknown-template' }
  | { readonly code: 'wrong-step'; readonly status: ItemStatus }
  | { readonly code: 'missing-fields'; readonly fields: readonly string[] }
  | { readonly code: 'wrong-field'; readonly field: string }
  | { readonly code: 'disposition-not-allowed'; readonly disposition: Disposition }
  | { readonly code: 'receiver-required' }
  | { readonly code: 'unknown-employee' }
  | { readonly code: 'receiver-departed' }
  | { readonly code: 'receiver-leaving' }
  | { readonly code: 'same-owner' }
  | { readonly code: 'self-benefit' }
  | { readonly code: 'already-moved' }
  | { readonly code: 'not-waivable' }
  | { readonly code: 'not-watched' }
  | { readonly code: 'not-ready'; readonly open: number }
  | { readonly code: 'unknown-party'; readonly party: HandoverParty }
  | { readonly code: 'stale-digest' }
  | { readonly code: 'already-signed'; readonly party: HandoverParty }
  | { readonly code: 'one-party-each'; readonly party: HandoverParty }
  | { readonly code: 'not-covered'; readonly missing: number }
  | { readonly code: 'too-many-items'; readonly cap: number };
