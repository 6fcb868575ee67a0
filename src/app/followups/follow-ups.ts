import { decideFollowUp, type FollowUpRefusal, foldText } from '../../followup/index.ts';
import { type Alias, fail, type Instant, ok, type Result } from '../../kernel/index.ts';
import {
  type FollowUp,
  type FollowUpInput,
  followUpInput,
  idInput,
  type NotPermitted,
  type PageQuery,
  pageQuery,
  validate,
} from '../../model/index.ts';
import { visibleTo } from '../../ownership/index.ts';
import { readDisclosures, valuesIn } from '../commit/disclosures.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { foreseeChange } from '../commit/foresee.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import { decodeCursor, encodeCursor, PAGE_SIZE, type Page } from '../commit/pages.ts';
import { under } from '../commit/read-range.ts';
import { recordRead } from '../commit/reads.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import type { Transaction } from '../commit/transaction.ts';
import { aboutOf, loadCustomer } from '../customers/customer-context.ts';
import { type Desk, look, perform } from '../desk.ts';
import { type DueCustomer, dueCustomers } from './due-customers.ts';
import { readTeam, type TeamMember } from './team.ts';

/** A follow-up that was recorded, and whether it moved the clock. */
export interface FollowUpReceipt extends Receipt {
  readonly id: string;
  readonly qualifies: boolean;
  /** Why it moved no clock; `null` when it did. */
  readonly unqualifiedBecause: FollowUp['unqualifiedBecause'];
  /** It came after the owner had been reminded, and is shown as such. */
  readonly afterReminder: boolean;
  /** The successor reached a customer that a handover moved for the first time since the exit. */
  readonly firstContact: boolean;
}

/** A follow-up as it is shown; `text` and `evidence` are `null` where masked, empty or erased. */
export interface FollowUpView {
  readonly id: string;
  readonly by: string;
  readonly kind: FollowUp['kind'];
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly text: string | null;
  readonly evidence: string | null;
  readonly qualifies: boolean;
  readonly unqualifiedBecause: FollowUp['unqualifiedBecause'];
  readonly afterReminder: boolean;
  readonly masked: readonly string[];
}

/** Recorded contacts, and who is overdue. */
export interface FollowUpsArea {
  /** Records a contact. For the owner, a supervisor, or a collaborator who may write. `at` is now when left out. */
  record(
    customer: string,
    contact: FollowUpInput,
  ): Promise<Result<FollowUpReceipt, FollowUpRefusal | ShellRefusal>>;
  /** The contacts with a customer, latest first. */
  list(
    customer: string,
    query?: PageQuery,
  ): Promise<Result<Page<FollowUpView>, { readonly code: 'not-found' } | NotPermitted | ShellRefusal>>;
  /** The caller's customers that want a follow-up, most urgent first. */
  due(): Promise<Result<readonly DueCustomer[], ShellRefusal>>;
  /** Everybody below the caller: contacts today and this week, and what is overdue. */
  team(): Promise<Result<readonly TeamMember[], ShellRefusal>>;
}

