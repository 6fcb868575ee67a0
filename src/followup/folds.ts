import { type Alias, DAY_MS, type Instant, instantOf, millisOf } from '../kernel/index.ts';
import {
  type Change,
  type Clock,
  type FoldEntry,
  type Folds,
  type FollowUp,
  put,
  type StateView,
} from '../model/index.ts';
import { REPEATS_REMEMBERED } from './decide-follow-up.ts';

/** What the entries of this area do to the state. */
export const followUpFolds: Folds = {
  'follow-up-recorded': (entry, state) => {
    const { data } = entry;
    const customer = data.customer as Alias;
    const clock = state.get('clock', customer);
    const followUp = put('follow-up', entry.id, {
      afterReminder: data.afterReminder as boolean,
      at: data.happenedAt as Instant,
      by: entry.actor as Alias,
      customer,
      evidence: data.evidenceHash !== null,
      id: entry.id,
      kind: data.kind as FollowUp['kind'],
      qualifies: data.qualifies as boolean,
      recordedAt: entry.at,
      schemaVersion: 1,
      unqualifiedBecause: data.unqualifiedBecause as FollowUp['unqualifiedBecause'],
    });
    return clock === null ? [followUp] : [followUp, put('clock', customer, moved(clock, entry))];
  },
  'follow-up-reminded': (entry, state) => staged(entry, state, 'reminded'),
  'follow-up-escalated': (entry, state) => staged(entry, state, 'escalated'),
  'order-recorded': (entry, state) => {
    const { data } = entry;
    const known = state.get('order', data.order as string);
    return [
      put('order', data.order as string, {
        amount: data.amount as number,
        at: data.happenedAt as Instant,
        currency: data.currency as string,
        customer: data.customer as Alias,
        // Told for another customer after an erasure, it is another order.
        first: known !== null && known.customer === data.customer ? known.first : entry.id,
        order: data.order as string,
        outstanding: data.outstanding as number,
        recordedAt: entry.at,
        schemaVersion: 1,
        stage: data.stage as string,
      }),
      ...ordered(data.customer as Alias, entry, state),
    ];
  },
};

/** A qualifying contact moves the clock forward, never back; any text counts as said. */
function moved(clock: Clock, { data }: FoldEntry): Clock {
  const said = [data.textHash, data.evidenceHash].filter((hash) => hash !== null).join('.');
  const recent = [...clock.recent, said].slice(-REPEATS_REMEMBERED);
  const at = data.happenedAt as Instant;
  const contacted = { ...clock, recent, ...reached(clock, data) };
  return data.qualifies === true && at > clock.since
    ? { ...contacted, since: at, stage: 'running' }
    : contacted;
}

/** The successor has reached a watched customer, whoever else was in touch after that. */
function reached({ watch }: Clock, { firstContact, happenedAt }: FoldEntry['data']): Pick<Clock, 'watch'> {
  if (watch === undefined || firstContact === undefined) return {};
  return { watch: { ...watch, contact: 'made', contactedAt: happenedAt as Instant } };
}

/** An order of a watched customer puts off the day from which it is silent. One that came to nothing does not. */
function ordered(customer: Alias, { data }: FoldEntry, state: StateView): readonly Change[] {
  // Only a watched customer's orders say whether they came to nothing.
  const clock = data.lost === false ? state.get('clock', customer) : null;
  const orders = clock?.watch?.orders ?? null;
  if (clock?.watch === undefined || orders === null) return [];
  const lastAt = data.happenedAt as Instant;
  if (lastAt <= orders.lastAt || (data.amount as number) <= 0) return [];
  const silentAt = instantOf(millisOf(lastAt) + orders.silentAfterDays * DAY_MS);
  const watch = { ...clock.watch, orders: { ...orders, lastAt, silentAt, told: false } };
  return [put('clock', customer, { ...clock, watch })];
}

function staged(entry: FoldEntry, state: StateView, stage: Clock['stage']): ReturnType<Folds[string]> {
  const customer = entry.data.customer as Alias;
  const clock = state.get('clock', customer);
  return clock === null ? [] : [put('clock', customer, { ...clock, stage })];
}
