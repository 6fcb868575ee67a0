import {
  type Alias,
  canonicalize,
  fail,
  GamekeeperError,
  type JsonValue,
  ok,
  type Result,
} from '../../kernel/index.ts';
import type { Customer, ProfileShape, Sensitivity } from '../../model/index.ts';
import { type Relation, visibleTo } from '../../ownership/index.ts';
import { type Cursor, decodeCursor, encodeCursor, PAGE_SIZE, type Page } from '../commit/pages.ts';
import { AFTER_ALL, under } from '../commit/read-range.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type LoadedCustomer, withStanding } from './customer-context.ts';
import { type ViewedCustomer, viewCustomer } from './customer-view.ts';
import { fetchProfiles, withProfile } from './host-profiles.ts';

/** What a list of customers is asked for, checked. */
export interface CustomerQuery {
  readonly scope?: 'mine' | 'team' | 'all' | undefined;
  readonly where?: { readonly [field: string]: JsonValue } | undefined;
  readonly orderBy?: string | undefined;
  readonly descending?: boolean | undefined;
  readonly limit?: number | undefined;
  readonly after?: string | null | undefined;
}

/** Why a list is refused. */
export type ListRefusal =
  | { readonly code: 'masked-field'; readonly field: string }
  | { readonly code: 'too-many-to-sort'; readonly limit: number };

/** A listed customer: what is shown, and whose it is. */
export interface ListedCustomer extends ViewedCustomer {
  readonly alias: Alias;
}

/** Sorting by a field reads everything in scope; beyond this it is refused. */
const MOST_SORTED = 5_000;

/** What a range of customers makes of the caller, as far as the range alone tells. */
const RELATION_OF = { mine: 'owner', team: 'supervisor', all: 'other' } as const satisfies Record<
  string,
  Relation
>;

/**
 * Lists customers: one's own (`mine`, shared ones too), those of the people below (`team`), or the company's.
 *
 * Filtering or sorting by a field that the scope hides is refused; a row that hides a field all the same
 * (a shared one, say) matches no filter on it, so that no filter tells what a mask hides.
 */
export async function listCustomers(
  transaction: Transaction,
  shape: ProfileShape,
  query: CustomerQuery,
): Promise<Result<Page<ListedCustomer>, ListRefusal>> {
  const { scope, visible } = relationIn(transaction, query.scope);
  for (const field of [
    ...Object.keys(query.where ?? {}),
    ...(query.orderBy === undefined ? [] : [query.orderBy]),
  ]) {
    const level = shape.fields.get(field);
    if (level === undefined) throw unknownField(field);
    if (!visible.has(level)) return fail({ code: 'masked-field', field });
  }
  const walk: Walk = { transaction, shape, ranges: rangesOf(transaction, scope), where: wantedBy(query) };
  const size = query.limit ?? PAGE_SIZE;
  if (query.orderBy === undefined) return ok(await nextPage(walk, decodeCursor(query.after), size));
  return sortedPage(walk, query.orderBy, query.descending ?? false, decodeCursor(query.after), size);
}

/** The scope that is meant when none is named, and what it shows. */
export function relationIn(
  { actor, company }: Transaction,
  asked: CustomerQuery['scope'],
): { readonly scope: 'mine' | 'team' | 'all'; readonly visible: ReadonlySet<Sensitivity> } {
  const scope = asked ?? (actor.can('customers.read') || actor.employee === null ? 'all' : 'mine');
  const relation = scope === 'all' && actor.can('customers.read') ? 'supervisor' : RELATION_OF[scope];
  return { scope, visible: visibleTo(relation, company.policy) };
}

interface Walk {
  readonly transaction: Transaction;
  readonly shape: ProfileShape;
  readonly ranges: readonly Range[];
  readonly where: Wanted;
}

/** The fields of a filter, each with the canonical text of its value: equal values may order their keys differently. */
type Wanted = readonly (readonly [field: string, text: string])[];

function wantedBy({ where = {} }: CustomerQuery): Wanted {
  return Object.entries(where).map(([field, value]) => [field, canonicalize(value)]);
}

/** A part of an index, and whether a customer belongs there by its facts: an index is a hint. */
interface Range {
  readonly index: string;
  readonly from: string;
  readonly to: string;
  holds(customer: Customer): boolean;
}

/** The parts of the indexes in which a scope's customers stand. */
export function rangesOf(
  { actor, company, today }: Transaction,
  scope: 'mine' | 'team' | 'all',
): readonly Range[] {
  if (scope === 'all') return [{ index: 'customers', from: '!', to: AFTER_ALL, holds: () => true }];
  const ownedBy = (alias: Alias): Range => ({
    index: 'customers-of',
    ...under(alias),
    holds: ({ owner }) => owner === alias,
  });
  const sharedWith = (alias: Alias): Range => ({
    index: 'customers-shared-with',
    ...under(alias),
    holds: ({ collaborators }) =>
      collaborators.some(
        ({ employee, untilOn }) => employee === alias && (untilOn === null || today <= untilOn),
      ),
  });
  const self = actor.capacities.map(({ alias }) => alias);
  if (scope === 'mine') return [...self.map(ownedBy), ...self.map(sharedWith)];
  return below(company.org.byAlias.values(), new Set(self)).map(ownedBy);
}

/** Everybody below some people, level by level. */
export function below(
  people: Iterable<{ readonly alias: Alias; readonly manager: Alias | null }>,
  above: ReadonlySet<Alias>,
): readonly Alias[] {
  const reports = new Map<Alias, Alias[]>();
  for (const { alias, manager } of people) {
    if (manager !== null) reports.set(manager, [...(reports.get(manager) ?? []), alias]);
  }
  const found = new Set<Alias>();
  const open = [...above];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const report of reports.get(next) ?? []) {
      if (found.has(report) || above.has(report)) continue;
      found.add(report);
      open.push(report);
    }
  }
  return [...found].sort();
}

