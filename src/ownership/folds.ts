import type { Alias, EntryId, Instant, LocalDate } from '../kernel/index.ts';
import {
  type Change,
  type Claim,
  type Customer,
  type FoldEntry,
  type Folds,
  put,
  type StateView,
  type Watch,
} from '../model/index.ts';

/** What the entries of this area do to the state. */
export const ownershipFolds: Folds = {
  'claim-submitted': (entry) => {
    const customer = entry.data.customer as Alias;
    return [
      put('customer', customer, {
        alias: customer,
        claim: entry.id,
        collaborators: [],
        id: entry.value('id') as string | null,
        ownedSince: null,
        owner: null,
        pool: null,
        profile: entry.values('profile.'),
        registeredAt: entry.at,
        schemaVersion: 1,
        state: 'candidate',
      }),
      put('claim', entry.id, {
        atTop: false,
        claimant: entry.data.claimant as Alias,
        customer,
        decidedAt: null,
        decidedBy: null,
        id: entry.id,
        level: 0,
        policy: entry.policy,
        schemaVersion: 1,
        status: 'submitted',
        submittedAt: entry.at,
        waitingSince: entry.at,
      }),
    ];
  },
  'claim-approved': (entry, state) => {
    const claimant = entry.data.claimant as Alias;
    const customer = customerOf(entry, state);
    const owned: Customer = {
      ...customer,
      claim: null,
      ownedSince: entry.at,
      owner: claimant,
      state: 'live',
    };
    return [
      put('customer', customer.alias, owned),
      decided(entry, state, 'approved'),
      ...startOwnership(owned, entry.at),
    ];
  },
  'claim-rejected': (entry, state) => [
    put('customer', customerOf(entry, state).alias, {
      ...customerOf(entry, state),
      claim: null,
      state: 'deleted',
    }),
    decided(entry, state, 'rejected'),
  ],
  'claim-withdrawn': (entry, state) => [
    put('customer', customerOf(entry, state).alias, {
      ...customerOf(entry, state),
      claim: null,
      state: 'deleted',
    }),
    decided(entry, state, 'withdrawn'),
  ],
  'claim-escalated': (entry, state) => {
    const claim = claimOf(entry, state);
    return [
      put('claim', claim.id, {
        ...claim,
        atTop: entry.data.approver === null,
        level: entry.data.level as number,
        waitingSince: entry.data.waitingSince as Instant,
      }),
    ];
  },
  'customer-updated': (entry, state) => {
    const customer = customerOf(entry, state);
    const cleared = new Set(entry.data.cleared as string[]);
    const kept = Object.entries(customer.profile ?? {}).filter(([field]) => !cleared.has(field));
    const set = entry.values('profile.');
    const profile =
      customer.profile === null || set === null ? null : { ...Object.fromEntries(kept), ...set };
    return [put('customer', customer.alias, { ...customer, profile })];
  },
  'customer-transferred': (entry, state) => {
    const customer = customerOf(entry, state);
    const to = entry.data.to as Alias;
    const owned: Customer = {
      ...customer,
      collaborators: customer.collaborators.filter(({ employee }) => employee !== to),
      ownedSince: entry.at,
      owner: to,
      pool: null,
    };
    return [
      put('customer', customer.alias, owned),
      ...endOwnership(customer),
      ...startOwnership(owned, entry.at, state.get('clock', customer.alias)?.watch),
    ];
  },
  'customer-released': (entry, state) => {
    const customer = customerOf(entry, state);
    return [
      put('customer', customer.alias, {
        ...customer,
        ownedSince: null,
        owner: null,
        pool: entry.data.pool as string,
      }),
      ...endOwnership(customer),
      { kind: 'delete', collection: 'clock', id: customer.alias },
    ];
  },
  'customer-terminated': (entry, state) => {
    const customer = customerOf(entry, state);
    return [
      put('customer', customer.alias, {
        ...customer,
        collaborators: [],
        ownedSince: null,
        owner: null,
        pool: null,
        state: 'deleted',
      }),
      ...endOwnership(customer),
      { kind: 'delete', collection: 'clock', id: customer.alias },
    ];
  },
  'claim-reassigned': (entry, state) => {
    const claim = claimOf(entry, state);
    return [
      put('claim', claim.id, {
        ...claim,
        atTop: false,
        claimant: entry.data.claimant as Alias,
        level: 0,
        waitingSince: entry.at,
      }),
    ];
  },
  'customer-deleted': (entry, state) => {
    const customer = customerOf(entry, state);
    return [
      put('customer', customer.alias, {
        ...customer,
        ownedSince: null,
        owner: null,
        pool: null,
        state: 'deleted',
      }),
      put('deletion', customer.alias, {
        by: entry.actor,
        customer: customer.alias,
        deletedAt: entry.at,
        owner: customer.owner,
        pool: customer.pool,
        schemaVersion: 1,
      }),
      ...endOwnership(customer),
      { kind: 'delete', collection: 'clock', id: customer.alias },
    ];
  },
  'customer-restored': (entry, state) => {
    const owner = entry.data.owner as Alias | null;
    const restored: Customer = {
      ...customerOf(entry, state),
      ownedSince: owner === null ? null : entry.at,
      owner,
      pool: entry.data.pool as string | null,
      state: 'live',
    };
    return [
      put('customer', restored.alias, restored),
      { kind: 'delete', collection: 'deletion', id: restored.alias },
      ...(owner === null ? [] : startOwnership(restored, entry.at)),
    ];
  },
  'deletion-expired': ({ data }) => [{ kind: 'delete', collection: 'deletion', id: data.customer as Alias }],
  'customer-shared': (entry, state) => {
    const customer = customerOf(entry, state);
    const employee = entry.data.with as Alias;
    const others = customer.collaborators.filter((share) => share.employee !== employee);
    const access = entry.data.access as 'read' | 'write' | null;
    const untilOn = entry.data.untilOn as LocalDate | null;
    const collaborators = access === null ? others : [...others, { access, employee, untilOn }];
    return [put('customer', customer.alias, { ...customer, collaborators })];
  },
};

