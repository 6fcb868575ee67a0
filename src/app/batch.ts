import type { Result } from '../kernel/index.ts';

/** What became of one of many. */
export interface BatchItem<Value, Refusal> {
  readonly id: string;
  readonly result: Result<Value, Refusal>;
}

/** What became of many. `job` and `next` are for work that outlives one call; here all of it is done. */
export interface Batch<Value, Refusal> {
  readonly job: string | null;
  readonly done: boolean;
  readonly items: readonly BatchItem<Value, Refusal>[];
  readonly next: string | null;
}

/** How many of a batch are under way at once: enough for a store to commit them together. */
const ABREAST = 64;

/** Does each of many by itself; one refusal stops no other. Answers in the order asked. */
export async function eachOf<Item, Value, Refusal>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  work: (item: Item) => Promise<Result<Value, Refusal>>,
): Promise<Batch<Value, Refusal>> {
  const results: BatchItem<Value, Refusal>[] = new Array(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at] as Item;
      results[at] = { id: idOf(item), result: await work(item) };
    }
  };
  await Promise.all(Array.from({ length: Math.min(ABREAST, items.length) }, worker));
  return { job: null, done: true, items: results, next: null };
}

/** The key of one item of a batch, from the key of the batch. */
export function itemKey(key: string | undefined, id: string): string | undefined {
  return key === undefined ? undefined : `${key}\n${id}`;
}
