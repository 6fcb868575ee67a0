/** A set of texts in order of their UTF-16 code units, which for ASCII is the order of their bytes. */
export interface SortedTexts {
  /** Adding what is there already changes nothing. */
  add(text: string): void;
  /** Removing what is absent changes nothing. */
  remove(text: string): void;
  /** Up to `limit` texts of `from <= text < to`, lowest first, or highest first when `descending`. */
  range(from: string, to: string, limit: number, descending: boolean): string[];
}

const MOST = 512;
const FEW = 64;

/**
 * A sorted set for millions of texts: sorted chunks of at most 512, found by their first members.
 *
 * What is added waits until somebody asks; then it is put in its place, in order, by two binary searches and a shift
 * inside one chunk.
 */
export function sortedTexts(): SortedTexts {
  const chunks: string[][] = [];
  const waiting = new Set<string>();

  const settle = (): void => {
    if (waiting.size === 0) return;
    for (const text of [...waiting].sort()) insert(chunks, text);
    waiting.clear();
  };
  return {
    add: (text) => void waiting.add(text),
    remove(text) {
      waiting.delete(text);
      removeFrom(chunks, text);
    },
    range(from, to, limit, descending) {
      settle();
      return descending ? descend(chunks, from, to, limit) : ascend(chunks, from, to, limit);
    },
  };
}

function insert(chunks: string[][], text: string): void {
  if (chunks.length === 0) {
    chunks.push([text]);
    return;
  }
  const at = chunkOf(chunks, text);
  const chunk = chunks[at] as string[];
  const place = lowerBound(chunk, text);
  if (chunk[place] === text) return;
  if (place === chunk.length) chunk.push(text);
  else chunk.splice(place, 0, text);
  // A chunk that grew at its end is split near the end: texts often come in order.
  if (chunk.length > MOST) chunks.splice(at + 1, 0, chunk.splice(place >= MOST ? MOST - FEW : MOST / 2));
}

function removeFrom(chunks: string[][], text: string): void {
  if (chunks.length === 0) return;
  const at = chunkOf(chunks, text);
  const chunk = chunks[at] as string[];
  const place = lowerBound(chunk, text);
  if (chunk[place] !== text) return;
  chunk.splice(place, 1);
  if (chunk.length < FEW) mergeWithNext(chunks, at);
}

function ascend(chunks: readonly string[][], from: string, to: string, limit: number): string[] {
  const found: string[] = [];
  let at = chunkOf(chunks, from);
  let place = at < chunks.length ? lowerBound(chunks[at] as string[], from) : 0;
  for (; at < chunks.length; at += 1, place = 0) {
    const chunk = chunks[at] as string[];
    for (; place < chunk.length; place += 1) {
      const text = chunk[place] as string;
      if (found.length >= limit || text >= to) return found;
      found.push(text);
    }
  }
  return found;
}

function descend(chunks: readonly string[][], from: string, to: string, limit: number): string[] {
  const found: string[] = [];
  if (chunks.length === 0) return found;
  let at = chunkOf(chunks, to);
  let place = lowerBound(chunks[at] as string[], to) - 1;
  for (;;) {
    const chunk = chunks[at] as string[];
    for (; place >= 0; place -= 1) {
      const text = chunk[place] as string;
      if (found.length >= limit || text < from) return found;
      found.push(text);
    }
    if (at === 0) return found;
    at -= 1;
    place = (chunks[at] as string[]).length - 1;
  }
}

/** The last chunk that begins at or before `text`; the first one when none does. */
function chunkOf(chunks: readonly string[][], text: string): number {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((chunks[middle]?.[0] as string) <= text) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : low - 1;
}

function lowerBound(chunk: readonly string[], text: string): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((chunk[middle] as string) < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Keeps chunks from wearing thin: an empty one goes, a small one takes in its neighbour when both fit. */
function mergeWithNext(chunks: string[][], at: number): void {
  const chunk = chunks[at] as string[];
  if (chunk.length === 0) {
    chunks.splice(at, 1);
    return;
  }
  const next = chunks[at + 1];
  if (next === undefined || chunk.length + next.length > MOST / 2) return;
  chunks.splice(at, 2, chunk.concat(next));
}
