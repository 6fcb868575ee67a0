import type { Alert, OpenAlert } from './alerts.ts';
import type { Acknowledgement, Contest, ContestSlot } from './contests.ts';
import type { Episode } from './episodes.ts';
import type { Deletion, Hold, HoldSlot, Permit } from './guarded.ts';
import type { Handover, HandoverBucket, HandoverComment, HandoverItem } from './handovers.ts';
import type {
  Approval,
  Claim,
  Clock,
  Customer,
  Employee,
  FollowUp,
  Head,
  Order,
  PolicyDocument,
  Tenant,
} from './nouns.ts';
import type { Watch } from './watches.ts';

/** The bodies of state documents by collection. State is exactly the fold of the ledger. */
export interface StateDocuments {
  head: Head;
  tenant: Tenant;
  policy: PolicyDocument;
  employee: Employee;
  episode: Episode;
  customer: Customer;
  claim: Claim;
  clock: Clock;
  'follow-up': FollowUp;
  order: Order;
  approval: Approval;
  alert: Alert;
  'open-alert': OpenAlert;
  handover: Handover;
  'handover-item': HandoverItem;
  'handover-bucket': HandoverBucket;
  'handover-comment': HandoverComment;
  hold: Hold;
  'hold-slot': HoldSlot;
  permit: Permit;
  deletion: Deletion;
  contest: Contest;
  'contest-slot': ContestSlot;
  acknowledgement: Acknowledgement;
}
export type StateCollection = keyof StateDocuments;

/** Counters of state: moved by bounded adds, compared with the fold by verification. */
export type CounterCollection = 'holdings' | 'handover-changes' | 'holds-waiting';

/** How a collection is kept. */
export interface CollectionFacts {
  readonly class: 'evidence' | 'state' | 'operational';
  /** How it is made anew, or why it cannot be. */
  readonly restoredBy: string;
}

const state: CollectionFacts = { class: 'state', restoredBy: 'folding the ledger (`keeper.rebuild`)' };
const evidence = (what: string): CollectionFacts => ({
  class: 'evidence',
  restoredBy: `a backup only: ${what}`,
});
const operational = (restoredBy: string): CollectionFacts => ({ class: 'operational', restoredBy });

/** Every collection there is, with its class: back up evidence, rebuild state, forget the rest. */
export const COLLECTIONS = {
  head: state,
  tenant: state,
  policy: state,
  employee: state,
  episode: state,
  customer: state,
  claim: state,
  clock: state,
  'follow-up': state,
  order: state,
  approval: state,
  alert: state,
  'open-alert': state,
  handover: state,
  'handover-item': state,
  'handover-bucket': state,
  'handover-comment': state,
  'handover-changes': state,
  hold: state,
  'hold-slot': state,
  permit: state,
  deletion: state,
  contest: state,
  'contest-slot': state,
  acknowledgement: state,
  'holds-waiting': state,
  holdings: state,
  alias: evidence('the mapping of a host id to its random alias'),
  key: evidence('wrapped data keys'),
  disclosure: evidence('personal values, encrypted per subject'),
  checkpoint: evidence('signed tree heads'),
  tile: evidence('hashes of the log, written once'),
  'id-list': evidence('the ids a list or an export showed'),
  cursor: operational(
    'begun anew: notifiers at the end of the log, sinks where they say; what lies before is not told, or told again',
  ),
  'dead-letter': operational(
    'nothing: forgotten, an entry that a sink did not take is not offered to it again',
  ),
  lease: operational('forgotten: a sweep comes sooner than it had to'),
  edge: operational('the tiles and entries'),
  idempotency: operational('forgotten after use: a retry decides anew and is refused by the state it meets'),
  usage: operational('nothing: forgotten, a person starts at zero; the ledger still says what went through'),
  fold: operational('forgotten: the next equal refusal or read makes an entry again'),
} as const satisfies Record<string, CollectionFacts>;

/** A place in an index, without saying whose. */
export interface KeyInIndex {
  readonly index: string;
  readonly key: string;
}

/** What each index finds. Keys hold aliases, instants and words, never a value a person typed. */
type Keys = { readonly [Name in StateCollection]?: (body: StateDocuments[Name]) => readonly KeyInIndex[] };

