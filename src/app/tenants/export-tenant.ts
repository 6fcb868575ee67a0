import { type Alias, canonicalize, utf8 } from '../../kernel/index.ts';
import { type Leaf, type ManifestFile, manifestBody } from '../../ledger/index.ts';
import type { Customer, Employee } from '../../model/index.ts';
import type { DocumentRef, StoredDocument } from '../../ports/index.ts';
import { disclosureRef, keyRef } from '../commit/disclosures.ts';
import { MAC_KEY, type Vault } from '../commit/session.ts';
import { aliasRef } from '../commit/subjects.ts';
import { type ExportReport, type ExportSink, exportTo, signManifest } from '../ledger/export-ledger.ts';

/** How a tenant is written out. */
export interface TenantExportOptions {
  /**
   * Whether `ledger/` holds personal values in plain text, for whom they belong to. Withheld by default: sealed, they
   * are in the export anyway, and a restore needs no more.
   */
  readonly disclosures?: 'included' | 'withheld' | undefined;
  /** Hears how many entries of how many are done. */
  readonly onProgress?: ((entries: number, size: number) => void) | undefined;
}

/** A document of evidence as a line of an export. */
export interface EvidenceLine {
  readonly body: { readonly [name: string]: unknown };
  readonly collection: string;
  readonly id: string;
  readonly version: string;
}

/** Where the evidence lies in an export, file by file. */
export function evidencePath(index: number): string {
  return `evidence/${index}.jsonl`;
}

/** Documents in one file of evidence. */
const PER_FILE = 1_000;
/** References asked for at once. */
const PART = 400;

/**
 * Writes all that a tenant cannot be made again without: `ledger/`, which verifies by itself, and `evidence/`: wrapped
 * keys, sealed values, the host's ids, the lists that were shown. What is state or operational stays behind: a restore
 * folds it anew, or does without.
 *
 * Cost: one pass over the log; memory for the aliases of everybody it is about.
 */
export async function exportTenant(
  vault: Vault,
  sink: ExportSink,
  { disclosures = 'withheld', onProgress }: TenantExportOptions,
): Promise<ExportReport> {
  const { origin } = vault;
  const { sha256 } = vault.platform.primitives;
  const files: ManifestFile[] = [];
  const report = { files: 0, bytes: 0 };
  const write = async (path: string, bytes: Uint8Array): Promise<void> => {
    await sink.write(path, bytes);
    report.files += 1;
    report.bytes += bytes.length;
  };
  const evidence = evidenceFiles(vault, async (path, bytes) => {
    files.push([path, bytes.length, sha256(bytes)]);
    await write(path, bytes);
  });
  const ledger: ExportSink = {
    async write(path, bytes) {
      // The ledger's own manifest lists the ledger's files.
      if (path === 'manifest') files.push([`ledger/${path}`, bytes.length, sha256(bytes)]);
      await write(`ledger/${path}`, bytes);
    },
  };
  await evidence.add([MAC_KEY]);
  const { entries } = await exportTo(vault, ledger, disclosures, {
    onProgress,
    onEntry: (leaf) => evidence.about(leaf),
  });
  await evidence.finish();
  await write('manifest', utf8(await signManifest(vault, manifestBody({ origin, disclosures, files }))));
  return { entries, ...report };
}

/** Gathers documents into files. */
interface EvidenceFiles {
  /** What an entry rests on beside the log: read together with that of others. */
  about(leaf: Leaf): Promise<void>;
  /** Documents, as far as they are there. */
  add(refs: readonly DocumentRef[]): Promise<readonly StoredDocument[]>;
  finish(): Promise<void>;
}

function evidenceFiles(
  vault: Vault,
  write: (path: string, bytes: Uint8Array) => Promise<void>,
): EvidenceFiles {
  const known = new Set<string>();
  let lines: string[] = [];
  let count = 0;
  let refs: DocumentRef[] = [];
  let people: Alias[] = [];

  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    const text = lines.join('');
    lines = [];
    await write(evidencePath(count), utf8(text));
    count += 1;
  };
  const add = async (wanted: readonly DocumentRef[]): Promise<readonly StoredDocument[]> => {
    const found = await documentsAt(vault, wanted);
    for (const document of found) {
      lines.push(`${lineOf(vault, document)}\n`);
      if (lines.length === PER_FILE) await flush();
    }
    return found;
  };
  const settle = async (): Promise<void> => {
    const aliases = await aliasRefs(vault, people);
    await add([...people.map(keyRef), ...refs]);
    await add(aliases);
    people = [];
    refs = [];
  };
  return {
    add,
    async about({ id, subject, data, _sd }) {
      const subjects = subject as Alias[];
      for (const alias of subjects) {
        if (known.has(alias)) continue;
        known.add(alias);
        people.push(alias);
      }
      if (_sd !== undefined) refs.push(...subjects.map((alias) => disclosureRef(id, alias)));
      if (typeof data.root === 'string') {
        for (let part = 0; ; part += 1)
          if ((await add([{ collection: 'id-list', id: `${id}.${part}` }])).length === 0) break;
      }
      if (refs.length + people.length >= PART) await settle();
    },
    async finish() {
      await settle();
      await flush();
    },
  };
}

/** Where the mappings of host ids to these aliases lie; of whom was erased there is none. */
async function aliasRefs(vault: Vault, aliases: readonly Alias[]): Promise<readonly DocumentRef[]> {
  const documents = await documentsAt(
    vault,
    aliases.map((id) => ({ collection: id.startsWith('c_') ? 'customer' : 'employee', id })),
  );
  return documents.flatMap((document) => {
    const { id } = vault.codec.decode<Customer | Employee>(document);
    return id === null ? [] : [aliasRef(vault, document.ref.collection as 'customer' | 'employee', id)];
  });
}

async function documentsAt(
  { store, tenant }: Vault,
  refs: readonly DocumentRef[],
): Promise<readonly StoredDocument[]> {
  if (refs.length === 0) return [];
  return (await store.get(tenant, refs)).filter((document) => document !== null);
}

function lineOf({ codec }: Vault, document: StoredDocument): string {
  const { collection, id } = document.ref;
  const body = codec.decode<EvidenceLine['body']>(document);
  return canonicalize({ body, collection, id, version: document.version } satisfies EvidenceLine);
}