/** Any change of owner starts the clocks, whichever way it came. A watched customer goes on being watched. */
function startOwnership(customer: Customer, at: Instant, watch?: Watch): readonly Change[] {
  const owner = customer.owner as Alias;
  return [
    { kind: 'add', collection: 'holdings', id: owner, by: 1 },
    put('clock', customer.alias, {
      customer: customer.alias,
      ownedSince: at,
      owner,
      recent: [],
      schemaVersion: 1,
      since: at,
      stage: 'running',
      ...(watch === undefined ? {} : { watch: passedOn(watch) }),
    }),
  ];
}

/** Whom nobody has reached yet, the next owner is to reach; whom the customer refused, it has not by now. */
function passedOn(watch: Watch): Watch {
  return { ...watch, contact: watch.contact === 'made' ? 'made' : 'waiting', refusedAt: null };
}

function endOwnership(customer: Customer): readonly Change[] {
  return customer.owner === null ? [] : [{ kind: 'add', collection: 'holdings', id: customer.owner, by: -1 }];
}

function decided(entry: FoldEntry, state: StateView, status: Claim['status']): Change {
  const claim = claimOf(entry, state);
  return put('claim', claim.id, { ...claim, decidedAt: entry.at, decidedBy: entry.actor as Alias, status });
}

function customerOf(entry: FoldEntry, state: StateView): Customer {
  const customer = state.get('customer', entry.data.customer as Alias);
  if (customer === null) throw new Error('an entry about a customer who was never registered');
  return customer;
}

function claimOf(entry: FoldEntry, state: StateView): Claim {
  const claim = state.get('claim', entry.data.claim as EntryId);
  if (claim === null) throw new Error('an entry about a claim that was never made');
  return claim;
}
