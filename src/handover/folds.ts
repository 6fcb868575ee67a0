import type { Alias, EntryId, Instant, JsonValue, LocalDate } from '../kernel/index.ts';
import {
  type Change,
  type Fold,
  type FoldEntry,
  type Folds,
  type Handover,
  type HandoverBucket,
  type HandoverItem,
  type ItemStatus,
  put,
  type StateView,
} from '../model/index.ts';
import { bucketId, bucketOf, itemId, kindOf } from './item-steps.ts';
import { watchFolds } from './watch-folds.ts';

/** An item of a handover changes: its document, its row, and the count of changes. */
const item =
  (change: (entry: FoldEntry, before: HandoverItem) => Partial<HandoverItem>): Fold =>
  (entry, state) => {
    const { data } = entry;
    const handover = handoverOf(entry, state);
    const key = data.item as string;
    const status = data.status as ItemStatus;
    const to = data.to as Alias | null;
    const before = state.get('handover-item', itemId(handover.id, key)) ?? blank(handover, key, entry.at);
    const bucket = bucketOfItem(state, handover, key);
    const acquired = bucket.rows[key]?.[3] ?? data.acquired === true;
    return [
      put('handover-item', itemId(handover.id, key), {
        ...before,
        ...change(entry, before),
        ...(data.share === undefined ? {} : { share: data.share as HandoverItem['share'] }),
        changedAt: entry.at,
        status,
        to,
      }),
      put('handover-bucket', bucketId(handover.id, bucket.number), {
        ...bucket,
        rows: { ...bucket.rows, [key]: [entry.id, status, to, acquired] },
      }),
      changed(handover),
    ];
  };

/** A change of the handover itself. */
const header =
  (change: (entry: FoldEntry, handover: Handover) => Partial<Handover>): Fold =>
  (entry, state) => {
    const handover = handoverOf(entry, state);
    return [put('handover', handover.id, { ...handover, ...change(entry, handover) })];
  };

