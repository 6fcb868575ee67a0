import { decideGiveNotice, type PeopleRefusal } from '../../company/index.ts';
import { decideComment, decideOpen, type HandoverRefusal } from '../../handover/index.ts';
import { type Alias, fail, ok, type Result } from '../../kernel/index.ts';
import {
  type CommentInput,
  type CompleteOptions,
  commentInput,
  episodeId,
  type HandoverQuery,
  type HandoversQuery,
  idInput,
  type KeyOnly,
  type NoticeInput,
  noticeInput,
  type OfferOptions,
  type PrepareInput,
  type ReasonOptions,
  type ReportedItem,
  type SignOptions,
  validate,
  type WatchQuery,
} from '../../model/index.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import type { Page } from '../commit/pages.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import { type Desk, perform } from '../desk.ts';
import type { Certificate } from './handover-certificate.ts';
import { loadHandover, loadItem } from './handover-context.ts';
import { handoverItems, type ItemResult, type ItemsResult } from './handover-items.ts';
import { finishJob } from './handover-jobs.ts';
import { handoverIdOf, openHandover, openHandoverOf } from './handover-opening.ts';
import { type HandoverReceipt, type HandoverSummary, handoverReading } from './handover-reading.ts';
import { type CoverageReport, handoverSigning, type SignReceipt } from './handover-signing.ts';
import type { HandoverView } from './handover-view.ts';
import { handoverWatching, type WatchedCustomer } from './handover-watching.ts';

/** A handover that was opened. */
export interface OpenedReceipt extends Receipt {
  readonly handover: string;
}

/**
 * Everything a leaver holds goes to others, and it is shown that nothing was lost. A notice or a departure opens
 * one by itself.
 */
export interface HandoversArea {
  /** Opens a handover by hand, and gives notice where none was given. Needs `people.manage`; never one's own. */
  open(
    leaver: string,
    notice: NoticeInput,
  ): Promise<Result<OpenedReceipt, HandoverRefusal | ShellRefusal | PeopleRefusal>>;
  /**
   * One handover with a page of its items. For the leaver, supervisors, HR and whoever signs; a receiver sees the
   * items they get. What was acquired meanwhile has joined. Cost: what the leaver holds.
   */
  get(id: string, query?: HandoverQuery): Promise<Result<HandoverView, HandoverRefusal | ShellRefusal>>;
  /** The handovers that the caller may see, latest first. */
  list(query?: HandoversQuery): Promise<Result<Page<HandoverSummary>, HandoverRefusal | ShellRefusal>>;
  /** Adds up to 200 things that only the host knows of: open deals, groups, automations, a laptop. */
  report(id: string, items: readonly ReportedItem[]): ItemsResult;
  /**
   * Fills in an item, by its id or, for a customer, by the host's id of it. For the leaver, supervisors and HR.
   * What the template requires and nobody says blocks it.
   */
  prepare(id: string, item: string, preparation: PrepareInput): Promise<ItemResult>;
  /** Sends up to 200 prepared items on their way; what goes to nobody is carried out. For supervisors and HR. */
  offer(id: string, items: string | readonly string[], options?: OfferOptions): ItemsResult;
  /** Takes over up to 200 items: customers are the receiver's from then on. The receiver's alone to do. */
  accept(id: string, items: string | readonly string[], options?: KeyOnly): ItemsResult;
  /** What an outside channel answered. Needs `people.manage`. */
  complete(id: string, item: string, options: CompleteOptions): Promise<ItemResult>;
  /** Sends an item back for correction, which voids the signatures so far. For its receiver, and whoever reviews. */
  return(id: string, item: string, options: ReasonOptions): Promise<ItemResult>;
  /** Lets an item go unhandled; never a customer. For supervisors and HR. */
  waive(id: string, item: string, options: ReasonOptions): Promise<ItemResult>;
  /** The leaver's word, on an item or on all of it. Voids nothing. */
  comment(id: string, comment: CommentInput): Promise<ItemResult>;
  /**
   * Signs for a party what `get` showed. The last signature clears the handover, if nothing is missing. Answers
   * once it is sealed.
   */
  sign(id: string, options: SignOptions): Promise<Result<SignReceipt, HandoverRefusal | ShellRefusal>>;
  /** Lets the leaver go although items are open, which are listed; raises an alert. Needs `people.manage`. */
  forceExit(id: string, options: ReasonOptions): Promise<Result<Receipt, HandoverRefusal | ShellRefusal>>;
  /** Accounts for every customer the leaver had, from the ledger and from who owns them now. */
  coverage(id: string): Promise<Result<CoverageReport, HandoverRefusal | ShellRefusal>>;
  /** The certificate of a cleared handover, or of a forced exit; verifies offline with `gamekeeper verify --certificate`. */
  certificate(
    id: string,
  ): Promise<Result<Certificate, HandoverRefusal | ShellRefusal | { readonly code: 'not-cleared' }>>;
  /** What was handed over and what was open at the opening, for the leaver to keep. For the leaver and HR. */
  receipt(id: string): Promise<Result<HandoverReceipt, HandoverRefusal | ShellRefusal>>;
  /**
   * The handed over customers that are watched after the exit: who reached whom, who refuses, who stopped ordering.
   * For supervisors, HR and whoever signs; a successor sees their own. Empty before the exit and once it is over.
   */
  watch(
    id: string,
    query?: WatchQuery,
  ): Promise<Result<Page<WatchedCustomer>, HandoverRefusal | ShellRefusal>>;
  /**
   * Notes that a watched customer refuses its successor, and lets the successor's supervisor look. For the
   * successor, whoever is above, and HR.
   */
  reportRefusal(id: string, customer: string, options: ReasonOptions): Promise<ItemResult>;
}

