import {
  type HandoverContext,
  type HandoverRefusal,
  type HandoverStatus,
  isDone,
  isLeaversSide,
  manages,
  reviews,
} from '../../handover/index.ts';
import { fail, type Instant, type LocalDate, ok, type Result } from '../../kernel/index.ts';
import {
  type Employee,
  type Handover,
  type HandoverRow,
  handoverQuery,
  handoversQuery,
  idInput,
  validate,
} from '../../model/index.ts';
import { readDisclosures, valuesIn } from '../commit/disclosures.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import { decodeCursor, encodeCursor, PAGE_SIZE } from '../commit/pages.ts';
import { AFTER_ALL, under } from '../commit/read-range.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type Desk, look } from '../desk.ts';
import { type Certificate, certificateOf } from './handover-certificate.ts';
import { loadHandover, loadRows } from './handover-context.ts';
import { type HandoverItemView, viewItems } from './handover-item-view.ts';
import { reconcile } from './handover-jobs.ts';
import { scopeOf, statusOf, viewHandover } from './handover-view.ts';
import type { HandoversArea } from './handovers.ts';

/** A handover in a list. */
export interface HandoverSummary {
  readonly id: string;
  readonly leaver: string;
  readonly status: HandoverStatus;
  readonly kind: Handover['kind'];
  readonly lastDayOn: LocalDate;
  readonly openedAt: Instant;
  readonly clearedAt: Instant | null;
}

/** What the leaver keeps: what was handed over to whom, and what was outstanding at the opening. */
export interface HandoverReceipt {
  readonly handover: string;
  readonly leaver: string;
  readonly status: HandoverStatus;
  readonly openedAt: Instant;
  readonly clearedAt: Instant | null;
  /** The entry of the ledger that is the certificate; `null` before there is one. */
  readonly certificate: string | null;
  /** Orders with something outstanding when the handover was opened, and how much: commission may be open on them. */
  readonly statement: Handover['found'];
  readonly items: readonly Pick<
    HandoverItemView,
    'id' | 'kind' | 'customer' | 'reported' | 'status' | 'to'
  >[];
  readonly comments: readonly {
    readonly item: string | null;
    readonly text: string | null;
    readonly at: Instant;
  }[];
}

/** The verbs that read handovers. */
export function handoverReading(desk: Desk): Pick<HandoversArea, 'get' | 'list' | 'certificate' | 'receipt'> {
  return {
    async get(id, input = {}) {
      const handoverId = validate(idInput, id, 'id');
      const query = validate(handoverQuery, input, 'query');
      await reconcile(await desk.open(), handoverId);
      return look<Awaited<ReturnType<typeof viewHandover>>, HandoverRefusal>(
        desk,
        'view-handover',
        async (transaction, about) => {
          const context = await loadHandover(transaction, handoverId);
          if (context === null) return fail({ code: 'not-found' });
          const all = await loadRows(transaction, context.handover);
          const scope = scopeOf(context, all.rows);
          if (scope === 'nothing') return fail({ code: 'not-found' });
          about(context.leaver.alias);
          const { shown } = decodeCursor(query.after);
          const limit = query.limit ?? PAGE_SIZE;
          const visible = [...all.rows].filter(([, row]) => isVisible(context, row, scope, query.status));
          const keys = visible.slice(shown, shown + limit).map(([key]) => key);
          const after = shown + keys.length;
          const next = after < visible.length ? encodeCursor({ range: 0, after: null, shown: after }) : null;
          return ok(await viewHandover(transaction, context, all, { keys, next }));
        },
      );
    },
    async list(input = {}) {
      const query = validate(handoversQuery, input, 'query');
      return look(desk, 'list-handovers', async (transaction) => ok(await listHandovers(transaction, query)));
    },
    async certificate(
      id,
    ): Promise<Result<Certificate, HandoverRefusal | { readonly code: 'not-cleared' } | ShellRefusal>> {
      const handoverId = validate(idInput, id, 'id');
      await desk.seal(await desk.open());
      return look<Certificate, HandoverRefusal | { readonly code: 'not-cleared' }>(
        desk,
        'read-certificate',
        async (transaction, about) => {
          const context = await loadHandover(transaction, handoverId);
          if (context === null || !seesWhole(context)) return fail({ code: 'not-found' });
          about(context.leaver.alias);
          const { certificate } = context.handover;
          return certificate === null
            ? fail({ code: 'not-cleared' })
            : ok(await certificateOf(transaction, certificate));
        },
      );
    },
    async receipt(id) {
      const handoverId = validate(idInput, id, 'id');
      return look<HandoverReceipt, HandoverRefusal>(desk, 'read-receipt', async (transaction, about) => {
        const context = await loadHandover(transaction, handoverId);
        const { actor } = transaction;
        if (
          context === null ||
          !(actor.employee?.alias === context.leaver.alias || manages(context) !== null)
        )
          return fail({ code: 'not-found' });
        about(context.leaver.alias);
        return ok(await receiptFor(transaction, context));
      });
    },
  };
}

