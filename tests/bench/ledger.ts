import { hash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { median } from 'simple-statistics';
import {
  createTree,
  encodeLeaf,
  type Hasher,
  inclusionFault,
  type LeafInput,
  leafHash,
  proveInclusion,
} from '../../src/ledger/index.ts';
import type { BenchRow } from './row.ts';

const SIZES = [10_000, 100_000, 1_000_000] as const;
const ROUNDS = 5;

/** SHA-256 by the platform; its output comes as text, which costs a third of a buffer. */
const sha256: Hasher = (data) => {
  const text = hash('sha256', data, 'binary');
  const digest = new Uint8Array(32);
  for (let at = 0; at < 32; at += 1) digest[at] = text.charCodeAt(at);
  return digest;
};

/** Measures the ledger in memory at three sizes. Ratios are of medians of five interleaved rounds. */
export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const appends: number[] = [];
  const proofs: number[] = [];
  for (const size of SIZES) {
    const { limit, textLimit, append } = measureAppend(size);
    const bytes = await measureBytes(size);
    appends.push(append);
    rows.push(
      row(
        `append, ${size}`,
        append,
        'µs',
        'one leaf and one node hash',
        limit,
        '≤ 3.0 × the limit',
        append <= 3 * limit,
      ),
      row(
        `append, ${size}`,
        append,
        'µs',
        'one leaf hash from its text, one node hash',
        textLimit,
        '≤ 3.0 × the limit',
        append <= 3 * textLimit,
      ),
    );
    rows.push(
      row(
        `hashes held, ${size}`,
        bytes,
        'B',
        'a leaf and a node of 32 B',
        64,
        '≤ 70 B an entry',
        bytes <= 70,
      ),
    );
    const { prove, verify } = measureProofs(size);
    proofs.push(prove);
    rows.push(row(`inclusion proof, ${size}`, prove, 'µs', 'the goal', 10, '≤ 10 µs', prove <= 10));
    rows.push(row(`verification, ${size}`, verify, 'µs', 'the goal', 25, '≤ 25 µs', verify <= 25));
  }
  rows.push(growth('append, growth', appends, 0.1));
  // A logarithm, and memory that no longer fits into the caches.
  rows.push(growth('inclusion proof, growth', proofs, 0.4));
  return rows;
}

/**
 * Time an entry, from members to tree. The limit hashes the same bytes and as many nodes, and keeps nothing; the other
 * limit begins with the leaf as it is stored, a text, to which RFC 6962 wants a zero byte put in front.
 */
function measureAppend(size: number): { limit: number; textLimit: number; append: number } {
  const batch = 512; // as many as a group commit holds
  // As they come from a request or a store, parsed from text; the keys of `data` stand in order.
  const inputs = Array.from(
    { length: batch },
    (_, index) => JSON.parse(JSON.stringify(sampleInput(index))) as LeafInput,
  );
  const texts = inputs.map(encodeLeaf);
  const leaves = texts.map((text) => Buffer.from(`\0${text}`));
  const node = new Uint8Array(65);
  const limits: number[] = [];
  const textLimits: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    limits.push(
      time(size, () => {
        for (let at = 0; at < size; at += 1) {
          hash('sha256', leaves[at % batch] as Buffer, 'binary');
          hash('sha256', node, 'binary');
        }
      }),
    );
    textLimits.push(
      time(size, () => {
        for (let at = 0; at < size; at += 1) {
          hash('sha256', `\0${texts[at % batch]}`, 'binary');
          hash('sha256', node, 'binary');
        }
      }),
    );
    const tree = createTree(sha256);
    ours.push(
      time(size, () => {
        for (let at = 0; at < size; at += 1)
          tree.append(leafHash(encodeLeaf(inputs[at % batch] as LeafInput), sha256));
      }),
    );
  }
  return { limit: median(limits), textLimit: median(textLimits), append: median(ours) };
}