const keysByCollection: Keys = {
  employee: ({ alias }) => [{ index: 'employees', key: alias }],
  customer: ({ alias, state, owner, collaborators, registeredAt }) =>
    state === 'deleted' || state === 'absorbed'
      ? []
      : [
          { index: 'customers', key: `${registeredAt}.${alias}` },
          ...(owner === null ? [] : [{ index: 'customers-of', key: `${owner}.${registeredAt}.${alias}` }]),
          ...collaborators.map(({ employee }) => ({
            index: 'customers-shared-with',
            key: `${employee}.${registeredAt}.${alias}`,
          })),
        ],
  claim: ({ id, claimant, status, waitingSince, atTop }) => [
    { index: 'claims-of', key: `${claimant}.${id}` },
    ...(status === 'submitted' ? [{ index: 'claims-open', key: id }] : []),
    ...(status === 'submitted' && !atTop ? [{ index: 'due', key: `claim.${waitingSince}` }] : []),
  ],
  clock: ({ customer, owner, ownedSince, since, stage, watch }) => [
    { index: 'clocks-of', key: `${owner}.${since}` },
    ...(stage === 'escalated' ? [] : [{ index: 'due', key: `${stage}.${since}` }]),
    ...(watch === undefined ? [] : watchKeys(customer, ownedSince, watch)),
  ],
  'follow-up': ({ id, customer, by, at }) => [
    { index: 'follow-ups-about', key: `${customer}.${at}.${id}` },
    { index: 'follow-ups-by', key: `${by}.${at}.${id}` },
  ],
  order: ({ order, customer, at }) => [{ index: 'orders-of', key: `${customer}.${at}.${order}` }],
  alert: ({ id, subject, state, waitingSince, atTop, closedAt }) => [
    { index: 'alerts', key: id },
    { index: 'alerts-in', key: `${state}.${id}` },
    { index: 'alerts-about', key: `${subject}.${id}` },
    ...(state === 'raised' && !atTop ? [{ index: 'due', key: `alert.${waitingSince}` }] : []),
    ...(closedAt === null ? [] : [{ index: 'due', key: `alert-${state}.${closedAt}` }]),
  ],
  handover: ({ id, leaver, state, job, openedAt, monitoredUntil }) => [
    { index: 'handovers', key: id },
    { index: 'handovers-of', key: `${leaver}.${id}` },
    ...(job === null ? [] : [{ index: 'due', key: `handover-job.${openedAt}` }]),
    ...((state === 'monitored' || state === 'forced_exit') && monitoredUntil !== null
      ? [{ index: 'due', key: `handover-end.${monitoredUntil}` }]
      : []),
  ],
  'handover-item': ({ changedAt, channel, status }) =>
    channel?.driven === true &&
    channel.outcome === 'waiting' &&
    (channel.back === true || status === 'accepted')
      ? [{ index: 'due', key: `transfer.${changedAt}` }]
      : [],
  'handover-comment': ({ id, handover }) => [{ index: 'handover-comments', key: `${handover}.${id}` }],
  hold: ({ id, requester, status, escalateAt, expireAt, brings, decidedAt }) => [
    { index: 'holds-of', key: `${requester}.${id}` },
    ...(status === 'waiting' || status === 'escalated' ? [{ index: 'holds-open', key: id }] : []),
    ...(status === 'waiting' ? [{ index: 'due', key: `hold.${escalateAt}` }] : []),
    ...(status === 'escalated' ? [{ index: 'due', key: `hold.${expireAt}` }] : []),
    // Should a process die between the release and carrying it out, the sweep goes on.
    ...(status === 'released' && brings === 'carrying-out'
      ? [{ index: 'due', key: `released.${decidedAt}` }]
      : []),
  ],
  permit: ({ actor, id, status, until }) => [
    { index: 'permits-of', key: `${actor}.${id}` },
    ...(status === 'open' ? [{ index: 'due', key: `permit.${until}` }] : []),
  ],
  contest: ({ id, employee, status, dueAt, answeredAt }) => [
    { index: 'contests-of', key: `${employee}.${id}` },
    ...(status === 'answered' ? [] : [{ index: 'contests-open', key: id }]),
    ...(status === 'open' || status === 'withheld' ? [{ index: 'due', key: `contest.${dueAt}` }] : []),
    ...(answeredAt === null ? [] : [{ index: 'due', key: `contest-answered.${answeredAt}` }]),
  ],
  deletion: ({ customer, owner, deletedAt }) => [
    { index: 'deletions', key: `${deletedAt}.${customer}` },
    { index: 'due', key: `deleted.${deletedAt}` },
    ...(owner === null ? [] : [{ index: 'deletions-of', key: `${owner}.${deletedAt}.${customer}` }]),
  ],
};

/** Where a watched customer stands: with the others of its handover, and among what is due. */
function watchKeys(customer: string, ownedSince: string, watch: Watch): readonly KeyInIndex[] {
  const { contact, handover, orders } = watch;
  return [
    { index: 'watched', key: `${handover}.${customer}` },
    ...(contact === 'waiting' || contact === 'reminded'
      ? [{ index: 'due', key: `contact-${contact}.${ownedSince}` }]
      : []),
    ...(orders === null || orders.told ? [] : [{ index: 'due', key: `silent.${orders.silentAt}` }]),
  ];
}

/** The index keys of a state document: a function of its body alone, so that a rebuild finds the same. */
export function keysOf<Name extends StateCollection>(
  collection: Name,
  body: StateDocuments[Name],
): readonly KeyInIndex[] {
  const keys = keysByCollection[collection] as
    | ((body: StateDocuments[Name]) => readonly KeyInIndex[])
    | undefined;
  return keys?.(body) ?? [];
}