/** The follow-ups area at a desk. */
export function createFollowUps(desk: Desk): FollowUpsArea {
  return {
    async record(customer, input) {
      const id = validate(idInput, customer, 'customer');
      const contact = validate(followUpInput, input, 'contact');
      let about: readonly Alias[] = [];
      return perform<FollowUpReceipt, FollowUpRefusal>(desk, {
        attempt: 'record-follow-up',
        idempotencyKey: contact.idempotencyKey,
        arguments: {
          at: contact.at ?? null,
          customer: id,
          evidence: contact.evidence ?? null,
          kind: contact.kind,
          text: contact.text,
        },
        subjects: () => about,
        foresee: (transaction) => void foreseeChange(transaction, id),
        async decide(transaction) {
          const loaded = await loadCustomer(transaction, id);
          about = aboutOf(loaded);
          const { customer: found, standing } = loaded;
          const { codec } = transaction.session;
          const folded = foldText(contact.text);
          const decision = decideFollowUp(
            {
              kind: contact.kind,
              text: contact.text,
              folded,
              at: contact.at ?? transaction.now,
              evidence: contact.evidence ?? null,
              textHash: codec.keyedHash('follow-up text', found?.alias ?? '', folded),
              evidenceHash:
                contact.evidence === undefined
                  ? null
                  : codec.keyedHash('follow-up evidence', found?.alias ?? '', contact.evidence),
            },
            {
              customer: found,
              clock: found === null ? null : transaction.get('clock', found.alias),
              inPlaceOf: standing.capacity?.alias ?? null,
              mayRecord: standing.mayWrite,
              policy: loaded.policy,
              now: transaction.now,
            },
          );
          if (!decision.ok) return decision;
          const capacity = standing.capacity?.alias ?? null;
          transaction.record({
            ...decision.value,
            onBehalfOf: capacity === transaction.actor.party ? null : capacity,
          });
          return ok(null);
        },
        answer(written) {
          const receipt = receiptOf(written);
          const data = written?.data as {
            qualifies: boolean;
            unqualifiedBecause: FollowUp['unqualifiedBecause'];
            afterReminder: boolean;
            firstContact?: string;
          };
          return {
            ...receipt,
            id: receipt.entry,
            qualifies: data.qualifies,
            unqualifiedBecause: data.unqualifiedBecause,
            afterReminder: data.afterReminder,
            firstContact: data.firstContact !== undefined,
          };
        },
      });
    },
    async list(customer, input = {}) {
      const id = validate(idInput, customer, 'customer');
      const query = validate(pageQuery, input, 'query');
      return look<Page<FollowUpView>, { readonly code: 'not-found' } | NotPermitted>(
        desk,
        'list-follow-ups',
        async (transaction, about) => {
          const loaded = await loadCustomer(transaction, id);
          if (loaded.customer === null) return fail({ code: 'not-found' });
          about(loaded.customer.alias);
          const { relation } = loaded.standing;
          if (relation === 'other' || relation === 'claimant')
            return fail({ code: 'not-permitted', needs: 'the owner, a supervisor or a collaborator' });
          const seesText = visibleTo(relation, loaded.policy).has('commercial');
          return ok(
            await listFollowUps(
              transaction,
              loaded.customer.alias,
              seesText,
              query.limit ?? PAGE_SIZE,
              query.after,
            ),
          );
        },
      );
    },
    due: () =>
      look(desk, 'list-due', async (transaction) => {
        const { actor } = transaction;
        return ok(
          await dueCustomers(
            transaction,
            actor.capacities.map(({ alias }) => alias),
          ),
        );
      }),
    team: () => look(desk, 'view-team', async (transaction) => ok(await readTeam(transaction))),
  };
}

async function listFollowUps(
  transaction: Transaction,
  customer: Alias,
  seesText: boolean,
  limit: number,
  cursor: string | null | undefined,
): Promise<Page<FollowUpView>> {
  const { session, company } = transaction;
  const { after } = decodeCursor(cursor);
  const [hits = []] = await session.store.find(session.tenant, {
    want: 'refs',
    ranges: [{ index: 'follow-ups-about', ...under(customer), limit, after, descending: true }],
  });
  await transaction.peek(...hits.map(({ ref }) => ['follow-up', ref.id] as const));
  const followUps = hits.flatMap(({ ref }) => transaction.get('follow-up', ref.id) ?? []);
  const texts = seesText
    ? await readDisclosures(
        session,
        followUps.map(({ id }) => ({ entry: id, subject: customer })),
      )
    : new Map<string, string[]>();
  if (seesText && followUps.length > 0)
    await recordRead(transaction, 'follow-ups-read', customer, null, ['text']);
  const last = hits.at(-1);
  return {
    items: followUps.map((followUp) => {
      const values = valuesIn(texts.get(followUp.id) ?? []);
      return {
        id: followUp.id,
        by: hostIdOf(company.org, followUp.by) ?? followUp.by,
        kind: followUp.kind,
        at: followUp.at,
        recordedAt: followUp.recordedAt,
        text: (values.get('text') ?? null) as string | null,
        evidence: (values.get('evidence') ?? null) as string | null,
        qualifies: followUp.qualifies,
        unqualifiedBecause: followUp.unqualifiedBecause,
        afterReminder: followUp.afterReminder,
        masked: seesText ? [] : ['text', 'evidence'],
      };
    }),
    next:
      last === undefined || hits.length < limit
        ? null
        : encodeCursor({ range: 0, after: { key: last.key, ref: last.ref }, shown: 0 }),
  };
}
