import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Keys, localKeys } from '../../../src/adapters/node/index.ts';
import {
  commercial,
  contact,
  createGamekeeper,
  type Gamekeeper,
  publicField,
  unwrap,
} from '../../../src/index.ts';
import type { Store } from '../../../src/ports/index.ts';

/**
 * Companies as the keeper itself writes them, command by command. Each is a book: it is laid down again under other
 * tenants' ids, whose keys are bound to the book instead of the tenant, so that a keeper opens and verifies every one.
 */

const profile = z.object({
  name: publicField(z.string()),
  phone: contact(z.string()),
  need: commercial(z.string()),
});

/** Nobody may own more than this by default. */
const HELD = 200;
const CALLERS = 32;
/** When books are made. */
const FOUNDED = Date.parse('2026-03-02T01:00:00.000Z');

/** Names a tenant by its number, so that the order of ids is that of numbers. */
export const tenantAt = (at: number): string => `t${String(at).padStart(6, '0')}`;
export const customerAt = (at: number): string => `c${String(at).padStart(6, '0')}`;
export const ownerOf = (at: number): string => `s${Math.floor(at / HELD)}`;

/**
 * Whether a book's customers are owned. Seven books of ten are companies that have only just brought theirs in: the
 * claims wait. So there are fewer bytes to a customer, and clocks that fall due in three tenants of ten.
 */
export const isOwned = (book: number): boolean => book % 10 < 3;

/** A keeper over books: tenant `n` is a copy of book `n % books`. */
export interface BookKeeper {
  readonly keeper: Gamekeeper<typeof profile>;
  readonly now: { value: number };
}

/** @param folder Where the keys are. Each keeper has a memory of what was signed of its own: copies go on by themselves. */
export async function bookKeeper(
  store: Store,
  folder: string,
  name: string,
  books: number,
): Promise<BookKeeper> {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  await localKeys(folder);
  for (const file of ['master.key', 'signer.key']) copyFileSync(join(folder, file), join(own, file));
  const now = { value: FOUNDED };
  const keys = boundToBooks(await localKeys(own), books);
  return { now, keeper: createGamekeeper({ store, profile, clock: { now: () => now.value }, keys }) };
}

function boundToBooks(keys: Keys, books: number): Keys {
  const { keyStore } = keys;
  const bookOf = (tenant: string): never => tenantAt(Number(tenant.slice(1)) % books) as never;
  return {
    ...keys,
    keyStore: {
      ...keyStore,
      generate: (tenant, purpose) => keyStore.generate(bookOf(tenant), purpose),
      unwrap: (tenant, purpose, wrapped) => keyStore.unwrap(bookOf(tenant), purpose, wrapped),
    },
  };
}

/** Creates a company with its salespeople; its customers are registered, and approved where they are owned. */
export async function writeBook({ keeper, now }: BookKeeper, at: number, customers: number): Promise<void> {
  const tenant = tenantAt(at);
  await keeper.tenants.create(tenant, { admins: [{ id: 'ada', name: 'Ada' }] });
  const ada = keeper.as({ tenant, employee: 'ada' });
  for (let seller = 0; seller * HELD < customers; seller += 1)
    unwrap(await ada.people.hire({ id: `s${seller}`, name: `Seller ${seller}`, managerId: 'ada' }));
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let each = next++; each < customers; each = next++) {
      now.value += 20;
      const seller = keeper.as({ tenant, employee: ownerOf(each) });
      const id = customerAt(each);
      const { claim } = unwrap(
        await seller.customers.register(
          { name: `Customer ${each}`, phone: `+86 138 ${each}`, need: 'steel, 20 tonnes a month' },
          { id },
        ),
      );
      if (isOwned(at)) unwrap(await ada.claims.approve(claim));
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}
