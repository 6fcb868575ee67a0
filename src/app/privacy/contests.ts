import { type Alias, fail, type Instant, isUuidv7, ok, type Result } from '../../kernel/index.ts';
import type { Leaf } from '../../ledger/index.ts';
import {
  type AnswerInput,
  answerInput,
  type Contest,
  type ContestOutcome,
  type ContestStatus,
  type ContestsQuery,
  contestsQuery,
  idInput,
  validate,
  type WithholdInput,
  withholdInput,
} from '../../model/index.ts';
import {
  type ContestRefusal,
  decideAnswer,
  decideWithhold,
  mayAnswer,
  withholdApproval,
} from '../../privacy/index.ts';
import { readDisclosures, valuesIn } from '../commit/disclosures.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import { decodeCursor, encodeCursor, PAGE_SIZE, type Page } from '../commit/pages.ts';
import { AFTER_ALL, under } from '../commit/read-range.ts';
import { recordRead } from '../commit/reads.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import { waitingFor } from '../commit/second-person.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type Desk, look, perform } from '../desk.ts';
import { contestedLeaf, involvedIn } from './contest-context.ts';

/** What somebody contests, as they and whoever may answer see it. */
export interface ContestView {
  readonly id: string;
  /** The host's id of whoever contests it. */
  readonly employee: string;
  /** The entry that is contested, and its type. */
  readonly contested: string;
  readonly about: string;
  readonly status: ContestStatus;
  readonly openedAt: Instant;
  readonly dueAt: Instant;
  readonly answeredAt: Instant | null;
  readonly answeredBy: string | null;
  readonly outcome: ContestOutcome | null;
}

/** A contest with its texts; `null` where there is none yet, or it was erased. */
export interface ContestDetails extends ContestView {
  readonly statement: string | null;
  readonly answer: string | null;
}

/** A contest that was answered. */
export interface AnswerReceipt extends Receipt {
  readonly contest: string;
}

/** An answer that is withheld, or is to be once a second person agrees. */
export interface WithholdReceipt extends AnswerReceipt {
  readonly status: 'withheld' | 'awaiting-second-person';
}

/** What people contest, for whoever answers. Needs `contests.answer`; never somebody who had a part in it. */
export interface ContestsArea {
  /** Contests that wait for an answer the caller may give, oldest first; or the caller's own. */
  list(query?: ContestsQuery): Promise<Result<Page<ContestView>, ShellRefusal>>;
  /** One contest with its texts; that the statement was read is an entry. */
  get(id: string): Promise<Result<ContestDetails, { readonly code: 'not-found' } | ShellRefusal>>;
  /** Answers a contest, once. The person is told what and by whom. */
  answer(id: string, input: AnswerInput): Promise<Result<AnswerReceipt, ContestRefusal | ShellRefusal>>;
  /**
   * Lets the answer wait until a day at most 30 after the contest, for a reason that the person is told. Answers
   * `awaiting-second-person` until another uninvolved person asks for as many days.
   */
  withhold(id: string, input: WithholdInput): Promise<Result<WithholdReceipt, ContestRefusal | ShellRefusal>>;
}

/** A contest at hand, the entry it is about, and who had a part in it. */
interface LoadedContest {
  readonly contest: Contest;
  readonly leaf: Leaf;
  readonly involved: ReadonlySet<string>;
}

