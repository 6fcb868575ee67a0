import { decideHold, type HoldRefusal, isWaiting, mayDecideHold, reviewersOf } from '../../guard/index.ts';
import {
  type Alias,
  fail,
  type Instant,
  isUuidv7,
  type JsonValue,
  ok,
  type Result,
} from '../../kernel/index.ts';
import {
  type DeleteOptions,
  deleteOptions,
  type Hold,
  type ListHoldsQuery,
  listHoldsQuery,
  validate,
} from '../../model/index.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import { requireOutside } from '../commit/host-session.ts';
import { listRef } from '../commit/id-lists.ts';
import { decodeCursor, encodeCursor, PAGE_SIZE, type Page, walkPages } from '../commit/pages.ts';
import { AFTER_ALL, under } from '../commit/read-range.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type Desk, look, perform } from '../desk.ts';
import { carryOut } from './carry-out.ts';
import { readFacts } from './hold-request.ts';
import { redecide } from './release-hold.ts';

/** An operation that waits for another person, or waited. */
export interface HoldView {
  readonly id: string;
  readonly operation: string;
  /** The host's id of the employee, or the name of the service, that asked. */
  readonly requester: string;
  readonly onBehalfOf: string | null;
  /** How many customers it is about. */
  readonly customers: number;
  readonly status: Hold['status'];
  readonly placedAt: Instant;
  /** When it goes one level up, and when it is denied by itself. */
  readonly escalateAt: Instant;
  readonly expireAt: Instant;
  /** Who looks at it first; `null` where roles do. */
  readonly reviewer: string | null;
  readonly decidedAt: Instant | null;
  readonly decidedBy: string | null;
  /** Rule, counter and threshold, for those who decide; `null` for the requester, who is told none of it. */
  readonly reasons: readonly JsonValue[] | null;
}

/** A hold that was decided. */
export interface DecidedHold extends Receipt {
  readonly hold: string;
  readonly status: 'released' | 'denied' | 'spent';
  /** Whether the requester may do it now, once, by asking for the very same again. */
  readonly permit: boolean;
  /** What became of each customer, by the host's ids, where the release carried it out. */
  readonly items: readonly {
    readonly id: string;
    readonly result: Result<unknown, { readonly code: string }>;
  }[];
}

/** Operations that wait for another person. */
export interface HoldsArea {
  /** Holds that the caller may decide, and the caller's own; those that wait, oldest first. */
  list(query?: ListHoldsQuery): Promise<Result<Page<HoldView>, ShellRefusal>>;
  /** All of them, page after page; throws on a refusal. */
  all(query?: ListHoldsQuery): AsyncGenerator<HoldView>;
  /** One hold, for whoever may decide it and for whoever asked. */
  get(id: string): Promise<Result<HoldView, { readonly code: 'not-found' } | ShellRefusal>>;
  /**
   * Releases a hold, and carries it out as the requester's, once; a view is unlocked, an export or an operation
   * of the host's may be asked for again, once. It is decided anew at this moment. Answers after it is sealed.
   */
  release(id: string, options: DeleteOptions): Promise<Result<DecidedHold, HoldRefusal | ShellRefusal>>;
  /** Denies a hold: nothing happens, for good. */
  deny(id: string, options: DeleteOptions): Promise<Result<DecidedHold, HoldRefusal | ShellRefusal>>;
}

/** The holds area at a desk. */
export function createHolds(desk: Desk): HoldsArea {
  const list: HoldsArea['list'] = async (input = {}) => {
    const query = validate(listHoldsQuery, input, 'query');
    return look(desk, 'list-holds', (transaction) => listHolds(transaction, query));
  };
  return {
    list,
    all: (query = {}) => walkPages((after) => list({ ...query, after })),
    async get(id) {
      return look(desk, 'view-hold', async (transaction) => {
        const hold = await loadHold(transaction, id);
        if (hold === null || !sees(transaction, hold)) return fail({ code: 'not-found' });
        return ok(await viewHold(transaction, hold));
      });
    },
    async release(id, options) {
      requireOutside(await desk.open(), 'holds.release');
      const decided = await decide(desk, id, 'released', options);
      if (!decided.ok) return decided;
      const session = await desk.open();
      await desk.seal(session);
      return ok({ ...decided.value, ...(await carryOut(desk, session, id)) });
    },
    deny: (id, options) => decide(desk, id, 'denied', options),
  };
}

