import { type Alias, type Instant, type JsonValue, ok, type Result } from '../../kernel/index.ts';
import { type Employee, episodeId, episodeOf, type WorkingCalendar } from '../../model/index.ts';
import { isTold, KEPT_KINDS } from '../../privacy/index.ts';
import { readDisclosures, valuesIn } from '../commit/disclosures.ts';
import { decodeCursor, encodeCursor, PAGE_SIZE } from '../commit/pages.ts';
import { readRange, under } from '../commit/read-range.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type EmployeeView, employeeViews } from '../people/employee-view.ts';
import type { Locale } from '../words/explain.ts';
import {
  entriesOf,
  factsFor,
  type MyLeaf,
  nameFor,
  type PartyRole,
  peekCustomers,
  roleOf,
} from './my-entries.ts';

/** One kind of what is kept about somebody. */
export interface KeptKind {
  readonly kind: string;
  /** Why it is kept, on which legal ground, until when: sentences. */
  readonly purpose: string;
  readonly basis: string;
  readonly until: string;
  /** How many there are; `null` where it is not counted. */
  readonly count: number | null;
}

/** One entry of the ledger about the person who asks. */
export interface MyEntry {
  readonly entry: string;
  readonly index: number;
  readonly type: string;
  readonly at: Instant;
  readonly outcome: 'done' | 'refused';
  readonly reason: string | null;
  /** Whether somebody read something: who read it. */
  readonly read: boolean;
  /** What whoever acted is to the person, and who it was; `null` where an alert names nobody. */
  readonly role: PartyRole;
  readonly by: string | null;
  readonly data: { readonly [name: string]: JsonValue };
  /** What was typed and is kept under the person's own key. */
  readonly values: { readonly [name: string]: JsonValue };
  /** Names of values that are not shown: what others wrote about an alert. */
  readonly masked: readonly string[];
}

/** Everything kept about the person who asks. */
export interface MyRecord {
  readonly person: EmployeeView;
  readonly calendar: WorkingCalendar | null;
  readonly kinds: readonly KeptKind[];
  /**
   * Why the guard is stricter with the person at present, and since when. A case is told as alerts are: after 30 days at
   * the latest.
   */
  readonly stricter: readonly Stricter[];
  /** Newest first. */
  readonly entries: readonly MyEntry[];
  readonly next: string | null;
}

/** A reason for which the guard's thresholds are lower for somebody. */
export interface Stricter {
  readonly because: 'notice' | 'review';
  readonly since: Instant;
}

/** Which part of the record. */
interface Wanted {
  readonly only?: 'reads' | undefined;
  readonly locale?: Locale | undefined;
  readonly limit?: number | undefined;
  readonly after?: string | null | undefined;
}

/** Reads everything kept about an employee. Seal first: what is not sealed is not in it yet. */
export async function readMyRecord(
  transaction: Transaction,
  me: Employee,
  { only, locale, limit = PAGE_SIZE, after }: Wanted,
): Promise<Result<MyRecord, never>> {
  const cursor = decodeCursor(after);
  const found: MyLeaf[] = [];
  let more = false;
  for await (const part of entriesOf(transaction, me.alias, after == null ? null : cursor.shown)) {
    const wanted = part.filter(({ leaf }) => only === undefined || isRead(leaf.type));
    found.push(...wanted.slice(0, limit + 1 - found.length));
    more = found.length > limit;
    if (more) break;
  }
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const [person] = await employeeViews(transaction, [me]);
  return ok({
    person: person as EmployeeView,
    calendar: me.calendar as WorkingCalendar | null,
    stricter: await stricterWith(transaction, me),
    kinds: await kindsOf(transaction, me.alias, locale ?? transaction.company.tenant.locale),
    entries: await viewEntries(transaction, me, shown),
    next: more && last !== undefined ? encodeCursor({ range: 0, after: null, shown: last.index }) : null,
  });
}

/** Whether a type of entry tells of a read. */
function isRead(type: string): boolean {
  return /-(viewed|read|listed|exported)$/.test(type);
}

async function viewEntries(
  transaction: Transaction,
  me: Employee,
  shown: readonly MyLeaf[],
): Promise<readonly MyEntry[]> {
  await peekCustomers(
    transaction,
    shown.map(({ leaf }) => leaf),
  );
  const texts = await readDisclosures(
    transaction.session,
    shown.flatMap(({ leaf }) => (leaf._sd === undefined ? [] : [{ entry: leaf.id, subject: me.alias }])),
  );
  return shown.map((one) => {
    const { index, leaf, alert } = one;
    const values = valuesIn(texts.get(leaf.id) ?? []);
    return {
      entry: leaf.id,
      index,
      type: leaf.type,
      at: leaf.at as Instant,
      outcome: leaf.outcome,
      reason: leaf.reason ?? null,
      read: isRead(leaf.type),
      role: roleOf(transaction, me, leaf.actor),
      by: nameFor(transaction, one),
      data: factsFor(transaction, one),
      values: alert ? {} : Object.fromEntries(values),
      masked: alert ? [...values.keys()] : [],
    };
  });
}

/** A notice is told at once: it is the person's own. A case is told once its alert is. */
async function stricterWith(transaction: Transaction, me: Employee): Promise<readonly Stricter[]> {
  const cases = me.cases ?? [];
  await transaction.peek(['episode', episodeId(me)], ...cases.map(({ alert }) => ['alert', alert] as const));
  const { notice } = episodeOf(transaction, me);
  const told = cases.filter(({ alert, since }) => {
    const known = transaction.get('alert', alert);
    return known !== null && isTold({ type: 'alert-confirmed', at: since }, known, transaction.now);
  });
  return [
    ...(notice === null ? [] : [{ because: 'notice' as const, since: notice.givenAt }]),
    ...told.map(({ since }) => ({ because: 'review' as const, since })),
  ];
}

async function kindsOf(transaction: Transaction, me: Alias, locale: Locale): Promise<readonly KeptKind[]> {
  const { alerts } = transaction.company.policy;
  const kinds: KeptKind[] = [];
  for (const { kind, purpose, basis, until, index } of KEPT_KINDS) {
    kinds.push({
      kind,
      purpose: purpose[locale],
      basis: basis[locale],
      until: until[locale].replace(/\{(\w+)\}/g, (_, name: keyof typeof alerts) => String(alerts[name])),
      count: index === null ? null : await countOf(transaction, me, index),
    });
  }
  return kinds;
}

/** How many documents an index holds for somebody; of alerts, those they are told of by now. */
async function countOf(transaction: Transaction, me: Alias, index: string): Promise<number> {
  const { session, now } = transaction;
  const ids: string[] = [];
  for await (const { ref } of readRange(session.store, session.tenant, { index, ...under(me), want: 'refs' }))
    ids.push(ref.id);
  if (index !== 'alerts-about') return ids.length;
  await transaction.peek(...ids.map((id) => ['alert', id] as const));
  const alerts = ids.flatMap((id) => transaction.get('alert', id) ?? []);
  return alerts.filter((alert) => isTold({ type: 'alert-raised', at: alert.raisedAt }, alert, now)).length;
}
