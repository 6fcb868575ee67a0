import { type Instant, type JsonValue, ok, type Result } from '../../kernel/index.ts';
import type { Employee } from '../../model/index.ts';
import { completePolicy, loosenedFields, type Policy } from '../../policy/index.ts';
import { acknowledgementId, isNotice } from '../../privacy/index.ts';
import { decodeCursor, encodeCursor, PAGE_SIZE, type Page } from '../commit/pages.ts';
import type { Transaction } from '../commit/transaction.ts';
import {
  entriesOf,
  entryOf,
  factsFor,
  type MyLeaf,
  nameFor,
  type PartyRole,
  peekCustomers,
  roleOf,
} from './my-entries.ts';

/** Something that the person who asks has to be told. */
export interface MyNotice {
  /** An entry about them, or `policy-` and the number of a policy. */
  readonly id: string;
  /** The type of the entry. */
  readonly type: string;
  readonly at: Instant;
  readonly role: PartyRole;
  readonly by: string | null;
  /** Facts; of a policy its `number` and the fields that it `tightens`. */
  readonly data: { readonly [name: string]: JsonValue };
  readonly acknowledgedAt: Instant | null;
}

/** So many policies back are looked at: who was told of none of the later ones has to read the present one. */
const MOST_POLICIES = 20;

/** Notices of an employee, policies first, then newest first. */
export async function readNotices(
  transaction: Transaction,
  me: Employee,
  query: {
    readonly acknowledged?: boolean | undefined;
    readonly limit?: number | undefined;
    readonly after?: string | null | undefined;
  },
): Promise<Result<Page<MyNotice>, never>> {
  const { limit = PAGE_SIZE, after } = query;
  const wanted = ({ acknowledgedAt }: MyNotice): boolean =>
    query.acknowledged === true || acknowledgedAt === null;
  const first = after == null;
  const items = first ? (await policyNotices(transaction, me)).filter(wanted) : [];
  for await (const part of entriesOf(transaction, me.alias, first ? null : decodeCursor(after).shown)) {
    const told = part.filter(({ leaf }) => isTelling(leaf, me));
    await peekAcknowledged(
      transaction,
      me,
      told.map(({ leaf }) => leaf.id),
    );
    await peekCustomers(
      transaction,
      told.map(({ leaf }) => leaf),
    );
    for (const one of told) {
      const notice = entryNotice(transaction, me, one);
      if (!wanted(notice)) continue;
      items.push(notice);
      if (items.length >= limit)
        return ok({ items, next: encodeCursor({ range: 0, after: null, shown: one.index }) });
    }
  }
  return ok({ items, next: null });
}

/** Whether somebody has to be told of this, by its id. */
export async function isNoticeOf(transaction: Transaction, me: Employee, id: string): Promise<boolean> {
  if (id.startsWith('policy-'))
    return (await policyNotices(transaction, me)).some((notice) => notice.id === id);
  const leaf = await entryOf(transaction, me.alias, id);
  return leaf !== null && isTelling(leaf, me);
}

function isTelling(leaf: MyLeaf['leaf'], me: Employee): boolean {
  // In somebody's place is not about them.
  return (
    leaf.outcome === 'done' && leaf.subject.includes(me.alias) && isNotice(leaf.type, leaf.actor === me.alias)
  );
}

function entryNotice(transaction: Transaction, me: Employee, one: MyLeaf): MyNotice {
  const { leaf } = one;
  return {
    id: leaf.id,
    type: leaf.type,
    at: leaf.at as Instant,
    role: roleOf(transaction, me, leaf.actor),
    by: nameFor(transaction, one),
    data: factsFor(transaction, one),
    acknowledgedAt: acknowledgedAt(transaction, me, leaf.id),
  };
}

/** Policies that tightened a rule since the person was hired. */
async function policyNotices(transaction: Transaction, me: Employee): Promise<readonly MyNotice[]> {
  const { policyNumber } = transaction.company;
  const oldest = Math.max(1, policyNumber - MOST_POLICIES);
  const numbers = Array.from({ length: policyNumber - oldest + 1 }, (_, at) => policyNumber - at);
  await transaction.peek(...numbers.map((number) => ['policy', String(number)] as const));
  const found = numbers.slice(0, -1).flatMap((number): MyNotice[] => {
    const adopted = transaction.get('policy', String(number));
    const before = transaction.get('policy', String(number - 1));
    if (adopted === null || before === null || adopted.adoptedAt < me.hiredAt) return [];
    // What would loosen on the way back was tightened on the way here.
    const tightens = loosenedFields(policyOf(adopted.policy), policyOf(before.policy)).map(
      ({ path }) => path,
    );
    if (tightens.length === 0) return [];
    const by = adopted.adoptedBy[0] ?? 'system';
    return [
      {
        id: `policy-${number}`,
        type: 'policy-adopted',
        at: adopted.adoptedAt,
        role: roleOf(transaction, me, by),
        by: transaction.company.org.byAlias.get(by as Employee['alias'])?.id ?? null,
        data: { number, tightens },
        acknowledgedAt: null,
      },
    ];
  });
  await peekAcknowledged(
    transaction,
    me,
    found.map(({ id }) => id),
  );
  return found.map((notice) => ({ ...notice, acknowledgedAt: acknowledgedAt(transaction, me, notice.id) }));
}

function policyOf(stored: { readonly [area: string]: JsonValue }): Policy {
  return completePolicy(stored as never);
}

async function peekAcknowledged(
  transaction: Transaction,
  me: Employee,
  ids: readonly string[],
): Promise<void> {
  await transaction.peek(...ids.map((id) => ['acknowledgement', acknowledgementId(me.alias, id)] as const));
}

function acknowledgedAt(transaction: Transaction, me: Employee, id: string): Instant | null {
  return transaction.get('acknowledgement', acknowledgementId(me.alias, id))?.at ?? null;
}
