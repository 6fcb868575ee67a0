import {
  type Alias,
  fromUtf8,
  GamekeeperError,
  type JsonValue,
  toBase64url,
  utf8,
} from '../../kernel/index.ts';
import { disclosureDigest, encodeDisclosure, parseDisclosure } from '../../ledger/index.ts';
import type { EventDraft } from '../../model/index.ts';
import type { DocumentPut, DocumentRef, StoredDocument, VersionCheck } from '../../ports/index.ts';
import { bytesOf, type Vault } from './session.ts';

/** Where the personal values of an entry lie that belong to one subject. */
export function disclosureRef(entry: string, subject: Alias): DocumentRef {
  return { collection: 'disclosure', id: `${entry}.${subject}` };
}

/** Where the wrapped data key of a subject lies. */
export function keyRef(subject: Alias): DocumentRef {
  return { collection: 'key', id: subject };
}

/** Documents that a commit brings along beside its state. */
export interface Enclosure {
  readonly puts: DocumentPut[];
  readonly checks: VersionCheck[];
}

/** How documents are read: many in one round trip. */
type Read = (refs: readonly DocumentRef[]) => Promise<readonly (StoredDocument | null)[]>;

/** Opens the data keys of subjects, making those that are missing; new ones go into the enclosure. */
export async function openDataKeys(
  vault: Vault,
  subjects: ReadonlySet<Alias>,
  version: string,
  read: Read,
): Promise<Enclosure & { readonly keys: ReadonlyMap<Alias, Uint8Array> }> {
  const { codec, platform, tenant } = vault;
  const { keys, missing } = keysAtHand(vault, subjects);
  const puts: DocumentPut[] = [];
  const checks: VersionCheck[] = [];
  if (missing.length === 0) return { keys, puts, checks };
  await openKeys(vault, keys, missing, await read(missing.map(keyRef)));
  for (const subject of missing) {
    if (keys.has(subject)) continue;
    const { key, wrapped } = await platform.keyStore.generate(tenant, subject);
    keys.set(subject, key);
    puts.push(codec.encode(keyRef(subject), version, { wrapped }, []));
    checks.push({ ref: keyRef(subject), version: null });
  }
  return { keys, puts, checks };
}

/** Where the data keys of subjects lie that are not open already. */
export function closedKeys(vault: Vault, subjects: readonly Alias[]): readonly DocumentRef[] {
  return keysAtHand(vault, new Set(subjects)).missing.map(keyRef);
}

/** The data keys of subjects that are open already, and whose are not. */
function keysAtHand(
  { dataKeys }: Vault,
  subjects: ReadonlySet<Alias>,
): { readonly keys: Map<Alias, Uint8Array>; readonly missing: readonly Alias[] } {
  const keys = new Map<Alias, Uint8Array>();
  const missing: Alias[] = [];
  for (const subject of subjects) {
    const key = dataKeys.get(subject);
    if (key === undefined) missing.push(subject);
    else keys.set(subject, key);
  }
  return { keys, missing };
}

/** Adds the data keys of subjects from their documents, as far as there are any. */
async function openKeys(
  { codec, dataKeys, platform, tenant }: Vault,
  keys: Map<Alias, Uint8Array>,
  subjects: readonly Alias[],
  documents: readonly (StoredDocument | null)[],
): Promise<void> {
  for (const [at, subject] of subjects.entries()) {
    const document = documents[at];
    if (document == null) continue;
    const { wrapped } = codec.decode<{ wrapped: string }>(document);
    const key = await platform.keyStore.unwrap(tenant, subject, wrapped);
    dataKeys.set(subject, key);
    keys.set(subject, key);
  }
}

/** Seals an event's personal values: digests for the leaf, one encrypted document for each subject. */
export function sealDisclosures(
  vault: Vault,
  entry: string,
  disclosures: readonly (readonly [string, NonNullable<EventDraft['disclosures']>[string]])[],
  keys: ReadonlyMap<Alias, Uint8Array>,
): { readonly digests: readonly string[]; readonly puts: readonly DocumentPut[] } {
  const { primitives } = vault.platform;
  const bySubject = new Map<Alias, string[]>();
  const digests: string[] = [];
  for (const [name, { subject, value }] of disclosures) {
    const text = encodeDisclosure(primitives.randomBytes(16), name, value);
    digests.push(toBase64url(disclosureDigest(text, primitives.sha256)));
    const texts = bySubject.get(subject);
    if (texts === undefined) bySubject.set(subject, [text]);
    else texts.push(text);
  }
  const puts = [...bySubject].map(([subject, texts]) => {
    const ref = disclosureRef(entry, subject);
    const sealed = primitives.seal(
      keys.get(subject) as Uint8Array,
      utf8(texts.join('\n')),
      contextOf(vault, ref),
    );
    return vault.codec.encode(ref, entry, { sealed: toBase64url(sealed) }, []);
  });
  return { digests, puts };
}

/**
 * The disclosures of some entries, as texts. What is not there is left out: erased, or about to be, when its
 * subject's key is gone and the document is not yet.
 */
export async function readDisclosures(
  vault: Vault,
  wanted: readonly { readonly entry: string; readonly subject: Alias }[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { codec, store, tenant, platform } = vault;
  const disclosed = new Map<string, string[]>();
  for (let from = 0; from < wanted.length; from += 200) {
    const part = wanted.slice(from, from + 200);
    const { keys, missing } = keysAtHand(vault, new Set(part.map(({ subject }) => subject)));
    const found = await store.get(tenant, [
      ...part.map(({ entry, subject }) => disclosureRef(entry, subject)),
      ...missing.map(keyRef),
    ]);
    const documents = found.slice(0, part.length);
    await openKeys(vault, keys, missing, found.slice(part.length));
    for (const [at, { entry, subject }] of part.entries()) {
      const document = documents[at];
      const key = keys.get(subject);
      if (document == null || key === undefined) continue;
      const { sealed } = codec.decode<{ sealed: string }>(document);
      const opened = platform.primitives.open(key, bytesOf(sealed), contextOf(vault, document.ref));
      const text = opened === null ? null : fromUtf8(opened);
      if (text === null)
        throw new GamekeeperError(
          'ERR_STORE_CORRUPT',
          `disclosure/${document.ref.id} does not open under its key`,
        );
      disclosed.set(entry, [...(disclosed.get(entry) ?? []), ...text.split('\n')]);
    }
  }
  return disclosed;
}

/** The values that disclosure texts hold, by name. */
export function valuesIn(texts: readonly string[]): ReadonlyMap<string, JsonValue> {
  const values = new Map<string, JsonValue>();
  for (const text of texts) {
    const disclosure = parseDisclosure(text);
    if (disclosure?.name != null) values.set(disclosure.name, disclosure.value);
  }
  return values;
}

function contextOf(vault: Vault, ref: DocumentRef): string {
  return `${vault.ledger}/${ref.id}`;
}
