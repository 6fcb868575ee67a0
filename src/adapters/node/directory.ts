import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { GamekeeperError } from '../../kernel/index.ts';

/** A directory of files as the ledger's offline verification reads it. */
export interface DirectorySource {
  /** Paths of all files, relative, with forward slashes. */
  list(): Promise<string[]>;
  /** The bytes of a file, `null` when there is none. */
  read(path: string): Promise<Uint8Array | null>;
}

/** A place an export is written to. */
export interface DirectorySink {
  /** Writes a file, making its folders. */
  write(path: string, bytes: Uint8Array): Promise<void>;
}

/** Reads an exported ledger. Paths are relative, with forward slashes. */
export function directorySource(directory: string): DirectorySource {
  return {
    async list() {
      // A link, also one that leads nowhere, counts as a file: it must not hide what else is found.
      return readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'));
    },
    async read(path) {
      const file = join(directory, path);
      if (relative(directory, file).startsWith('..')) return null;
      try {
        return new Uint8Array(readFileSync(file));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
  };
}

/**
 * Writes an export into a directory that is empty or does not exist yet.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` when something lies there: a stray file would be a finding.
 */
export function directorySink(directory: string): DirectorySink {
  mkdirSync(directory, { recursive: true });
  if (readdirSync(directory).length > 0) {
    throw new GamekeeperError(
      'ERR_INVALID_INPUT',
      'the export directory is not empty: choose another or empty it',
      { path: 'directory' },
    );
  }
  return {
    async write(path, bytes) {
      const file = join(directory, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    },
  };
}
