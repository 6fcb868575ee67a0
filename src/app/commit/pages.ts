import {
  fromBase64url,
  fromUtf8,
  GamekeeperError,
  type Result,
  toBase64url,
  utf8,
} from '../../kernel/index.ts';
import type { IndexPosition } from '../../ports/index.ts';

/** A part of a list, and where it goes on; `null` at the end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** How many items a page holds when nobody says. */
export const PAGE_SIZE = 50;

/** Where a list over several ranges goes on. */
export interface Cursor {
  readonly range: number;
  readonly after: IndexPosition | null;
  /** For sorted lists: how many were shown. */
  readonly shown: number;
}

/** An opaque text of a cursor. */
export function encodeCursor({ range, after, shown }: Cursor): string {
  return toBase64url(
    utf8(
      JSON.stringify([range, shown, after === null ? null : [after.key, after.ref.collection, after.ref.id]]),
    ),
  );
}

/** @throws {GamekeeperError} `ERR_INVALID_INPUT` when the text is no cursor. */
export function decodeCursor(text: string | null | undefined): Cursor {
  if (text === null || text === undefined) return { range: 0, after: null, shown: 0 };
  try {
    const [range, shown, after] = JSON.parse(fromUtf8(fromBase64url(text) ?? new Uint8Array()) ?? '') as [
      unknown,
      unknown,
      unknown,
    ];
    if (
      Number.isSafeInteger(range) &&
      Number.isSafeInteger(shown) &&
      (range as number) >= 0 &&
      (shown as number) >= 0
    ) {
      const position = after === null ? null : positionOf(after);
      if (position !== undefined) return { range: range as number, shown: shown as number, after: position };
    }
  } catch {
    // Falls through to the one error there is.
  }
  throw new GamekeeperError('ERR_INVALID_INPUT', 'after: not a cursor of this list', { path: 'after' });
}

function positionOf(after: unknown): IndexPosition | undefined {
  if (!Array.isArray(after) || after.length !== 3) return undefined;
  const printable = after.every((part) => typeof part === 'string' && /^[\x21-\x7e]{1,512}$/.test(part));
  const [key, collection, id] = after as [string, string, string];
  return printable ? { key, ref: { collection, id } } : undefined;
}

/**
 * Walks a list from its first page to its last.
 *
 * @throws {GamekeeperError} `ERR_REFUSED` with the refusal when a page is refused: an iterator has no other answer.
 */
export async function* walkPages<Item>(
  list: (after: string | null) => Promise<Result<Page<Item>, { readonly code: string }>>,
): AsyncGenerator<Item> {
  for (let after: string | null = null; ; ) {
    const page: Result<Page<Item>, { readonly code: string }> = await list(after);
    if (!page.ok) {
      const refusal = page.error;
      throw new GamekeeperError('ERR_REFUSED', `refused: ${refusal.code}`, { refusal });
    }
    yield* page.value.items;
    if (page.value.next === null) return;
    after = page.value.next;
  }
}
