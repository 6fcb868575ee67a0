import { createGamekeeper } from 'gamekeeper';
import { leafHash } from 'gamekeeper/ledger';
import { sha } from 'gamekeeper/node';
import type { Store } from 'gamekeeper/ports';
import { sqliteStore } from 'gamekeeper/sqlite';
import { testKeeper } from 'gamekeeper/testing';
import * as z from 'zod';

async function main(): Promise<void> {
  const a: string = createGamekeeper().name + testKeeper().name + sha('a') + leafHash('x').length;
  sqliteStore('a.db').close();
  const s: Store | null = null;
  z.object({}).parse({ a, s });
}
main();