/** The handovers area at a desk. */
export function createHandovers(desk: Desk): HandoversArea {
  return {
    async open(leaver, input) {
      const hostId = validate(idInput, leaver, 'leaver');
      const { idempotencyKey, template = null, ...notice } = validate(noticeInput, input, 'notice');
      let about: readonly Alias[] = [];
      const result = await perform<OpenedReceipt, HandoverRefusal | PeopleRefusal>(desk, {
        attempt: 'open-handover',
        idempotencyKey,
        arguments: { leaver: hostId, ...notice, template },
        subjects: () => about,
        async decide(transaction) {
          const { actor, company, today } = transaction;
          const decision = decideOpen(
            { actor, org: company.org },
            company.org.byId.get(hostId)?.alias ?? null,
          );
          if (!decision.ok) return decision;
          const employee = decision.value;
          about = [employee.alias];
          await transaction.load(['employee', employee.alias], ['episode', episodeId(employee)]);
          const open = await openHandoverOf(transaction, employee);
          if (open !== null) return fail({ code: 'handover-open', handover: open.id });
          if (employee.status === 'active') {
            const given = decideGiveNotice(actor, company.org, employee.alias, null, notice, today);
            if (!given.ok) return given;
            transaction.record(given.value);
          }
          return openHandover(transaction, employee, notice, template);
        },
        answer: (written) => ({ ...receiptOf(written), handover: '' }),
      });
      if (!result.ok) return result;
      const session = await desk.open();
      const handover = (await handoverIdOf(session, hostId)) as string;
      await finishJob(session, handover);
      return ok({ ...result.value, handover });
    },
    ...handoverItems(desk),
    ...handoverSigning(desk),
    ...handoverReading(desk),
    ...handoverWatching(desk),
    async comment(id, input) {
      const handoverId = validate(idInput, id, 'id');
      const { idempotencyKey, item, text } = validate(commentInput, input, 'comment');
      return perform<Receipt, HandoverRefusal>(desk, {
        attempt: 'comment-handover',
        idempotencyKey,
        arguments: { handover: handoverId, item: item ?? null, text },
        async decide(transaction) {
          const context = await loadHandover(transaction, handoverId);
          if (context === null) return fail({ code: 'not-found' });
          const about = item === undefined ? null : await loadItem(transaction, context, item);
          if (item !== undefined && about === null) return fail({ code: 'not-found' });
          const decision = decideComment(context, about?.key ?? null, text);
          if (decision.ok) transaction.record(decision.value);
          return decision;
        },
        answer: receiptOf,
      });
    },
  };
}
