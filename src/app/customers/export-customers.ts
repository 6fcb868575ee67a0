import { csvRow, decide, type GuardDecision } from '../../guard/index.ts';
import {
  type Alias,
  canonicalize,
  fail,
  GamekeeperError,
  type Instant,
  type JsonValue,
  ok,
  type Result,
} from '../../kernel/index.ts';
import {
  type ExportCustomersQuery,
  exportCustomersQuery,
  type ProfileShape,
  type Sensitivity,
  validate,
} from '../../model/index.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import { requireOutside } from '../commit/host-session.ts';
import { listRoot, writeIdList } from '../commit/id-lists.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type Desk, look, perform } from '../desk.ts';
import { factsOf, foreseeGuard, type GuardRefusal, passGuard } from '../guard/pass-guard.ts';
import { readUsage } from '../guard/usage.ts';
import { withStanding } from './customer-context.ts';
import { viewCustomer } from './customer-view.ts';
import { fetchProfiles, withProfile } from './host-profiles.ts';
import { type CustomerQuery, type ListRefusal, listCustomers, relationIn } from './list-customers.ts';

/** Customers on their way out. The text comes in parts; the guard is asked again before each. */
export interface CustomerExport {
  /** The entry that tells of it, and its position in the ledger. */
  readonly export: string;
  readonly index: number;
  readonly count: number;
  /** Who, when, and which entry: stands in every row. */
  readonly watermark: string;
  /** The text, in order. Throws `ERR_REFUSED` when the rest may not go out any more. */
  readonly text: AsyncIterable<string>;
}

/** Why customers are not exported. */
export type ExportRefusal =
  | ListRefusal
  | GuardRefusal
  | { readonly code: 'unknown-field'; readonly field: string }
  | { readonly code: 'too-many-to-export'; readonly limit: number };

/** Customers in one export, at most. */
const MOST_EXPORTED = 10_000;
/** After so many rows it is decided again. */
const PART = 200;

interface Started {
  readonly entry: string;
  readonly at: Instant;
  readonly customers: readonly Alias[];
  readonly fields: readonly string[];
  readonly who: string;
  readonly released: boolean;
}

/** Starts an export: decided as a whole, on record with the ids it holds, and sealed before the first row. */
export async function exportCustomers(
  desk: Desk,
  input: ExportCustomersQuery,
): Promise<Result<CustomerExport, ExportRefusal | ShellRefusal>> {
  const query = validate(exportCustomersQuery, input, 'query');
  requireOutside(await desk.open(), 'customers.export');
  let started: Started | null = null;
  const done = await perform<null, ExportRefusal>(desk, {
    attempt: 'export-customers',
    arguments: null,
    async decide(transaction) {
      const start = await startExport(transaction, desk.shape, query as never);
      if (start.ok) started = start.value;
      return start;
    },
    answer: () => null,
  });
  if (!done.ok) return done;
  const { entry, at, customers, fields, who, released } = started as unknown as Started;
  const session = await desk.open();
  await desk.seal(session);
  const [sealed] = await session.store.readEntries(session.tenant, { by: 'id', ids: [entry] });
  const index = sealed?.index ?? null;
  if (index === null) throw new GamekeeperError('ERR_STORE_FAILED', 'the export could not be sealed');
  const watermark = `${who} ${at} ${session.origin}#${index}`;
  const write = query.format === 'csv' ? csv(fields, watermark) : json({ at, by: who, entry, index });
  return ok({
    export: entry,
    index,
    count: customers.length,
    watermark,
    text: textOf(desk, { entry, customers, fields, released }, write),
  });
}

async function startExport(
  transaction: Transaction,
  shape: ProfileShape,
  query: CustomerQuery & { readonly fields?: readonly string[]; readonly format: string },
): Promise<Result<Started, ExportRefusal>> {
  const { actor, company, now } = transaction;
  const visible = relationIn(transaction, query.scope).visible;
  const fields =
    query.fields ?? [...shape.fields].filter(([, level]) => visible.has(level)).map(([name]) => name);
  for (const field of fields) {
    const level = shape.fields.get(field);
    if (level === undefined) return fail({ code: 'unknown-field', field });
    if (!visible.has(level)) return fail({ code: 'masked-field', field });
  }
  const { format: _, fields: __, ...where } = query;
  const ask = {
    operation: 'export',
    fields: sensitivities(shape, fields),
    payload: { fields, format: query.format, scope: query.scope ?? null, where: query.where ?? null },
    brings: 'permit',
  } as const;
  foreseeGuard(transaction, ask, null);
  const customers: Alias[] = [];
  for (let after: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof listCustomers>> = await listCustomers(transaction, shape, {
      ...where,
      limit: 500,
      after,
    });
    if (!page.ok) return page;
    for (const { alias } of page.value.items) customers.push(alias);
    if (customers.length > MOST_EXPORTED) return fail({ code: 'too-many-to-export', limit: MOST_EXPORTED });
    after = page.value.next;
    if (after === null) break;
  }
  const passed = await passGuard(transaction, { ...ask, customers, visible });
  if (!passed.ok) return passed;
  const entry = transaction.record({
    type: 'export-started',
    subjects: actor.employee === null ? [] : [actor.employee.alias],
    data: {
      count: customers.length,
      fields: fields.join(' '),
      format: query.format,
      hold: passed.value.hold,
      root: listRoot(transaction, customers),
    },
  });
  writeIdList(transaction, entry, customers);
  const who = actor.employee === null ? actor.party.slice(2) : (hostIdOf(company.org, actor.party) ?? '');
  return ok({ entry, at: now, customers, fields, who, released: passed.value.hold !== null });
}

