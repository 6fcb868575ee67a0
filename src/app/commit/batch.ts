import type { Result } from '../../kernel/index.ts';

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

/**
 * Does each of many by itself; one refusal stops no other. Answers in the order asked.
 *
 * Items of one id are done one after the other, in the order given; the others side by side. When the work
 * on an item throws, the later items of its id are left undone (nobody knows what became of the first), all
 * others are finished, and then the first error, in the order asked, is thrown: nothing runs on afterwards.
 */
export async function eachOf<Item, Value, Refusal>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  work: (item: Item) => Promise<Result<Value, Refusal>>,
): Promise<Batch<Value, Refusal>> {
  const results: BatchItem<Value, Refusal>[] = new Array(items.length);
  const errors = new Map<number, unknown>();
  const lanes = lanesOf(items.map(idOf));
  const inOrder = async ({ id, places }: Lane): Promise<void> => {
    for (const at of places) {
      try {
        results[at] = { id, result: await work(items[at] as Item) };
      } catch (error) {
        errors.set(at, error);
        return;
      }
    }
  };
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let lane = lanes[next++]; lane !== undefined; lane = lanes[next++]) await inOrder(lane);
  };
  await Promise.all(Array.from({ length: Math.min(ABREAST, lanes.length) }, worker));
  if (errors.size > 0) throw errors.get(Math.min(...errors.keys()));
  return { job: null, done: true, items: results, next: null };
}

/** The places of all items with one id, in the order given. */
interface Lane {
  readonly id: string;
  readonly places: number[];
}

function lanesOf(ids: readonly string[]): readonly Lane[] {
  const lanes = new Map<string, Lane>();
  for (const [at, id] of ids.entries()) {
    const lane = lanes.get(id);
    if (lane === undefined) lanes.set(id, { id, places: [at] });
    else lane.places.push(at);
  }
  return [...lanes.values()];
}

/** Items in parts, for work that is done a commit or a round trip at a time. */
export function partsOf<Item>(items: readonly Item[], size = 200): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}

/** The key of one item of a batch, from the key of the batch. */
export function itemKey(key: string | undefined, id: string): string | undefined {
  return key === undefined ? undefined : `${key}\n${id}`;
}
