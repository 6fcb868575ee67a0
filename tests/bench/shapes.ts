import type { TenantId } from '../../src/kernel/index.ts';
import type { CommitBatch, DocumentPut, Store, VersionCheck } from '../../src/ports/index.ts';
import { concurrently } from './concurrently.ts';

/** The tenant of all batches. */
export const tenant: TenantId = 'acme' as TenantId;

/** A kind of command, as the batch it commits. */
export interface Shape {
  readonly name: string;
  readonly rows: string;
  batch(at: number): CommitBatch;
}

const keyOf = (at: number): string => String((at * 7919) % 1_000_003).padStart(7, '0');
const versionOf = (at: number): string => `018f3b7e-${keyOf(at)}-7abc-8def-${String(at).padStart(12, '0')}`;
const body = JSON.stringify({ owner: 'e_1234567890abcdef', text: 'x'.repeat(320), schemaVersion: 1 });
const mac = 'm'.repeat(43);

function put(collection: string, id: string, at: number, keys: DocumentPut['keys']): DocumentPut {
  return { ref: { collection, id }, version: versionOf(at), body, mac, keys };
}

function entry(at: number): CommitBatch['entries'][number] {
  const leaf = JSON.stringify({ id: versionOf(at), type: 'followup-recorded', basis: 'y'.repeat(400) });
  return { id: versionOf(at), subjects: [`c_${keyOf(at % 1000)}`], leaf, mac };
}

const head: VersionCheck = { ref: { collection: 'tenant', id: 'head' }, version: versionOf(0) };
const absent = ({ ref }: DocumentPut): VersionCheck => ({ ref, version: null });

/** The shapes among so many customers. Batches are made in the order in which they run. */
export function shapes(customers: number): readonly Shape[] {
  const visits = new Map<number, number>();
  return [
    {
      name: 'follow-up',
      rows: '4 documents (2 of them there already), 5 index rows, 1 entry',
      batch(at) {
        const customer = (at * 7919) % customers;
        const before = visits.get(customer) ?? 0;
        visits.set(customer, at);
        const due = (visit: number): DocumentPut['keys'] => [
          { index: 'due', key: `${keyOf(visit)}-${customer}` },
          { index: 'quiet', key: `${keyOf(visit + 1)}-${customer}` },
        ];
        const puts = [
          put('clock', `${customer}`, at, due(at)),
          put('customer', `${customer}`, at, [{ index: 'owner', key: `e-${customer % 100}` }]),
          put('followup', versionOf(at), at, [{ index: 'followups', key: `${customer}-${at}` }]),
          put('idempotency', versionOf(at), at, []),
        ];
        const checks = [head, ...puts.slice(2).map(absent)];
        for (const { ref } of puts.slice(0, 2)) checks.push({ ref, version: versionOf(before) });
        return { checks, adds: [], puts, deletes: [], entries: [entry(at)] };
      },
    },
    {
      name: 'registration',
      rows: '8 new documents, 20 index rows, 1 entry',
      batch(at) {
        const puts = Array.from({ length: 8 }, (_, part) => {
          const keys = Array.from({ length: part < 4 ? 4 : 1 }, (_, key) => ({
            index: `r${part}${key}`,
            key: `${keyOf(at)}-${key}`,
          }));
          return put(`part${part}`, `${keyOf(at)}-${at}`, at, keys);
        });
        return { checks: [head, ...puts.map(absent)], adds: [], puts, deletes: [], entries: [entry(at)] };
      },
    },
    {
      name: 'refusal',
      rows: '1 document that is there already, 1 entry',
      batch(at) {
        const puts = [put('probe', `${at % 1000}`, at, [])];
        return { checks: [head], adds: [], puts, deletes: [], entries: [entry(at)] };
      },
    },
  ];
}

/** Puts the head, the customers and the probes that the shapes meet into stores. */
export async function prepare(
  customers: number,
  write: (batch: CommitBatch) => Promise<unknown>,
): Promise<void> {
  const puts = [put('tenant', 'head', 0, [])];
  for (let customer = 0; customer < customers; customer += 1) {
    puts.push(
      put('clock', `${customer}`, 0, [
        { index: 'due', key: `${keyOf(0)}-${customer}` },
        { index: 'quiet', key: `${keyOf(1)}-${customer}` },
      ]),
      put('customer', `${customer}`, 0, [{ index: 'owner', key: `e-${customer % 100}` }]),
    );
  }
  for (let probe = 0; probe < 1000; probe += 1) puts.push(put('probe', `${probe}`, 0, []));
  for (let from = 0; from < puts.length; from += 500) {
    const batch = { checks: [], adds: [], puts: puts.slice(from, from + 500), deletes: [], entries: [] };
    await write(batch);
  }
}

/** What a commit of follow-ups by 64 callers takes at each size, in milliseconds, and the slope of its logarithms. */
export async function growthOf(
  sizes: readonly [number, number, number],
  open: (size: number) => Promise<{ readonly store: Store; end(): Promise<void> }>,
): Promise<{ readonly costs: readonly number[]; readonly exponent: number }> {
  const costs: number[] = [];
  for (const size of sizes) {
    const { store, end } = await open(size);
    await prepare(size, (batch) => store.commit(tenant, batch));
    const [followUp] = shapes(size) as [Shape];
    const batches = Array.from({ length: 4000 }, (_, at) => followUp.batch(at + 1));
    const seconds = await concurrently(batches.length, 64, async (at) => {
      const { status } = await store.commit(tenant, batches[at] as CommitBatch);
      if (status !== 'committed') throw new Error(`a batch of the benchmark answered ${status}`);
    });
    costs.push((seconds * 1000) / batches.length);
    await end();
  }
  const [least, , most] = costs as [number, number, number];
  return { costs, exponent: Math.log(most / least) / Math.log(sizes[2] / sizes[0]) };
}