function sensitivities(shape: ProfileShape, fields: readonly string[]): readonly Sensitivity[] {
  return [...new Set(fields.map((field) => shape.fields.get(field) as Sensitivity))];
}

type Row = { readonly id: string; readonly profile: { readonly [field: string]: JsonValue } };
type Writer = (rows: readonly Row[], part: 'first' | 'more' | 'end') => string;

function csv(fields: readonly string[], watermark: string): Writer {
  return (rows, part) => {
    const head = part === 'first' ? csvRow(['id', ...fields, 'exported']) : '';
    return (
      head +
      rows.map(({ id, profile }) => csvRow([id, ...fields.map((name) => profile[name]), watermark])).join('')
    );
  };
}

function json(facts: { readonly [name: string]: JsonValue }): Writer {
  let begun = false;
  return (rows, part) => {
    const texts = rows.map(({ id, profile }) => {
      const comma = begun ? ',\n' : '';
      begun = true;
      return comma + canonicalize({ ...profile, id });
    });
    const head = part === 'first' ? `{"export":${canonicalize(facts)},"rows":[\n` : '';
    return head + texts.join('') + (part === 'end' ? '\n]}\n' : '');
  };
}

async function* textOf(
  desk: Desk,
  { entry, customers, fields, released }: Pick<Started, 'entry' | 'customers' | 'fields' | 'released'>,
  write: Writer,
): AsyncGenerator<string> {
  yield write([], 'first');
  let rows = 0;
  for (let from = 0; from < customers.length; from += PART) {
    const part = customers.slice(from, from + PART);
    const left = customers.length - from;
    const read = await look<readonly Row[], GuardRefusal>(desk, 'continue-export', async (transaction) => {
      const decision = await decideAgain(transaction, desk.shape, fields, part.length, left);
      const stops = decision.decision === 'block' || (decision.decision === 'hold' && !released);
      return stops ? fail({ code: 'blocked' }) : ok(await rowsOf(transaction, desk.shape, part, fields));
    });
    if (!read.ok)
      throw new GamekeeperError('ERR_REFUSED', `refused: ${read.error.code}`, { refusal: read.error });
    rows += read.value.length;
    yield write(read.value, 'more');
  }
  yield write([], 'end');
  await look(desk, 'finish-export', async (transaction) => {
    const { actor } = transaction;
    transaction.record({
      type: 'export-finished',
      subjects: actor.employee === null ? [] : [actor.employee.alias],
      data: { export: entry, rows },
    });
    return ok(null);
  });
}

/** The same decision as of now: somebody who gave notice meanwhile takes no more than one on notice may. */
async function decideAgain(
  transaction: Transaction,
  shape: ProfileShape,
  fields: readonly string[],
  customers: number,
  left: number,
): Promise<GuardDecision> {
  const counting = await readUsage(transaction);
  const counts = counting.countsOf('exports').map((count) => Math.max(0, count - left));
  const levels = sensitivities(shape, fields);
  return decide(
    {
      ...factsOf(transaction, { operation: 'export', fields: levels, visible: new Set(levels) }),
      customers,
      counts: counts as never,
      lately: { reveals: counting.countsOf('reveals')[2], exports: counts[2] as number },
      steppedUp: true,
    },
    transaction.company.policy,
  );
}

/** Rows as the actor may see them now; what the actor lost meanwhile is left out. */
async function rowsOf(
  transaction: Transaction,
  shape: ProfileShape,
  part: readonly Alias[],
  fields: readonly string[],
): Promise<readonly Row[]> {
  await transaction.peek(
    ...part.flatMap((alias) => [['customer', alias] as const, ['clock', alias] as const]),
  );
  const claims = part.flatMap((alias) => transaction.get('customer', alias)?.claim ?? []);
  await transaction.peek(...claims.map((claim) => ['claim', claim] as const));
  const rows: Row[] = [];
  const customers = part.map((alias) => transaction.get('customer', alias));
  const fetched = await fetchProfiles(transaction, shape, customers);
  for (const customer of customers) {
    const loaded = await withStanding(transaction, withProfile(customer, fetched), true);
    if (loaded.customer === null) continue;
    const { view } = viewCustomer(transaction, shape, { ...loaded, customer: loaded.customer });
    const shown = view.profile as { readonly [field: string]: JsonValue };
    rows.push({
      id: view.id,
      profile: Object.fromEntries(fields.map((field) => [field, shown[field] ?? null])),
    });
  }
  return rows;
}
