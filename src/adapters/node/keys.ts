import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign as signEd25519,
} from 'node:crypto';
import {
  closeSync,
  fsync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { equalBytes, fromBase64url, GamekeeperError, toBase64url } from '../../kernel/index.ts';
import type { KeyStore, Primitives, SignedHead, Signer } from '../../ports/index.ts';
import { nodePrimitives } from './primitives.ts';

/** What `createGamekeeper` needs of keys: who signs, and who wraps. */
export interface Keys {
  readonly signer: Signer;
  readonly keyStore: KeyStore;
  /** Whether these keys outlive the process: a durable store asks for that. */
  readonly durable: boolean;
}

/** Where a signer remembers what it signed. */
interface SignerMemory {
  last(origin: string): SignedHead | null;
  /** Compares and remembers while nobody else can; answers what was there, if `allowed` says no. */
  advance(
    origin: string,
    head: SignedHead,
    allowed: (last: SignedHead | null) => boolean,
  ): Promise<SignedHead | null>;
}

/** PKCS #8 prefix of an Ed25519 seed (RFC 8410, section 7). */
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Keys in a directory of this machine: `master.key` and `signer.key` (made when missing, mode 0600), and
 * `signed/`, where the signer remembers the last checkpoint of each log.
 *
 * Keep the directory away from the database and its backups: together they undo what each protects.
 *
 * @throws {GamekeeperError} `ERR_SIGNER_FAILED` when the directory cannot be read or written.
 */
export async function localKeys(directory: string): Promise<Keys> {
  try {
    mkdirSync(join(directory, 'signed'), { recursive: true, mode: 0o700 });
    const master = readOrMake(join(directory, 'master.key'));
    const seed = readOrMake(join(directory, 'signer.key'));
    return {
      signer: ed25519Signer(seed, fileMemory(join(directory, 'signed'))),
      keyStore: masterKeyStore(master),
      durable: true,
    };
  } catch (cause) {
    throw new GamekeeperError(
      'ERR_SIGNER_FAILED',
      'cannot use the key directory: it must be readable and writable',
      { cause },
    );
  }
}

/** Keys that end with the process: for tests, demonstrations and a memory store. */
export function ephemeralKeys(primitives: Primitives = nodePrimitives()): Keys {
  const heads = new Map<string, SignedHead>();
  const memory: SignerMemory = {
    last(origin) {
      const head = heads.get(origin);
      return head === undefined ? null : copyOf(head);
    },
    async advance(origin, head, allowed) {
      const last = heads.get(origin) ?? null;
      if (!allowed(last)) return last;
      heads.set(origin, copyOf(head));
      return null;
    },
  };
  return {
    signer: ed25519Signer(primitives.randomBytes(32), memory),
    keyStore: masterKeyStore(primitives.randomBytes(32), primitives),
    durable: false,
  };
}

function ed25519Signer(seed: Uint8Array, memory: SignerMemory): Signer {
  const key = createPrivateKey({ key: Buffer.concat([ED25519_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  return {
    specificationVersion: 'v1',
    publicKey: rawPublicKey(key),
    async sign({ origin, body, head }) {
      if (head !== null) {
        const ahead = await memory.advance(origin, head, (last) => isForward(last, head));
        if (ahead !== null) return { status: 'behind', last: ahead };
      }
      return { status: 'signed', signature: new Uint8Array(signEd25519(null, body, key)) };
    },
    lastSigned: async (origin) => memory.last(origin),
  };
}

/** Forward, or the very same once more. */
function isForward(last: SignedHead | null, head: SignedHead): boolean {
  return (
    last === null || head.size > last.size || (head.size === last.size && equalBytes(head.root, last.root))
  );
}

/** What the caller does to its bytes later does not change what was signed. */
function copyOf({ size, root }: SignedHead): SignedHead {
  return { size, root: Uint8Array.from(root) };
}

function rawPublicKey(key: KeyObject): Uint8Array {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return fromBase64url(x as string) as Uint8Array;
}

/** Data keys under one master key: AES-256-GCM, bound to tenant and purpose. */
function masterKeyStore(master: Uint8Array, primitives: Primitives = nodePrimitives()): KeyStore {
  const context = (tenant: string, purpose: string): string => `gamekeeper key\n${tenant}\n${purpose}`;
  return {
    specificationVersion: 'v1',
    async generate(tenant, purpose) {
      const key = primitives.randomBytes(32);
      return { key, wrapped: toBase64url(primitives.seal(master, key, context(tenant, purpose))) };
    },
    async unwrap(tenant, purpose, wrapped) {
      const sealed = fromBase64url(wrapped);
      const key = sealed === null ? null : primitives.open(master, sealed, context(tenant, purpose));
      if (key === null) {
        throw new GamekeeperError(
          'ERR_SIGNER_FAILED',
          'a data key was not wrapped by this master key: is the key directory the one this database was made with?',
        );
      }
      return key;
    },
  };
}

/** How long another process may hold a log's lock before it counts as dead. */
const LOCK_MS = 10_000;

/** Of a file's name, without its ending: file systems take 255 bytes. */
const LONGEST_NAME = 120;

/**
 * One file a log, written aside, flushed and renamed: a crash leaves the old or the new head. A lock file keeps
 * several processes from comparing at once; one left behind by a crash is broken after ten seconds. While the disk is
 * flushed the thread goes on: a process that seals for many tenants would do nothing else.
 */
function fileMemory(directory: string): SignerMemory {
  const { sha256 } = nodePrimitives();
  const fileOf = (origin: string): string => {
    const name = toBase64url(Buffer.from(origin));
    const whole = name.length <= LONGEST_NAME ? name : `${name.slice(0, 60)}.${toBase64url(sha256(origin))}`;
    return join(directory, `${whole}.json`);
  };
  /** Where 0.1.0 kept a long origin: in one file with all that begin alike. */
  const formerFileOf = (origin: string): string =>
    join(directory, `${toBase64url(Buffer.from(origin)).slice(0, LONGEST_NAME)}.json`);
  const last = (origin: string): SignedHead | null => {
    for (const file of new Set([fileOf(origin), formerFileOf(origin)])) {
      const text = readIfThere(file);
      if (text === null) continue;
      const record = JSON.parse(text) as { origin: string; size: number; root: string };
      if (record.origin === origin)
        return { size: record.size, root: fromBase64url(record.root) as Uint8Array };
    }
    return null;
  };
  return {
    last,
    async advance(origin, head, allowed) {
      const file = fileOf(origin);
      await lock(`${file}.lock`);
      try {
        const before = last(origin);
        if (!allowed(before)) return before;
        if (before?.size === head.size) return null;
        const record = JSON.stringify({ origin, root: toBase64url(head.root), size: head.size });
        await flushed(`${file}.new`, 'w', (descriptor) => writeSync(descriptor, record));
        renameSync(`${file}.new`, file);
        await flushed(directory, 'r', () => undefined);
        return null;
      } finally {
        rmSync(`${file}.lock`, { force: true });
      }
    },
  };
}

/** Opens a file or a folder, does something with it, and waits until all of it is on the disk. */
async function flushed(path: string, flags: string, work: (descriptor: number) => void): Promise<void> {
  const descriptor = openSync(path, flags, 0o600);
  try {
    work(descriptor);
    await new Promise<void>((resolve, reject) => {
      fsync(descriptor, (error) => (error === null ? resolve() : reject(error)));
    });
  } finally {
    closeSync(descriptor);
  }
}

async function lock(file: string): Promise<void> {
  for (;;) {
    try {
      closeSync(openSync(file, 'wx', 0o600));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const held = statSync(file, { throwIfNoEntry: false });
      if (held !== undefined && Date.now() - held.mtimeMs > LOCK_MS) rmSync(file, { force: true });
      else await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

function readOrMake(file: string): Uint8Array {
  const text = readIfThere(file);
  if (text !== null) {
    const key = fromBase64url(text.trim());
    if (key?.length !== 32) throw new Error('a key file does not hold 32 bytes of base64url');
    return key;
  }
  const key = randomBytes(32);
  try {
    writeFlushed(file, `${toBase64url(key)}\n`, 'wx');
    return key;
  } catch (error) {
    // Another process was faster: its key counts.
    const theirs = readIfThere(file);
    if (theirs === null) throw error;
    return readOrMake(file);
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function writeFlushed(file: string, text: string, flags = 'w'): void {
  const descriptor = openSync(file, flags, 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
