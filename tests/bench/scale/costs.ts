import type { Client } from 'pg';
import { unwrap } from '../../../src/index.ts';
import type { Store } from '../../../src/ports/index.ts';
import { bookKeeper, customerAt, ownerOf, writeBook } from './books.ts';
import { weigh } from './sizes.ts';

/** What one more of something adds to the database, tables and indexes together. */
export interface Cost {
  readonly what: string;
  readonly bytes: number;
}

const MANY = 1_000;
const HOUR_MS = 3_600_000;

/** Does a thousand of each kind in one company, and weighs the database after each kind. */
export async function costs(
  store: Store,
  client: Client,
  schema: string,
  folder: string,
): Promise<readonly Cost[]> {
  const world = await bookKeeper(store, folder, 'costs', 1);
  const found: Cost[] = [];
  let before = 0;
  const cost = async (what: string, each: ((at: number) => Promise<unknown>) | null): Promise<void> => {
    if (each === null) await writeBook(world, 0, MANY);
    for (let from = 0; each !== null && from < MANY; from += 50)
      await Promise.all(Array.from({ length: 50 }, (_, at) => each(from + at)));
    const bytes = (await weigh(client, schema, new Map())).reduce((sum, weight) => sum + weight.bytes, 0);
    found.push({ what, bytes: (bytes - before) / MANY });
    before = bytes;
  };
  const seller = (at: number) => world.keeper.as({ tenant: 't000000', employee: ownerOf(at) });
  await cost('a customer, registered and approved', null);
  await cost('a follow-up', async (at) =>
    unwrap(
      await seller(at).followUps.record(customerAt(at), { kind: 'call', text: `About offer number ${at}` }),
    ),
  );
  await cost('a follow-up again', async (at) =>
    unwrap(
      await seller(at).followUps.record(customerAt(at), { kind: 'visit', text: `Saw plant number ${at}` }),
    ),
  );
  await cost('an order', async (at) => {
    const order = {
      id: `o${at}`,
      customer: customerAt(at),
      amount: { amount: 100 + at, currency: 'CNY' },
      stage: 'offered',
      at: new Date(world.now.value).toISOString(),
    };
    unwrap(await world.keeper.as({ tenant: 't000000', service: 'erp' }).orders.record([order]));
  });
  await cost('a look at contacts, the first in an hour', async (at) => {
    if (at % 50 === 0) world.now.value += HOUR_MS;
    unwrap(await seller(at).customers.get(customerAt(at)));
  });
  await cost('a refusal, equal ones within a minute counted', async (at) => {
    const { error } = (await seller(at).claims.approve(`${at}`)) as { error?: unknown };
    if (error === undefined) throw new Error('expected a refusal');
  });
  await world.keeper.close();
  return found;
}
