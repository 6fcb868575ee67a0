import { canonicalize, firstToBase64url, GamekeeperError } from '../../kernel/index.ts';
import type {
  DocumentPut,
  DocumentRef,
  IndexKey,
  Primitives,
  StoredDocument,
  StoredEntry,
} from '../../ports/index.ts';

/**
 * Writes and reads what lies in the store, under keys that the store never sees.
 *
 * A wrong authentication code means that somebody wrote behind the keeper's back: the reader denies.
 */
export interface Codec {
  encode(ref: DocumentRef, version: string, body: object, keys: readonly IndexKey[]): DocumentPut;
  /** @throws {GamekeeperError} `ERR_STORE_CORRUPT` */
  decode<Body>(document: StoredDocument): Body;
  entryMac(leaf: string): string;
  /** @throws {GamekeeperError} `ERR_STORE_CORRUPT` */
  checkEntry(entry: StoredEntry): void;
  /** A keyed hash of texts: names a thing without telling what it is called. 22 characters. */
  keyedHash(purpose: string, ...texts: readonly string[]): string;
}

/** 128 bits, as base64url. */
const MAC_BYTES = 16;

/** A codec under a tenant's authentication key. */
export function createCodec(primitives: Primitives, key: Uint8Array): Codec {
  const documentKey = primitives.hmacSha256(key, 'gamekeeper document v1');
  const entryKey = primitives.hmacSha256(key, 'gamekeeper entry v1');
  const hashKey = primitives.hmacSha256(key, 'gamekeeper keyed hash v1');
  const tag = (under: Uint8Array, text: string): string =>
    firstToBase64url(primitives.hmacSha256(under, text), MAC_BYTES);
  const documentMac = ({ collection, id }: DocumentRef, version: string, body: string): string =>
    tag(documentKey, `${collection}\n${id}\n${version}\n${body}`);
  return {
    encode(ref, version, body, keys) {
      const text = canonicalize(body);
      return { ref, version, body: text, mac: documentMac(ref, version, text), keys };
    },
    decode<Body>({ ref, version, body, mac }: StoredDocument): Body {
      if (documentMac(ref, version, body) !== mac) {
        throw new GamekeeperError('ERR_STORE_CORRUPT', `${nameOf(ref)} was changed behind the keeper's back`);
      }
      return JSON.parse(body) as Body;
    },
    entryMac: (leaf) => tag(entryKey, leaf),
    checkEntry({ id, leaf, mac }) {
      if (tag(entryKey, leaf) !== mac) {
        throw new GamekeeperError('ERR_STORE_CORRUPT', `entry ${id} was changed behind the keeper's back`);
      }
    },
    keyedHash(purpose, ...texts) {
      let named = purpose;
      for (const text of texts) named += `\n${text.length}:${text}`;
      return tag(hashKey, named);
    },
  };
}

/** A reference as text, as it stands in a leaf's basis. */
export function nameOf({ collection, id }: DocumentRef): string {
  return `${collection}/${id}`;
}

/** The reference that a name stands for. */
export function refOf(name: string): DocumentRef {
  const at = name.indexOf('/');
  return { collection: name.slice(0, at), id: name.slice(at + 1) };
}
