import type { Alias, EntryId, Instant } from '../kernel/index.ts';
import {
  type Change,
  type Fold,
  type FoldEntry,
  type Folds,
  type Hold,
  type Permit,
  put,
  type StateView,
} from '../model/index.ts';

/** What the entries of this area do to the state. */
export const guardFolds: Folds = {
  'hold-placed': (entry) => [
    put('hold', entry.id, {
      beneficiary: entry.data.beneficiary as Alias | null,
      brings: entry.data.brings as Hold['brings'],
      customers: entry.data.count as number,
      decidedAt: null,
      decidedBy: null,
      digest: entry.data.digest as string,
      escalateAt: entry.data.escalateAt as Instant,
      expireAt: entry.data.expireAt as Instant,
      id: entry.id,
      onBehalfOf: entry.onBehalfOf,
      operation: entry.data.operation as string,
      placedAt: entry.at,
      requester: entry.actor as Hold['requester'],
      schemaVersion: 1,
      slot: entry.data.slot as string,
      status: 'waiting',
    }),
    put('hold-slot', entry.data.slot as string, { hold: entry.id, schemaVersion: 1 }),
    waits(entry.actor, 1),
  ],
  'hold-escalated': (entry, state) => [
    put('hold', holdOf(entry, state).id, changed(entry, state, 'escalated')),
  ],
  'hold-released': (entry, state) => [
    put('hold', holdOf(entry, state).id, decided(entry, state, 'released')),
    waits(holdOf(entry, state).requester, -1),
  ],
  'hold-denied': (entry, state) => ended(entry, state, 'denied'),
  'hold-expired': (entry, state) => ended(entry, state, 'expired'),
  'hold-spent': (entry, state) => {
    const { id, slot } = holdOf(entry, state);
    return [
      put('hold', id, changed(entry, state, 'spent')),
      { kind: 'delete', collection: 'hold-slot', id: slot },
    ];
  },
  'permit-issued': (entry) => [
    put('permit', entry.id, {
      actor: entry.actor as Permit['actor'],
      customers: entry.data.count as number,
      digest: entry.data.digest as string,
      hold: entry.data.hold as EntryId | null,
      id: entry.id,
      issuedAt: entry.at,
      operation: entry.data.operation as string,
      schemaVersion: 1,
      status: 'open',
      until: entry.data.until as Instant,
    }),
  ],
  'permit-completed': (entry, state) => permit(entry, state, 'completed'),
  'permit-abandoned': (entry, state) => permit(entry, state, 'abandoned'),
};

/** Counts the holds of a requester that wait: nobody floods the reviewers. */
function waits(requester: string, by: number): Change {
  return { kind: 'add', collection: 'holds-waiting', id: requester, by };
}

function ended(...[entry, state, status]: [...Parameters<Fold>, 'denied' | 'expired']): readonly Change[] {
  const { id, requester, slot } = holdOf(entry, state);
  return [
    put('hold', id, decided(entry, state, status)),
    { kind: 'delete', collection: 'hold-slot', id: slot },
    waits(requester, -1),
  ];
}

function changed(entry: FoldEntry, state: StateView, status: Hold['status']): Hold {
  return { ...holdOf(entry, state), status };
}

function decided(entry: FoldEntry, state: StateView, status: Hold['status']): Hold {
  return {
    ...changed(entry, state, status),
    decidedAt: entry.at,
    decidedBy: entry.actor as Hold['decidedBy'],
  };
}

function permit(entry: FoldEntry, state: StateView, status: Permit['status']): readonly Change[] {
  const known = state.get('permit', entry.data.permit as string);
  if (known === null) throw new Error('an entry about a permit that was never issued');
  return [put('permit', known.id, { ...known, status })];
}

function holdOf(entry: FoldEntry, state: StateView): Hold {
  const hold = state.get('hold', entry.data.hold as string);
  if (hold === null) throw new Error('an entry about a hold that was never placed');
  return hold;
}
