import { type Alias, GamekeeperError, type JsonValue } from '../../kernel/index.ts';
import type { Customer, HostProfile, ProfileShape, ProfileValues } from '../../model/index.ts';
import type { Transaction } from '../commit/transaction.ts';

/** Profiles that lie in the host's tables, fetched for one look. */
export type Fetched = ReadonlyMap<Alias, ProfileValues>;

/**
 * Fetches the profiles of some customers from the host, in one call. Nothing of them is kept: not in the
 * store, not in the ledger, not in memory. Where profiles lie with the keeper there is nothing to fetch.
 *
 * @throws {GamekeeperError} `ERR_STORE_FAILED` when the host cannot say, or says something that is no profile.
 */
export async function fetchProfiles(
  { session }: Transaction,
  shape: ProfileShape,
  customers: readonly (Customer | null)[],
): Promise<Fetched> {
  const fetched = new Map<Alias, ProfileValues>();
  if (shape.source === null) return fetched;
  const byId = new Map(
    customers.flatMap((customer) => (customer?.id == null ? [] : [[customer.id, customer.alias] as const])),
  );
  if (byId.size === 0) return fetched;
  for (const row of await ask(shape, session.tenant, [...byId.keys()])) {
    const alias = byId.get(row.id);
    if (alias !== undefined) fetched.set(alias, valuesOf(shape, row));
  }
  return fetched;
}

/** A customer with the profile that the host has of it. */
export function withProfile<Known extends Customer | null>(customer: Known, fetched: Fetched): Known {
  const profile = customer === null ? undefined : fetched.get(customer.alias);
  return profile === undefined ? customer : { ...customer, profile: profile as Customer['profile'] };
}

async function ask(
  { source }: ProfileShape,
  tenant: string,
  ids: readonly string[],
): Promise<readonly HostProfile[]> {
  let rows: unknown;
  try {
    rows = await source?.get(ids, { tenant });
  } catch (cause) {
    throw new GamekeeperError('ERR_STORE_FAILED', "the host's customers could not be read", { cause });
  }
  const sane = Array.isArray(rows) && rows.every((row) => typeof row?.id === 'string');
  if (!sane)
    throw new GamekeeperError(
      'ERR_STORE_FAILED',
      'hostCustomers.get: expected an array of rows with their id',
    );
  return rows as readonly HostProfile[];
}

/** The fields that the profile knows; what else the host keeps is none of ours. */
function valuesOf(shape: ProfileShape, row: HostProfile): ProfileValues {
  return Object.fromEntries(
    [...shape.fields.keys()].flatMap((field) => {
      const value = Object.hasOwn(row, field) ? row[field] : undefined;
      return value === undefined || value === null ? [] : [[field, value as JsonValue]];
    }),
  );
}
