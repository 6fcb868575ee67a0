import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { directorySource, nodePrimitives } from '../adapters/node/index.ts';
import type { Locale } from '../index.ts';
import {
  type DirectoryReport,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  verifyDirectory,
} from '../ledger/index.ts';
import { progressBar } from './terminal.ts';
import { reportJson, reportText } from './verify-report.ts';
import { WORDS } from './words.ts';

/** What `gamekeeper verify` was asked. */
export interface VerifyRequest {
  readonly directory: string;
  /** A file with the verifier key; `null` leaves the key of the export. */
  readonly key: string | null;
  /** Files with checkpoints kept from earlier. */
  readonly seen: readonly string[];
  readonly json: boolean;
  readonly locale: Locale;
}

/**
 * Verifies an export and prints what came of it: 0 ok, 1 tampered, 2 when not everything could be read.
 *
 * @throws {Error} whose message names the cure, when there is nothing to verify or a file cannot be used.
 */
export async function verifyCommand(request: VerifyRequest): Promise<0 | 1 | 2> {
  const { directory, json, locale } = request;
  checkDirectory(directory, locale);
  const keys = request.key === null ? undefined : [readKey(request.key, locale)];
  const seen = request.seen.map((file) => readCheckpoint(file, locale));
  const bar = progressBar(WORDS[locale].verifying);
  const report = await verifyDirectory(directorySource(directory), {
    keys,
    seen,
    hasher: nodePrimitives().sha256,
    onProgress: (entries, size) => bar.update(entries, size),
  });
  bar.end();
  process.stdout.write(
    `${json ? JSON.stringify(reportJson(report)) : reportText(report, directory, locale)}\n`,
  );
  return exitCodeOf(report);
}

function exitCodeOf({ status }: DirectoryReport): 0 | 1 | 2 {
  return status === 'ok' ? 0 : status === 'tampered' ? 1 : 2;
}

/** A directory that holds nothing of an export was mistyped rather than tampered with. */
function checkDirectory(directory: string, locale: Locale): void {
  const words = WORDS[locale];
  const stats = statSync(directory, { throwIfNoEntry: false });
  if (stats === undefined) throw new Error(words.notThere(directory));
  if (!stats.isDirectory()) throw new Error(words.notADirectory(directory));
  const names = readdirSync(directory);
  const marks = ['checkpoint', 'manifest', 'vkey', 'checkpoints', 'tile'];
  if (!marks.some((name) => names.includes(name))) throw new Error(words.notAnExport(directory));
}

/** A verifier key from a file. */
export function readKey(file: string, locale: Locale): string {
  const line = readText('--key', file, locale).trim();
  if (parseVerifierKey(line) === null) throw new Error(WORDS[locale].notAKey(file));
  return line;
}

/** A checkpoint from a file, or from an earlier export when its directory is named. */
function readCheckpoint(file: string, locale: Locale): string {
  const isDirectory = statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const note = readText('--seen', isDirectory ? join(file, 'checkpoint') : file, locale);
  if (parseCheckpoint(note) === null || parseNote(note) === null)
    throw new Error(WORDS[locale].notACheckpoint(file));
  return note;
}

function readText(option: string, file: string, locale: Locale): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Error(WORDS[locale].unreadableFile(option, file));
  }
}
