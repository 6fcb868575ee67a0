import type { Alias, EntryId, Instant } from '../kernel/index.ts';
import {
  type Change,
  type Clock,
  type Fold,
  type FoldEntry,
  type Folds,
  put,
  type StateView,
  type Watch,
} from '../model/index.ts';
import type { Watched } from './decide-watch.ts';

/** The watch of one customer changes. What is watched no more stays as it is. */
const one =
  (change: (entry: FoldEntry, watch: Watch) => Partial<Watch>): Fold =>
  (entry, state) => {
    const clock = state.get('clock', entry.data.customer as Alias);
    if (clock?.watch === undefined) return [];
    return [
      put('clock', clock.customer, { ...clock, watch: { ...clock.watch, ...change(entry, clock.watch) } }),
    ];
  };

/** What the entries of a watch do to the clocks of the customers, and to the handover. */
export const watchFolds: Folds = {
  'handover-watch-begun': ({ data }, state) => {
    const handover = state.get('handover', data.handover as EntryId);
    if (handover === null) return [];
    return [
      put('handover', handover.id, { ...handover, job: 'watch', monitoredUntil: data.until as Instant }),
    ];
  },
  'customers-watched': ({ data }, state) => [
    ...(data.customers as unknown as Watched[]).flatMap(({ customer, contactedAt, orders }) =>
      ofClock(state, customer, (clock) => ({
        ...clock,
        watch: {
          contact: contactedAt === null ? 'waiting' : 'made',
          contactedAt,
          handover: data.handover as EntryId,
          orders: orders === null ? null : { ...orders, told: false },
          refusedAt: null,
        },
      })),
    ),
    ...(data.last === true ? jobDone(state, data.handover as EntryId) : []),
  ],
  'customers-unwatched': ({ data }, state) =>
    (data.customers as Alias[]).flatMap((customer) =>
      ofClock(state, customer, ({ watch: _, ...clock }) => clock),
    ),
  'handover-watch-ended': ({ data }, state) => {
    const handover = state.get('handover', data.handover as EntryId);
    return handover === null ? [] : [put('handover', handover.id, { ...handover, monitoredUntil: null })];
  },
  'first-contact-reminded': one(() => ({ contact: 'reminded' })),
  'first-contact-escalated': one(() => ({ contact: 'escalated' })),
  'successor-refused': one(({ at }) => ({ refusedAt: at })),
  'customer-fell-silent': one((_, { orders }) => ({
    orders: orders === null ? null : { ...orders, told: true },
  })),
};

function ofClock(state: StateView, customer: Alias, change: (clock: Clock) => Clock): readonly Change[] {
  const clock = state.get('clock', customer);
  return clock === null ? [] : [put('clock', customer, change(clock))];
}

function jobDone(state: StateView, id: EntryId): readonly Change[] {
  const handover = state.get('handover', id);
  return handover === null ? [] : [put('handover', id, { ...handover, job: null })];
}
