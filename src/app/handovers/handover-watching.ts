import {
  decideRefused,
  type HandoverContext,
  type HandoverRefusal,
  isLeaversSide,
  manages,
  reviews,
} from '../../handover/index.ts';
import { type Alias, fail, type Instant, ok } from '../../kernel/index.ts';
import {
  type Clock,
  type ContactStage,
  idInput,
  onBehalfOf,
  type ParsedWatchQuery,
  reasonOptions,
  validate,
  watchQuery,
} from '../../model/index.ts';
import { raiseRefused } from '../alerts/watch-alerts.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import { decodeCursor, encodeCursor, PAGE_SIZE, type Page } from '../commit/pages.ts';
import { under } from '../commit/read-range.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import type { Transaction } from '../commit/transaction.ts';
import { loadCustomer } from '../customers/customer-context.ts';
import { type Desk, look, perform } from '../desk.ts';
import { loadHandover } from './handover-context.ts';
import type { HandoversArea } from './handovers.ts';

/** A customer that a handover moved, watched after the exit. */
export interface WatchedCustomer {
  readonly customer: string;
  /** Who owns it now. */
  readonly successor: string;
  readonly since: Instant;
  /** Whether the successor got in touch, or what was said while that did not come. */
  readonly contact: ContactStage;
  readonly contactedAt: Instant | null;
  /** When the customer last refused the successor. */
  readonly refusedAt: Instant | null;
  /** How it used to order before the leaving became known; `null` for who was no regular buyer. */
  readonly orders: {
    readonly everyDays: number;
    readonly lastAt: Instant;
    /** Whether it has stopped. */
    readonly silent: boolean;
  } | null;
}

/** The verbs of the time after an exit. Customers are watched, never the person who left. */
export function handoverWatching(desk: Desk): Pick<HandoversArea, 'watch' | 'reportRefusal'> {
  return {
    async watch(id, input = {}) {
      const handoverId = validate(idInput, id, 'id');
      const query = validate(watchQuery, input, 'query');
      return look<Page<WatchedCustomer>, HandoverRefusal>(desk, 'view-watch', async (transaction, about) => {
        const context = await loadHandover(transaction, handoverId);
        if (context === null || isLeaversSide(context)) return fail({ code: 'not-found' });
        about(context.leaver.alias);
        return ok(await listWatched(transaction, context, query));
      });
    },
    async reportRefusal(id, customer, options) {
      const handoverId = validate(idInput, id, 'id');
      const hostId = validate(idInput, customer, 'customer');
      const { idempotencyKey, reason } = validate(reasonOptions, options, 'options');
      let about: readonly Alias[] = [];
      return perform<Receipt, HandoverRefusal>(desk, {
        attempt: 'report-refusal',
        idempotencyKey,
        arguments: { customer: hostId, handover: handoverId, reason },
        subjects: () => about,
        async decide(transaction) {
          const context = await loadHandover(transaction, handoverId);
          if (context === null) return fail({ code: 'not-found' });
          const loaded = await loadCustomer(transaction, hostId);
          const clock = loaded.customer === null ? null : transaction.get('clock', loaded.customer.alias);
          if (loaded.customer !== null) about = [loaded.customer.alias];
          const decision = decideRefused({ ...context, clock, customer: loaded.customer }, reason);
          if (!decision.ok) return decision;
          const { event, place } = decision.value;
          transaction.record({ ...event, onBehalfOf: onBehalfOf(transaction.actor, place.capacity) });
          await raiseRefused(transaction, event.data.customer as Alias, {
            by: 'customer',
            handover: handoverId,
          });
          return ok(null);
        },
        answer: receiptOf,
      });
    },
  };
}

/** All watched customers for whoever manages or signs; for a successor those that are theirs now. */
async function listWatched(
  transaction: Transaction,
  context: HandoverContext,
  { after: cursor, limit = PAGE_SIZE, only }: ParsedWatchQuery,
): Promise<Page<WatchedCustomer>> {
  const { session } = transaction;
  const all = manages(context) !== null || reviews(context);
  const items: WatchedCustomer[] = [];
  for (let { after } = decodeCursor(cursor); ; ) {
    const [hits = []] = await session.store.find(session.tenant, {
      want: 'refs',
      ranges: [{ index: 'watched', ...under(context.handover.id), limit: 200, after, descending: false }],
    });
    if (hits.length === 0) return { items, next: null };
    await transaction.peek(
      ...hits.flatMap(({ ref }) => [['clock', ref.id] as const, ['customer', ref.id] as const]),
    );
    for (const { key, ref } of hits) {
      after = { key, ref };
      const clock = transaction.get('clock', ref.id);
      if (clock === null || !(all || context.actor.interests.includes(clock.owner)) || !isWanted(clock, only))
        continue;
      const view = viewWatched(transaction, clock);
      if (view !== null) items.push(view);
      if (items.length === limit) return { items, next: encodeCursor({ range: 0, after, shown: 0 }) };
    }
  }
}

function isWanted({ watch }: Clock, only: ParsedWatchQuery['only']): boolean {
  if (only === 'uncontacted') return watch?.contact !== 'made';
  if (only === 'refused') return watch?.refusedAt != null;
  return only !== 'silent' || watch?.orders?.told === true;
}

function viewWatched({ company, get }: Transaction, clock: Clock): WatchedCustomer | null {
  const customer = get('customer', clock.customer)?.id ?? null;
  const { owner, ownedSince, watch } = clock;
  if (watch === undefined || customer === null) return null;
  const { contact, contactedAt, orders, refusedAt } = watch;
  return {
    customer,
    successor: hostIdOf(company.org, owner) ?? '',
    since: ownedSince,
    contact,
    contactedAt,
    refusedAt,
    orders:
      orders === null ? null : { everyDays: orders.everyDays, lastAt: orders.lastAt, silent: orders.told },
  };
}
