import { fromBase64, GamekeeperError, toBase64 } from '../kernel/index.ts';
import { isNoteText, parseNote } from './note.ts';
import type { TreeHead } from './proofs.ts';

/** What a checkpoint states (C2SP tlog-checkpoint). Believe it only when `noteFault` finds no fault. */
export interface Checkpoint extends TreeHead {
  /** Which log: the name of its key. */
  readonly origin: string;
  /** Opaque lines after the root, mostly none. */
  readonly extensions: readonly string[];
}

/** UTF-16 units of a checkpoint, its signatures included. */
const LONGEST = 0x20000;

/** What a checkpoint states, from the signed note or its body alone, or `null`. Verifies no signature. */
export function parseCheckpoint(text: string): Checkpoint | null {
  if (typeof text !== 'string' || text.length > LONGEST) return null;
  const body = text.includes('\n\n') ? parseNote(text)?.text : text;
  if (body === undefined || !isNoteText(body)) return null;
  const [origin, decimal, base64, ...extensions] = body.slice(0, -1).split('\n');
  const size = parseCount(decimal);
  const root = fromBase64(base64 ?? '');
  if (!origin || size === null || root?.length !== 32 || extensions.includes('')) return null;
  return { origin, size, root, extensions };
}

/**
 * The text that a log signs as its checkpoint.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` when it would not be read back as the same checkpoint.
 */
export function checkpointBody(checkpoint: Omit<Checkpoint, 'extensions'>): string {
  const { origin, size, root } = checkpoint;
  const body = `${origin}\n${size}\n${toBase64(root)}\n`;
  const again = parseCheckpoint(body);
  if (again?.origin !== origin || again.extensions.length > 0) {
    throw new GamekeeperError('ERR_INVALID_INPUT', `no checkpoint: size ${size}`);
  }
  return body;
}

/** A count in decimal without leading zeros, or `null`. Above 2^53 - 1 nothing is exact, and `null` too. */
export function parseCount(decimal: string | undefined): number | null {
  if (decimal === undefined || !/^(0|[1-9]\d{0,15})$/.test(decimal)) return null;
  const count = Number(decimal);
  return Number.isSafeInteger(count) ? count : null;
}