async function decide(
  desk: Desk,
  id: string,
  to: 'released' | 'denied',
  options: DeleteOptions,
): Promise<Result<DecidedHold, HoldRefusal | ShellRefusal>> {
  const { reason, idempotencyKey } = validate(deleteOptions, options, 'options');
  let about: readonly Alias[] = [];
  return perform<DecidedHold, HoldRefusal>(desk, {
    attempt: to === 'released' ? 'release-hold' : 'deny-hold',
    idempotencyKey,
    arguments: { hold: String(id), reason },
    subjects: () => about,
    async decide(transaction) {
      if (to === 'released' && isUuidv7(id)) transaction.foresee(listRef(id, 0));
      const hold = await loadHold(transaction, id);
      if (hold?.requester.startsWith('e_')) about = [hold.requester as Alias];
      if (hold !== null && !sees(transaction, hold)) return fail({ code: 'not-found' });
      const decision = decideHold(hold, transaction.actor, transaction.company.org, to, reason);
      if (!decision.ok || hold === null) return decision;
      if (to === 'released') {
        const still = await redecide(transaction, hold);
        if (!still.ok) return still;
      }
      transaction.record({ ...decision.value.event, onBehalfOf: decision.value.onBehalfOf });
      return decision;
    },
    answer: (written) => ({ ...receiptOf(written), hold: id, status: to, permit: false, items: [] }),
  });
}

async function loadHold(transaction: Transaction, id: string): Promise<Hold | null> {
  if (!isUuidv7(id)) return null;
  await transaction.load(['hold', id]);
  return transaction.get('hold', id);
}

/** The requester sees their own hold; who may decide it sees it, and why. */
function sees(transaction: Transaction, hold: Hold): boolean {
  return hold.requester === transaction.actor.party || reviews(transaction, hold);
}

function reviews({ actor, company }: Transaction, hold: Hold): boolean {
  return mayDecideHold(hold, actor, company.org).ok;
}

async function viewHold(transaction: Transaction, hold: Hold): Promise<HoldView> {
  const { org } = transaction.company;
  const named = (party: string | null): string | null =>
    party?.startsWith('s_') ? party.slice(2) : hostIdOf(org, party);
  return {
    id: hold.id,
    operation: hold.operation,
    requester: named(hold.requester) ?? '',
    onBehalfOf: named(hold.onBehalfOf),
    customers: hold.customers,
    status: hold.status,
    placedAt: hold.placedAt,
    escalateAt: hold.escalateAt,
    expireAt: hold.expireAt,
    reviewer: isWaiting(hold) ? (reviewersOf(hold, org, transaction.today)[0]?.id ?? null) : null,
    decidedAt: hold.decidedAt,
    decidedBy: named(hold.decidedBy),
    reasons: reviews(transaction, hold) ? await readFacts(transaction, hold) : null,
  };
}

async function listHolds(
  transaction: Transaction,
  query: {
    readonly mine?: boolean | undefined;
    readonly limit?: number | undefined;
    readonly after?: string | null | undefined;
  },
): Promise<Result<Page<HoldView>, never>> {
  const { session, actor } = transaction;
  const size = query.limit ?? PAGE_SIZE;
  const bounds =
    query.mine === true
      ? { index: 'holds-of', ...under(actor.party) }
      : { index: 'holds-open', from: '!', to: AFTER_ALL };
  const items: HoldView[] = [];
  for (let { after } = decodeCursor(query.after); ; ) {
    const [hits = []] = await session.store.find(session.tenant, {
      want: 'refs',
      ranges: [{ ...bounds, limit: 200, after, descending: false }],
    });
    if (hits.length === 0) return ok({ items, next: null });
    await transaction.peek(...hits.map(({ ref }) => ['hold', ref.id] as const));
    for (const { key, ref } of hits) {
      after = { key, ref };
      const hold = transaction.get('hold', ref.id);
      if (hold === null || !sees(transaction, hold)) continue;
      items.push(await viewHold(transaction, hold));
      if (items.length === size) return ok({ items, next: encodeCursor({ range: 0, after, shown: 0 }) });
    }
  }
}
