import { fail, type Instant, ok, type Result } from '../../kernel/index.ts';
import {
  type ContestInput,
  contestInput,
  type Employee,
  idInput,
  type KeyOnly,
  keyOnly,
  type MyRecordQuery,
  myRecordQuery,
  type NoticesQuery,
  type NotPermitted,
  noticesQuery,
  validate,
} from '../../model/index.ts';
import {
  acknowledged,
  acknowledgementId,
  type ContestRefusal,
  contestOpened,
  contestSlotId,
} from '../../privacy/index.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import type { Page } from '../commit/pages.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type Desk, look, perform } from '../desk.ts';
import { entryOf } from './my-entries.ts';
import { isNoticeOf, type MyNotice, readNotices } from './my-notices.ts';
import { type MyRecord, readMyRecord } from './my-record.ts';

/** Why somebody is not told, or takes no note. */
export type NoticeRefusal = NotPermitted | { readonly code: 'not-found' } | { readonly code: 'unchanged' };

/** A contest that was opened. */
export interface ContestReceipt extends Receipt {
  readonly contest: string;
  /** When somebody uninvolved answers at the latest. */
  readonly dueAt: Instant;
}

/** What the person who is watched may ask, in person: nobody asks in their place, and a service is nobody. */
export interface MeArea {
  /**
   * Everything kept about the caller: what, why, on which legal ground, until when, and the entries about them with who
   * read it; also of what they did, read or asked for in vain themselves, and of what was done in their place. An alert is in it once it is closed, after 30 days at the latest, by role and not by name.
   * Costs in proportion to what is kept about the caller. Seals first.
   */
  record(query?: MyRecordQuery): Promise<Result<MyRecord, NotPermitted | ShellRefusal>>;
  /** What the caller has to be told and has not taken note of: holds, handovers, decisions, tighter policies. */
  notices(query?: NoticesQuery): Promise<Result<Page<MyNotice>, NotPermitted | ShellRefusal>>;
  /** Takes note of something. It is an entry, and no consent. */
  acknowledge(notice: string, options?: KeyOnly): Promise<Result<Receipt, NoticeRefusal | ShellRefusal>>;
  /**
   * Says that something about the caller is wrong or unfair: the id of an entry of their record, such as a hold's, an
   * alert's, a claim's or a handover's. Somebody uninvolved answers within 15 days.
   */
  contest(
    subject: string,
    input: ContestInput,
  ): Promise<Result<ContestReceipt, ContestRefusal | ShellRefusal>>;
}

/** The area of the watched person at a desk. */
export function createMe(desk: Desk): MeArea {
  const sealed = async (): Promise<void> => desk.seal(await desk.open());
  return {
    async record(input = {}) {
      const query = validate(myRecordQuery, input, 'query');
      await sealed();
      return look<MyRecord, NotPermitted>(desk, 'view-my-record', async (transaction) => {
        const me = self(transaction);
        return me.ok ? readMyRecord(transaction, me.value, query) : me;
      });
    },
    async notices(input = {}) {
      const query = validate(noticesQuery, input, 'query');
      await sealed();
      return look<Page<MyNotice>, NotPermitted>(desk, 'list-notices', async (transaction) => {
        const me = self(transaction);
        return me.ok ? readNotices(transaction, me.value, query) : me;
      });
    },
    async acknowledge(notice, options = {}) {
      const id = validate(idInput, notice, 'notice');
      const { idempotencyKey } = validate(keyOnly, options, 'options');
      return perform<Receipt, NoticeRefusal>(desk, {
        attempt: 'acknowledge-notice',
        idempotencyKey,
        arguments: id,
        async decide(transaction) {
          const me = self(transaction);
          if (!me.ok) return me;
          if (!(await isNoticeOf(transaction, me.value, id))) return fail({ code: 'not-found' });
          const known = acknowledgementId(me.value.alias, id);
          await transaction.load(['acknowledgement', known]);
          if (transaction.get('acknowledgement', known) !== null) return fail({ code: 'unchanged' });
          transaction.record(acknowledged(me.value.alias, id));
          return ok(null);
        },
        answer: receiptOf,
      });
    },
    async contest(subject, input) {
      const id = validate(idInput, subject, 'subject');
      const { idempotencyKey, statement } = validate(contestInput, input, 'input');
      return perform<ContestReceipt, ContestRefusal>(desk, {
        attempt: 'open-contest',
        idempotencyKey,
        arguments: { statement, subject: id },
        async decide(transaction) {
          const me = self(transaction);
          if (!me.ok) return me;
          const leaf = await entryOf(transaction, me.value.alias, id);
          if (leaf === null || leaf.type.startsWith('contest-')) return fail({ code: 'not-found' });
          const slot = contestSlotId(leaf.id, me.value.alias);
          await transaction.load(['contest-slot', slot]);
          const known = transaction.get('contest-slot', slot);
          if (known !== null) return fail({ code: 'already-contested', contest: known.contest });
          transaction.record(contestOpened(me.value.alias, leaf.id, statement, transaction.now));
          return ok(null);
        },
        answer: (written) => ({
          ...receiptOf(written),
          contest: written?.entry ?? '',
          dueAt: written?.data.dueAt as Instant,
        }),
      });
    },
  };
}

/** The caller in person. */
function self({ actor }: Transaction): Result<Employee, NotPermitted> {
  return actor.employee === null ? fail({ code: 'not-permitted', needs: 'a person' }) : ok(actor.employee);
}