async function nextPage(walk: Walk, from: Cursor, size: number): Promise<Page<ListedCustomer>> {
  const items: ListedCustomer[] = [];
  for (let cursor: Cursor | null = from; cursor !== null; ) {
    const part: Part = await nextPart(walk, cursor, Math.max(50, size));
    for (const { listed, at } of part.rows) {
      if (listed !== null) items.push(listed);
      if (items.length === size) return { items, next: encodeCursor({ ...at, shown: 0 }) };
    }
    cursor = part.next;
  }
  return { items, next: null };
}

interface Part {
  readonly rows: readonly { readonly listed: ListedCustomer | null; readonly at: Omit<Cursor, 'shown'> }[];
  /** `null` at the end of the last range. */
  readonly next: Cursor | null;
}

/** How many ranges, and how many hits in all of them, a store answers in one round trip. */
const RANGES = 16;
const MOST_HITS = 1_000;

/** The next hits of the walk, from as many ranges as it takes, viewed; those that do not match are `null`. */
async function nextPart(
  { transaction, shape, ranges, where }: Walk,
  { range: first, after }: Cursor,
  limit: number,
): Promise<Part> {
  const asked = ranges.slice(first, first + Math.min(RANGES, Math.floor(MOST_HITS / limit)));
  if (asked.length === 0) return { rows: [], next: null };
  const { session } = transaction;
  const found = await session.store.find(session.tenant, {
    want: 'refs',
    ranges: asked.map(({ index, from, to }, at) => ({
      index,
      from,
      to,
      limit,
      after: at === 0 ? after : null,
      descending: false,
    })),
  });
  const hits = found
    .flatMap((list, at) => list.map((hit) => ({ ...hit, range: first + at })))
    .slice(0, limit);
  await transaction.peek(
    ...hits.flatMap(({ ref }) => [['customer', ref.id] as const, ['clock', ref.id] as const]),
  );
  const claims = hits.flatMap(({ ref }) => transaction.get('customer', ref.id)?.claim ?? []);
  await transaction.peek(...claims.map((claim) => ['claim', claim] as const));
  const rows = [];
  const customers = hits.map(({ ref }) => transaction.get('customer', ref.id));
  const fetched = await fetchProfiles(transaction, shape, customers);
  for (const [place, { ref, key, range }] of hits.entries()) {
    const loaded = await withStanding(transaction, withProfile(customers[place] ?? null, fetched), true);
    const { customer } = loaded;
    // Whom several ranges hold is listed by the first of them.
    const here = customer !== null && ranges.findIndex((one) => one.holds(customer)) === range;
    const listed = here ? matching(transaction, shape, loaded as never, where) : null;
    rows.push({ listed, at: { range, after: { key, ref } } });
  }
  // A part that is not full has seen the end of every range that was asked.
  const last = rows.at(-1);
  if (last !== undefined && rows.length === limit) return { rows, next: { ...last.at, shown: 0 } };
  const next = first + asked.length;
  return { rows, next: next < ranges.length ? { range: next, after: null, shown: 0 } : null };
}

function matching(
  transaction: Transaction,
  shape: ProfileShape,
  loaded: LoadedCustomer & { readonly customer: Customer },
  where: Wanted,
): ListedCustomer | null {
  const viewed = viewCustomer(transaction, shape, loaded);
  const matches = where.every(
    ([field, text]) => !viewed.view.masked.includes(field) && canonicalize(shownOf(viewed, field)) === text,
  );
  return matches ? { ...viewed, alias: loaded.customer.alias } : null;
}

/** What a view shows of a field; `null` where it is empty or hidden. */
function shownOf({ view }: ViewedCustomer, field: string): JsonValue {
  const profile = view.profile as { readonly [name: string]: JsonValue };
  return Object.hasOwn(profile, field) ? (profile[field] ?? null) : null;
}

async function sortedPage(
  walk: Walk,
  field: string,
  descending: boolean,
  { shown }: Cursor,
  size: number,
): Promise<Result<Page<ListedCustomer>, ListRefusal>> {
  const all: ListedCustomer[] = [];
  for (let cursor: Cursor | null = { range: 0, after: null, shown: 0 }; cursor !== null; ) {
    const part: Part = await nextPart(walk, cursor, 500);
    for (const { listed } of part.rows) if (listed !== null) all.push(listed);
    if (all.length > MOST_SORTED) return fail({ code: 'too-many-to-sort', limit: MOST_SORTED });
    cursor = part.next;
  }
  all.sort(
    (left, right) =>
      compare(shownOf(left, field), shownOf(right, field), descending) || (left.alias < right.alias ? -1 : 1),
  );
  const items = all.slice(shown, shown + size);
  const next = shown + items.length;
  return ok({ items, next: next < all.length ? encodeCursor({ range: 0, after: null, shown: next }) : null });
}

/** Numbers by size, everything else by its text; what is empty or hidden comes last either way. */
function compare(left: JsonValue, right: JsonValue, descending: boolean): number {
  if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
  const order =
    typeof left === 'number' && typeof right === 'number'
      ? left - right
      : String(left) < String(right)
        ? -1
        : String(left) > String(right)
          ? 1
          : 0;
  return descending ? -order : order;
}

function unknownField(field: string): GamekeeperError {
  return new GamekeeperError('ERR_INVALID_INPUT', `the profile has no field ${field}`, {
    path: `query.${field}`,
  });
}
