import { type Alias, GamekeeperError, type JsonValue } from '../../kernel/index.ts';
import { type Leaf, parseLeaf } from '../../ledger/index.ts';
import type { Hold } from '../../model/index.ts';
import { readDisclosures, valuesIn } from '../commit/disclosures.ts';
import { readIdList } from '../commit/id-lists.ts';
import type { Session } from '../commit/session.ts';
import type { Transaction } from '../commit/transaction.ts';

/** What was asked for, as it lies in the entry that placed the hold and beside it. */
export interface HeldRequest {
  readonly customers: readonly Alias[];
  /** What carrying it out needs; `null` once it was erased. */
  readonly request: { readonly [name: string]: JsonValue } | null;
}

/** Reads what a hold is about. */
export async function readRequest(transaction: Transaction, hold: Hold): Promise<HeldRequest> {
  const customers = await readIdList(transaction, hold.id, hold.customers);
  const subjects = [...new Set([hold.requester, ...customers.slice(0, 1)])].filter((party) =>
    /^[ec]_/.test(party),
  ) as Alias[];
  const disclosed = await readDisclosures(
    transaction.session,
    subjects.map((subject) => ({ entry: hold.id, subject })),
  );
  const value = valuesIn(disclosed.get(hold.id) ?? []).get('request') ?? null;
  return { customers, request: value as HeldRequest['request'] };
}

/** Why an operation was held, by rule, counter and threshold. */
export async function readFacts({ session }: Transaction, hold: Hold): Promise<readonly JsonValue[]> {
  const { data } = await entryOf(session, hold.id);
  return (data.reasons as readonly JsonValue[] | undefined) ?? [];
}

async function entryOf(session: Session, id: string): Promise<Leaf> {
  const [entry] = await session.store.readEntries(session.tenant, { by: 'id', ids: [id] });
  const leaf = entry === undefined ? null : parseLeaf(entry.leaf);
  if (entry === undefined || leaf === null)
    throw new GamekeeperError('ERR_STORE_CORRUPT', `entry ${id} is missing`);
  session.codec.checkEntry(entry);
  return leaf;
}
