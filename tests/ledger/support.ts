import { createPublicKey, verify as cryptoVerify, hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  checkpointBody,
  createTree,
  type DirectoryEntry,
  type DirectorySource,
  directoryFiles,
  disclosureDigest,
  ed25519PublicKey,
  encodeDisclosure,
  encodeLeaf,
  type Hasher,
  type LeafInput,
  leafHash,
  type SignatureVerifier,
  signerKeyOf,
  signNote,
  verifierKeyOf,
} from '../../src/ledger/index.ts';

const data = resolve(import.meta.dirname, '../..', process.env.GAMEKEEPER_DATA ?? '../shared/data');

/** Why tests on vectors are skipped, or `false`. */
export const noVectors: string | false = existsSync(join(data, 'vectors'))
  ? false
  : `no test vectors in ${data}`;

export function vectorText(path: string): string {
  return readFileSync(join(data, 'vectors', path), 'utf8');
}

export function vectorBytes(path: string): Buffer {
  return readFileSync(join(data, 'vectors', path));
}

// biome-ignore lint/suspicious/noExplicitAny: foreign files; each test knows its shape.
export function vector(path: string): any {
  return JSON.parse(vectorText(path));
}

export function vectorFiles(folder: string): string[] {
  return readdirSync(join(data, 'vectors', folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => join(folder, path));
}

/** Node's SHA-256. Its binary output as text is three times faster than as a buffer. */
export const nodeSha256: Hasher = (input) => {
  const text = hash('sha256', input, 'binary');
  const digest = new Uint8Array(32);
  for (let at = 0; at < 32; at += 1) digest[at] = text.charCodeAt(at);
  return digest;
};

const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** Node's Ed25519. */
export const nodeVerify: SignatureVerifier = (publicKey, message, signature) => {
  const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' });
  return cryptoVerify(null, Buffer.from(message), key, signature);
};

export const LONG: boolean = process.env.LONG === '1';
export const ORIGIN = 'log.example/acme';
export const signerKey: string = signerKeyOf(ORIGIN, new Uint8Array(32).fill(7));
export const vkey: string = verifierKeyOf(ORIGIN, ed25519PublicKey(new Uint8Array(32).fill(7)));
export const otherSignerKey: string = signerKeyOf(ORIGIN, new Uint8Array(32).fill(8));
export const otherVkey: string = verifierKeyOf(ORIGIN, ed25519PublicKey(new Uint8Array(32).fill(8)));

export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

export function sampleLeaf(index: number, more: Partial<LeafInput> = {}): LeafInput {
  return {
    ledger: `l_${'A'.repeat(22)}`,
    id: `0195d7a0-0000-7000-8000-${index.toString(16).padStart(12, '0')}`,
    type: 'follow-up-recorded',
    at: '2026-03-25T08:00:00.000Z',
    actor: 'system',
    subject: [],
    data: { number: index },
    basis: [],
    policy: '',
    outcome: 'done',
    ...more,
  };
}

export interface SampleOptions {
  readonly size?: number;
  readonly checkpoints?: readonly number[];
  readonly key?: string;
  readonly vkey?: string;
  readonly disclosures?: 'included' | 'withheld';
  /** Changes the entries before they are hashed and signed, as the log's own owner could. */
  readonly change?: (entries: DirectoryEntry[]) => DirectoryEntry[];
  readonly changeCheckpoints?: (notes: string[]) => string[];
}

export interface Sample {
  readonly files: Map<string, Uint8Array>;
  readonly checkpoints: readonly string[];
}

/** Entries of which every fifth discloses something; entry 200 erases what entry 10 disclosed. */
export function sampleEntries(size: number): DirectoryEntry[] {
  const erased: string[] = [];
  return Array.from({ length: size }, (_, index) => {
    const salt = Uint8Array.from({ length: 16 }, (_, at) => index + at);
    const disclosure =
      index % 5 === 0 && index !== 200 ? encodeDisclosure(salt, 'note', `said ${index}`) : null;
    const digests = disclosure === null ? [] : [base64url(disclosureDigest(disclosure))];
    if (index === 10) erased.push(...digests);
    const leaf =
      index === 200
        ? sampleLeaf(index, { type: 'erasure', data: { digests: erased } })
        : sampleLeaf(index, { _sd: digests });
    return { leaf: encodeLeaf(leaf), disclosures: disclosure === null || index === 10 ? [] : [disclosure] };
  });
}

/** A small export: 300 entries, three checkpoints, disclosures and an erasure. */
export async function sampleDirectory(options: SampleOptions = {}): Promise<Sample> {
  const { size = 300, key = signerKey, disclosures = 'included' } = options;
  const entries = (options.change ?? ((same) => same))(sampleEntries(size));
  const tree = createTree(nodeSha256);
  const sizes = [...new Set([...(options.checkpoints ?? [0, 100, 256]), entries.length])];
  let checkpoints: string[] = [];
  for (let at = 0; at <= entries.length; at += 1) {
    if (sizes.includes(at))
      checkpoints.push(signNote(checkpointBody({ origin: ORIGIN, size: at, root: tree.root() }), key));
    const entry = entries[at];
    if (entry !== undefined) tree.append(leafHash(entry.leaf, nodeSha256));
  }
  checkpoints = (options.changeCheckpoints ?? ((same) => same))(checkpoints);
  const files = new Map<string, Uint8Array>();
  const input = {
    origin: ORIGIN,
    vkey: options.vkey ?? vkey,
    checkpoints,
    entries: [entries],
    disclosures,
    sign: (text: string) => signNote(text, key),
  };
  for await (const { path, bytes } of directoryFiles(input, nodeSha256)) files.set(path, bytes);
  return { files, checkpoints };
}

export function sourceOf(files: ReadonlyMap<string, Uint8Array>): DirectorySource {
  return { list: async () => [...files.keys()], read: async (path) => files.get(path) ?? null };
}