/** Bytes of array buffers that a tree holds for an entry. */
async function measureBytes(size: number): Promise<number> {
  const before = await heldBytes();
  const tree = createTree(sha256);
  const leaf = sha256('leaf');
  for (let at = 0; at < size; at += 1) tree.append(leaf);
  return ((await heldBytes()) - before) / tree.size;
}

/** What array buffers hold once the garbage is gone; they are freed in the background. */
async function heldBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let again = 0; again < 5; again += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().arrayBuffers;
}

function measureProofs(size: number): { prove: number; verify: number } {
  const tree = createTree(sha256);
  for (let at = 0; at < size; at += 1) tree.append(sha256(`leaf ${at}`));
  const root = tree.root();
  const indexes = Array.from({ length: 5_000 }, (_, at) => (at * 7_919 + 13) % size);
  const prove: number[] = [];
  const verify: number[] = [];
  const claims = indexes.slice(0, 250).map((index) => ({
    index,
    size,
    leafHash: tree.hashAt(0, index),
    proof: proveInclusion(tree, index, size, sha256),
    root,
  }));
  let hashes = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    prove.push(
      time(indexes.length, () => {
        for (const index of indexes) hashes += proveInclusion(tree, index, size, sha256).length;
      }),
    );
    verify.push(
      time(claims.length * 20, () => {
        for (let again = 0; again < 20; again += 1) {
          for (const claim of claims)
            if (inclusionFault(claim, sha256) !== undefined) throw new Error('a proof failed');
        }
      }),
    );
  }
  if (hashes === 0) throw new Error('no proof was made');
  return { prove: median(prove), verify: median(verify) };
}

/** An entry of the usual kind: two subjects, two documents read, one disclosure; about 650 bytes. */
function sampleInput(index: number): LeafInput {
  const name = (text: string): string =>
    sha256(`${text} ${index}`).reduce((all, byte) => all + LETTERS[byte & 63], '');
  const id = `0195d7a0-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;
  const employee = `e_${name('employee').slice(0, 22)}`;
  const customer = `c_${name('customer').slice(0, 22)}`;
  return {
    ledger: 'l_AbCdEfGhIjKlMnOpQrStUv',
    id,
    type: 'follow-up-recorded',
    at: '2026-03-25T08:00:00.000Z',
    actor: employee,
    subject: [customer, employee],
    data: { evidence: null, kind: 'call', number: index, qualified: true },
    basis: [
      [`customer/${customer}`, id],
      [`employee/${employee}`, id],
    ],
    policy: `3:${name('policy')}${name('more').slice(0, 11)}`,
    outcome: 'done',
    correlation: `${name('request')}${name('more').slice(0, 11)}`,
    _sd: [`${name('digest')}${name('more').slice(0, 11)}`],
  };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function row(
  name: string,
  ours: number,
  unit: string,
  against: string,
  limit: number,
  goal: string,
  met: boolean,
): BenchRow {
  return { name, ours, unit, against, limit, ratio: ours / limit, goal, met };
}

/** The exponent of the time an item over the size: 0 is flat, 1 would be a scan. */
function growth(name: string, times: readonly number[], most: number): BenchRow {
  const exponent =
    Math.log((times.at(-1) as number) / (times[0] as number)) / Math.log((SIZES.at(-1) as number) / SIZES[0]);
  return row(name, exponent, 'exponent', 'linear', 1, `≤ ${most}`, exponent <= most);
}

function time(count: number, work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / count / 1000;
}

if (process.argv[1] === import.meta.filename) {
  for (const { name, ours, unit, against, limit, ratio, goal, met } of await run()) {
    const figures = `${ours.toFixed(2).padStart(8)} ${unit.padEnd(8)} ${limit.toFixed(2).padStart(6)} ${against.padEnd(26)}`;
    console.log(
      `${met ? 'met   ' : 'MISSED'} ${name.padEnd(26)} ${figures} ${ratio.toFixed(2).padStart(6)} ×  ${goal}`,
    );
  }
}