/** What the entries of this area do to the state. */
export const handoverFolds: Folds = {
  ...watchFolds,
  'handover-opened': (entry, state) => {
    const { data } = entry;
    const leaver = data.leaver as Alias;
    const id = `${leaver}.${data.episode}`;
    const episode = state.get('episode', id);
    const handover: Handover = {
      buckets: data.buckets as number,
      certificate: null,
      clearedAt: null,
      departedAt: episode?.departed?.at ?? null,
      episode: data.episode as number,
      found: null,
      id: entry.id,
      job: 'find',
      kind: data.kind as Handover['kind'],
      lastDayOn: data.lastDayOn as LocalDate,
      leaver,
      monitoredUntil: null,
      openedAt: entry.at,
      schemaVersion: 1,
      signatures: [],
      state: 'opened',
      template: data.template as Handover['template'],
    };
    return [
      put('handover', entry.id, handover),
      ...(episode === null ? [] : [put('episode', id, { ...episode, handover: entry.id })]),
    ];
  },
  'handover-items-added': (entry, state) => {
    const handover = handoverOf(entry, state);
    const buckets = new Map<number, HandoverBucket>();
    for (const key of entry.data.items as string[]) {
      const number = bucketOf(key, handover.buckets);
      const bucket = buckets.get(number) ?? bucketOfItem(state, handover, key);
      const row: HandoverBucket['rows'][string] = [entry.id, 'pending', null, entry.data.acquired as boolean];
      buckets.set(number, { ...bucket, rows: { ...bucket.rows, [key]: row } });
    }
    return [
      ...[...buckets.values()].map((bucket) =>
        put('handover-bucket', bucketId(handover.id, bucket.number), bucket),
      ),
      changed(handover),
    ];
  },
  'handover-items-found': header(({ data }, { state }) => ({
    found: {
      kinds: data.kinds,
      openOrders: data.openOrders,
      outstanding: data.outstanding,
    } as Handover['found'],
    job: null,
    state: state === 'opened' ? 'preparing' : state,
  })),
  'handover-item-reported': item(({ id }) => ({ reportedIn: id })),
  'handover-item-prepared': item((entry, before) => ({
    amount: entry.data.amount as HandoverItem['amount'],
    disposition: entry.data.disposition as HandoverItem['disposition'],
    facts: entry.data.facts as { [name: string]: JsonValue },
    reconciled: entry.data.reconciled as boolean | null,
    texts: {
      ...before.texts,
      ...Object.fromEntries((entry.data.texts as string[]).map((name) => [name, entry.id])),
    },
  })),
  'handover-item-offered': item(({ data }) => ({
    channel: data.channel === null ? null : { name: data.channel as string, outcome: 'offered' },
  })),
  'handover-item-accepted': item(({ data }, { channel }) =>
    data.status === 'accepted' && channel !== null
      ? { channel: { ...channel, outcome: 'waiting', ...(data.driven === true ? { driven: true } : {}) } }
      : {},
  ),
  'handover-item-completed': item(({ id, data }, { channel, reasonIn }) => ({
    channel:
      channel === null
        ? null
        : { ...channel, outcome: data.outcome as NonNullable<HandoverItem['channel']>['outcome'] },
    reasonIn: data.outcome === 'done' ? reasonIn : id,
  })),
  'handover-item-given-back': item((_, { channel }) => ({
    channel: channel === null ? null : { ...channel, back: true, outcome: 'waiting' },
  })),
  'handover-item-done': item(() => ({})),
  'handover-item-returned': item(({ id }) => ({ reasonIn: id })),
  'handover-item-waived': item(({ id }) => ({ reasonIn: id })),
  'handover-item-followed': item(() => ({})),
  // Nobody disposed of it here.
  'handover-item-overtaken': item(() => ({ disposition: null })),
  'handover-signed': header(({ id, at, data }, { signatures }) => ({
    signatures: [
      ...signatures.filter(({ party }) => party !== data.party),
      {
        at,
        by: data.by as Alias,
        digest: data.digest as string,
        entry: id,
        onBehalfOf: data.onBehalfOf as Alias | null,
        party: data.party as Handover['signatures'][number]['party'],
      },
    ],
  })),
  'handover-cleared': header(({ id, at, data }) => ({
    certificate: id,
    clearedAt: at,
    monitoredUntil: data.monitoredUntil as Instant | null,
    state: data.monitoredUntil === null ? 'cleared' : 'monitored',
  })),
  'handover-forced': header(({ id }) => ({ certificate: id, state: 'forced_exit' })),
  'handover-rescheduled': header(({ data }) => ({
    kind: data.kind as Handover['kind'],
    lastDayOn: data.lastDayOn as LocalDate,
  })),
  'handover-leaver-departed': header(({ at, data }, { state }) => ({
    departedAt: at,
    monitoredUntil: data.monitoredUntil as Instant | null,
    state: data.monitoredUntil === null ? state : 'monitored',
  })),
  'handover-withdrawn': header(({ data }) => ({
    job: data.restore === true ? 'restore' : null,
    state: 'withdrawn',
  })),
  'handover-restored': header(() => ({ job: null })),
  'handover-closed': header(() => ({ state: 'closed' })),
  'handover-commented': (entry) => [
    put('handover-comment', entry.id, {
      at: entry.at,
      by: entry.actor as Alias,
      handover: entry.data.handover as EntryId,
      id: entry.id,
      item: entry.data.item as string | null,
      schemaVersion: 1,
    }),
  ],
};

function blank(handover: Handover, key: string, at: Instant): HandoverItem {
  return {
    amount: null,
    changedAt: at,
    channel: null,
    disposition: null,
    facts: {},
    handover: handover.id,
    item: key,
    kind: kindOf(key),
    reasonIn: null,
    reconciled: null,
    reportedIn: null,
    schemaVersion: 1,
    status: 'pending',
    texts: {},
    to: null,
  };
}

function bucketOfItem(state: StateView, handover: Handover, key: string): HandoverBucket {
  const number = bucketOf(key, handover.buckets);
  const known = state.get('handover-bucket', bucketId(handover.id, number));
  return known ?? { handover: handover.id, number, rows: {}, schemaVersion: 1 };
}

function handoverOf(entry: FoldEntry, state: StateView): Handover {
  const handover = state.get('handover', entry.data.handover as EntryId);
  if (handover === null) throw new Error('an entry about a handover that was never opened');
  return handover;
}

/** Whoever looked at all items notices by this count that one of them changed. */
function changed({ id }: Handover): Change {
  return { kind: 'add', collection: 'handover-changes', id, by: 1 };
}