function seesWhole(context: HandoverContext): boolean {
  return manages(context) !== null || reviews(context) || isLeaversSide(context);
}

function isVisible(
  { actor }: HandoverContext,
  [, status, to]: HandoverRow,
  scope: 'all' | 'received',
  wanted: 'open' | 'done' | undefined,
): boolean {
  if (wanted !== undefined && isDone(status) !== (wanted === 'done')) return false;
  return scope === 'all' || (to !== null && actor.interests.includes(to));
}

async function receiptFor(transaction: Transaction, context: HandoverContext): Promise<HandoverReceipt> {
  const { handover } = context;
  const all = await loadRows(transaction, handover);
  const keys = [...all.rows.keys()];
  const items: HandoverItemView[] = [];
  for (let from = 0; from < keys.length; from += 400)
    items.push(...(await viewItems(transaction, context, all.rows, keys.slice(from, from + 400), false)));
  return {
    handover: handover.id,
    leaver: hostIdOf(transaction.company.org, handover.leaver) ?? '',
    status: statusOf(handover, all),
    openedAt: handover.openedAt,
    clearedAt: handover.clearedAt,
    certificate: handover.certificate,
    statement: handover.found,
    items: items.map(({ id, kind, customer, reported, status, to }) => ({
      id,
      kind,
      customer,
      reported,
      status,
      to,
    })),
    comments: await commentsOn(transaction, handover),
  };
}

async function commentsOn(
  transaction: Transaction,
  { id, leaver }: Handover,
): Promise<HandoverReceipt['comments']> {
  const { session } = transaction;
  const [hits = []] = await session.store.find(session.tenant, {
    want: 'refs',
    ranges: [{ index: 'handover-comments', ...under(id), limit: 500, after: null, descending: false }],
  });
  await transaction.peek(...hits.map(({ ref }) => ['handover-comment', ref.id] as const));
  const comments = hits.flatMap(({ ref }) => transaction.get('handover-comment', ref.id) ?? []);
  const texts = await readDisclosures(
    session,
    comments.map((comment) => ({ entry: comment.id, subject: leaver })),
  );
  return comments.map((comment) => ({
    at: comment.at,
    item: comment.item,
    text: (valuesIn(texts.get(comment.id) ?? []).get('text') ?? null) as string | null,
  }));
}

async function listHandovers(
  transaction: Transaction,
  query: {
    readonly open?: boolean | undefined;
    readonly limit?: number | undefined;
    readonly after?: string | null | undefined;
  },
): Promise<{ readonly items: readonly HandoverSummary[]; readonly next: string | null }> {
  const { session, company, actor } = transaction;
  const size = query.limit ?? PAGE_SIZE;
  let { after } = decodeCursor(query.after);
  const items: HandoverSummary[] = [];
  for (;;) {
    const [hits = []] = await session.store.find(session.tenant, {
      want: 'refs',
      ranges: [{ index: 'handovers', from: '!', to: AFTER_ALL, limit: 100, after, descending: true }],
    });
    if (hits.length === 0) return { items, next: null };
    await transaction.peek(...hits.map(({ ref }) => ['handover', ref.id] as const));
    for (const hit of hits) {
      after = { key: hit.key, ref: hit.ref };
      const handover = transaction.get('handover', hit.ref.id);
      if (handover === null) continue;
      const leaver = company.org.byAlias.get(handover.leaver) as Employee;
      const context = { actor, handover, leaver, org: company.org };
      const over = handover.state !== 'opened' && handover.state !== 'preparing';
      if (query.open === true && over) continue;
      const all = await loadRows(transaction, handover);
      if (scopeOf(context, all.rows) === 'nothing') continue;
      items.push({
        id: handover.id,
        leaver: hostIdOf(company.org, handover.leaver) ?? '',
        status: statusOf(handover, all),
        kind: handover.kind,
        lastDayOn: handover.lastDayOn,
        openedAt: handover.openedAt,
        clearedAt: handover.clearedAt,
      });
      if (items.length === size) return { items, next: encodeCursor({ range: 0, after, shown: 0 }) };
    }
  }
}
