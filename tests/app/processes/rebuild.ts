/**
 * Rebuilds a company in a process of its own, under a newer profile schema: `node rebuild.ts <file> <keys>`.
 *
 * Prints what was rebuilt and what a verification finds as one line of JSON.
 */
import { z } from 'zod';
import { localKeys } from '../../../src/adapters/node/index.ts';
import { sqliteStore } from '../../../src/adapters/sqlite/index.ts';
import { commercial, createGamekeeper, publicField } from '../../../src/index.ts';

const [file = '', keys = ''] = process.argv.slice(2);
const store = sqliteStore(file);
const keeper = createGamekeeper({
  // Fields are gone, new, and of another sensitivity: what the ledger holds does not depend on it.
  profile: z.object({
    name: commercial(z.string().min(200)),
    region: publicField(z.string()).default('north'),
  }),
  store,
  keys: await localKeys(keys),
});
const rebuilt = await keeper.rebuild('acme');
const verified = await keeper.verify('acme');
await keeper.close();
store.close();
process.stdout.write(JSON.stringify({ rebuilt, verified }));
