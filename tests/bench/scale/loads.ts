import type { Client } from 'pg';
import { median } from 'simple-statistics';
import { unwrap } from '../../../src/index.ts';
import type { Store } from '../../../src/ports/index.ts';
import { type BookKeeper, bookKeeper, customerAt, isOwned, ownerOf } from './books.ts';

/** What a store of a size does, on tenants that nobody touched before. */
export interface Figures {
  /** The first look in a tenant that this process has not opened yet. */
  readonly coldMs: number;
  /** A look at a customer's contacts, the first in an hour: with its entry. */
  readonly getMs: number;
  readonly againMs: number;
  /** A page of 50 customers, with its entry. */
  readonly listMs: number;
  /** Follow-ups by 64 callers over the tenants that are looked at. */
  readonly commandsPerSecond: number;
  /** Finding all that is due in a tenant, through the store and by the bare query. */
  readonly findMs: number;
  readonly bareMs: number;
  /** Reminding: a due item, done. */
  readonly sweepItemMs: number;
  readonly due: number;
  readonly verifyMs: number;
  readonly verified: number;
}

const CALLERS = 64;
const COMMANDS = 1_920;
const LOOKS = 8;
const DAY_MS = 86_400_000;

/** Where it is measured. */
export interface Place {
  readonly store: Store;
  readonly client: Client;
  readonly schema: string;
  readonly folder: string;
  readonly books: number;
  readonly customers: number;
  /** Copies nobody touched, in their order. */
  readonly tenants: readonly string[];
}

/** Measures one size; every number is a median where it says milliseconds. */
export async function measure(place: Place, name: string): Promise<Figures> {
  const { books, customers, folder, store, tenants } = place;
  const bookOf = (tenant: string): number => Number(tenant.slice(1)) % books;
  const byBook = new Map(tenants.map((tenant) => [bookOf(tenant), tenant]));
  const sample = [...byBook].filter(([book]) => isOwned(book)).map(([, tenant]) => tenant);
  const untouched = tenants.filter((tenant) => !sample.includes(tenant));
  const found = await finding(
    place,
    untouched.find((tenant) => isOwned(bookOf(tenant))) ?? (sample[0] as string),
  );
  const world = await bookKeeper(store, folder, name, books);
  const look = (tenant: string, at: number) => async (): Promise<unknown> =>
    unwrap(await world.keeper.as({ tenant, employee: ownerOf(at) }).customers.get(customerAt(at)));
  const cold = await timesOf(sample.map((tenant) => look(tenant, 0)));
  const looks = sample.flatMap((tenant) => Array.from({ length: LOOKS }, (_, at) => look(tenant, at + 1)));
  const get = await timesOf(looks);
  const again = await timesOf(looks);
  const pages = sample.map(
    (tenant) => async () =>
      unwrap(await world.keeper.as({ tenant, employee: ownerOf(0) }).customers.list({ limit: 50 })),
  );
  const list = await timesOf([...pages, ...pages]);
  const seconds = await followUp(world, sample, customers);
  const sweeps = await sweep(world, sample.slice(0, 3));
  await world.keeper.close();
  const verified = await verify(place, `${name}-verify`, untouched);
  return {
    coldMs: median(cold),
    getMs: median(get),
    againMs: median(again),
    listMs: median(list),
    commandsPerSecond: COMMANDS / seconds,
    ...found,
    ...sweeps,
    ...verified,
  };
}

async function timesOf(works: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const times: number[] = [];
  for (const work of works) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times;
}

async function followUp(world: BookKeeper, sample: readonly string[], customers: number): Promise<number> {
  const start = performance.now();
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let at = next++; at < COMMANDS; at = next++) {
      const customer = Math.floor(at / sample.length) % customers;
      const seller = world.keeper.as({
        tenant: sample[at % sample.length] as string,
        employee: ownerOf(customer),
      });
      unwrap(
        await seller.followUps.record(customerAt(customer), {
          kind: 'call',
          text: `About offer number ${at}`,
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return (performance.now() - start) / 1000;
}

/** Four days later every customer of a tenant wants a follow-up. */
async function sweep(
  world: BookKeeper,
  sample: readonly string[],
): Promise<Pick<Figures, 'sweepItemMs' | 'due'>> {
  world.now.value += 4 * DAY_MS;
  const times: number[] = [];
  let due = 0;
  for (const tenant of sample) {
    const start = performance.now();
    const { examined, failed, reminded } = await world.keeper.sweep(tenant);
    times.push((performance.now() - start) / examined);
    if (failed.length > 0) throw new Error(`a sweep failed at ${failed[0]?.place}`);
    due = reminded;
  }
  return { sweepItemMs: median(times), due };
}

/** The same part of the index of deadlines, asked for through the store and by a query of one's own. */
async function finding(
  { client, schema, store }: Place,
  tenant: string,
): Promise<Pick<Figures, 'findMs' | 'bareMs'>> {
  const range = {
    index: 'due',
    from: 'running.',
    to: 'running.~',
    limit: 1_000,
    after: null,
    descending: false,
  };
  const ours = () => store.find(tenant as never, { want: 'refs', ranges: [range] });
  const bare = () =>
    client.query({
      name: 'due',
      text: `SELECT index_key, collection, id FROM ${schema}.gk_index_keys WHERE tenant = $1 AND index_name = $2
        AND index_key >= $3 AND index_key < $4 ORDER BY index_key, collection, id LIMIT 1000`,
      values: [tenant, range.index, range.from, range.to],
    });
  // Interleaved, so that both have the same company on the machine.
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < 21; round += 1)
    for (const [at, work] of [ours, bare].entries()) (times[at] as number[]).push(...(await timesOf([work])));
  return { findMs: median(times[0]), bareMs: median(times[1]) };
}

/** A keeper that never saw them verifies copies whole: log, tree, checkpoint, every decision, every row of state. */
async function verify(
  { store, folder, books }: Place,
  name: string,
  untouched: readonly string[],
): Promise<Pick<Figures, 'verifyMs' | 'verified'>> {
  const step = Math.max(1, Math.floor(untouched.length / 5));
  const sample = untouched.filter((_, at) => at % step === 0).slice(0, 5);
  const { keeper } = await bookKeeper(store, folder, name, books);
  const times = await timesOf(
    sample.map((tenant) => async () => {
      const { findings, status } = await keeper.verify(tenant);
      if (status !== 'ok') throw new Error(`${tenant} does not verify: ${JSON.stringify(findings[0])}`);
    }),
  );
  await keeper.close();
  return { verifyMs: median(times), verified: sample.length };
}