/** The contests area at a desk. */
export function createContests(desk: Desk): ContestsArea {
  return {
    async list(input = {}) {
      const query = validate(contestsQuery, input, 'query');
      return look(desk, 'list-contests', (transaction) => listContests(transaction, query));
    },
    async get(id) {
      const contestId = validate(idInput, id, 'id');
      return look<ContestDetails, { readonly code: 'not-found' }>(
        desk,
        'view-contest',
        async (transaction) => {
          const loaded = await loadContest(transaction, contestId);
          if (loaded === null || !sees(transaction, loaded)) return fail({ code: 'not-found' });
          return ok(await detailsOf(transaction, loaded));
        },
      );
    },
    async answer(id, input) {
      const contestId = validate(idInput, id, 'id');
      const { idempotencyKey, outcome, text } = validate(answerInput, input, 'input');
      let about: readonly Alias[] = [];
      return perform<AnswerReceipt, ContestRefusal>(desk, {
        attempt: 'answer-contest',
        idempotencyKey,
        arguments: { contest: contestId, outcome, text },
        subjects: () => about,
        async decide(transaction) {
          const loaded = await loadContest(transaction, contestId);
          if (loaded === null) return fail({ code: 'not-found' });
          about = [loaded.contest.employee];
          await transaction.load(['approval', withholdApproval(contestId)]);
          const decision = decideAnswer(loaded.contest, transaction.actor, loaded.involved, outcome, text);
          if (decision.ok) transaction.record(decision.value);
          return decision;
        },
        answer: (written) => ({ ...receiptOf(written), contest: contestId }),
      });
    },
    async withhold(id, input) {
      const contestId = validate(idInput, id, 'id');
      const wanted = validate(withholdInput, input, 'input');
      let about: readonly Alias[] = [];
      return perform<WithholdReceipt, ContestRefusal>(desk, {
        attempt: 'withhold-answer',
        arguments: { contest: contestId, ...wanted },
        subjects: () => about,
        async decide(transaction) {
          const loaded = await loadContest(transaction, contestId);
          if (loaded === null) return fail({ code: 'not-found' });
          about = [loaded.contest.employee];
          await transaction.load(['approval', withholdApproval(contestId)]);
          const waiting = waitingFor(transaction, withholdApproval(contestId), 'contests.answer');
          const { contest, involved } = loaded;
          const decision = decideWithhold(contest, transaction.actor, involved, wanted, waiting);
          if (decision.ok) transaction.record(decision.value);
          return decision;
        },
        answer: (written) => ({
          ...receiptOf(written),
          contest: contestId,
          status: written?.type === 'contest-withheld' ? 'withheld' : 'awaiting-second-person',
        }),
      });
    },
  };
}

async function loadContest(transaction: Transaction, id: string): Promise<LoadedContest | null> {
  if (!isUuidv7(id)) return null;
  await transaction.load(['contest', id]);
  const contest = transaction.get('contest', id);
  if (contest === null) return null;
  const leaf = await contestedLeaf(transaction, contest.contested);
  return { contest, leaf, involved: await involvedIn(transaction, contest, leaf) };
}

function sees({ actor }: Transaction, { contest, involved }: LoadedContest): boolean {
  return contest.employee === actor.employee?.alias || mayAnswer(actor, involved).ok;
}

function viewContest({ company }: Transaction, { contest, leaf }: LoadedContest): ContestView {
  return {
    id: contest.id,
    employee: hostIdOf(company.org, contest.employee) ?? '',
    contested: contest.contested,
    about: leaf.type,
    status: contest.status,
    openedAt: contest.openedAt,
    dueAt: contest.dueAt,
    answeredAt: contest.answeredAt,
    answeredBy: hostIdOf(company.org, contest.answeredBy),
    outcome: contest.outcome,
  };
}

async function detailsOf(transaction: Transaction, loaded: LoadedContest): Promise<ContestDetails> {
  const { id, employee, answer } = loaded.contest;
  if (transaction.actor.employee?.alias !== employee)
    await recordRead(transaction, 'contest-viewed', employee, null, ['statement', id], { contest: id });
  const entries = [id, ...(answer === null ? [] : [answer])];
  const texts = await readDisclosures(
    transaction.session,
    entries.map((entry) => ({ entry, subject: employee })),
  );
  const textOf = (entry: string | null, name: string): string | null =>
    (valuesIn(texts.get(entry ?? '') ?? []).get(name) ?? null) as string | null;
  return {
    ...viewContest(transaction, loaded),
    statement: textOf(id, 'statement'),
    answer: textOf(answer, 'answer'),
  };
}

async function listContests(
  transaction: Transaction,
  { mine = false, limit = PAGE_SIZE, after: cursor }: ContestsQuery,
): Promise<Result<Page<ContestView>, never>> {
  const { session, actor } = transaction;
  const bounds = mine
    ? { index: 'contests-of', ...under(actor.party) }
    : { index: 'contests-open', from: '!', to: AFTER_ALL };
  const items: ContestView[] = [];
  for (let { after } = decodeCursor(cursor); ; ) {
    const [hits = []] = await session.store.find(session.tenant, {
      want: 'refs',
      ranges: [{ ...bounds, limit: 100, after, descending: false }],
    });
    if (hits.length === 0) return ok({ items, next: null });
    for (const { key, ref } of hits) {
      after = { key, ref };
      const loaded = await loadContest(transaction, ref.id);
      if (loaded === null || !sees(transaction, loaded)) continue;
      items.push(viewContest(transaction, loaded));
      if (items.length === limit) return ok({ items, next: encodeCursor({ range: 0, after, shown: 0 }) });
    }
  }
}
