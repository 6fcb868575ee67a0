import type { Alias, EntryId, Instant } from '../kernel/index.ts';
import type { Facts } from '../model/index.ts';

/** Who held a customer at a moment. `owner` or `pool`, never both; neither while it was a candidate or gone. */
export interface OwnershipAt {
  readonly owner: Alias | null;
  readonly pool: string | null;
  readonly since: Instant;
  /** The entry that made it so. */
  readonly entry: EntryId;
}

/** What an entry says about who holds its customer, or `null` when it says nothing about that. */
export function ownershipBy(entry: {
  readonly id: EntryId;
  readonly type: string;
  readonly at: Instant;
  readonly data: Facts;
}): OwnershipAt | null {
  const held = (owner: unknown, pool: unknown): OwnershipAt => ({
    owner: owner as Alias | null,
    pool: pool as string | null,
    since: entry.at,
    entry: entry.id,
  });
  switch (entry.type) {
    case 'claim-submitted':
    case 'claim-rejected':
    case 'claim-withdrawn':
    case 'customer-terminated':
    case 'customer-deleted':
    case 'erasure':
      return held(null, null);
    case 'claim-approved':
      return held(entry.data.claimant, null);
    case 'customer-transferred':
      return held(entry.data.to, null);
    case 'customer-restored':
      return held(entry.data.owner, entry.data.pool);
    case 'customer-released':
      return held(null, entry.data.pool);
    default:
      return null;
  }
}
