import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** One thing a process asked of the disk. */
export interface DiskOperation {
  readonly kind: 'write' | 'flush' | 'truncate';
  /** The file's name, without its folder. */
  readonly file: string;
  readonly offset: number;
  readonly data: Buffer;
}

/** Files by name. */
export type DiskImage = Map<string, Buffer>;

/** How a disk loses what was not flushed when the power goes. */
export type Loss =
  /** Nothing of it arrived. */
  | 'dropped'
  /** It arrived in order up to a point, and the last write only in part. */
  | 'torn'
  /** Any of its sectors arrived, in no order. */
  | 'scattered';

/** A source of numbers from 0 to 1. */
export type RandomSource = () => number;

const SECTOR = 512;
const KIND = { W: 'write', S: 'flush', T: 'truncate' } as const;

/** Reads what the recorder wrote. */
export function readTrace(path: string): readonly DiskOperation[] {
  const trace = readFileSync(path);
  const operations: DiskOperation[] = [];
  let at = 0;
  while (at < trace.length) {
    const end = trace.indexOf(10, at);
    const [letter, offset, length, ...rest] = trace.toString('utf8', at, end).split(' ');
    const data = trace.subarray(end + 1, end + 1 + Number(length));
    operations.push({
      kind: KIND[letter as keyof typeof KIND],
      file: basename(rest.join(' ')),
      offset: Number(offset),
      data,
    });
    at = end + 1 + data.length;
  }
  return operations;
}

/**
 * The files as they may look when the power goes after some operations.
 *
 * What was flushed is there. Of the rest, each file keeps what `loss` leaves it.
 */
export function afterPowerLoss(
  start: DiskImage,
  operations: readonly DiskOperation[],
  loss: Loss,
  random: RandomSource,
): DiskImage {
  const image: DiskImage = new Map(start);
  for (const file of new Set(operations.map((operation) => operation.file))) {
    const own = operations.filter((operation) => operation.file === file);
    const flushed = own.findLastIndex(({ kind }) => kind === 'flush') + 1;
    const kept = [...own.slice(0, flushed), ...survivors(own.slice(flushed), loss, random)];
    image.set(file, applied(start.get(file) ?? Buffer.alloc(0), kept));
  }
  return image;
}

function survivors(
  pending: readonly DiskOperation[],
  loss: Loss,
  random: RandomSource,
): readonly DiskOperation[] {
  switch (loss) {
    case 'dropped':
      return [];
    case 'torn': {
      const kept = Math.floor(random() * (pending.length + 1));
      const last = pending[kept];
      const torn = last?.kind === 'write' ? sectorsOf(last) : [];
      return [...pending.slice(0, kept), ...torn.slice(0, Math.floor(random() * (torn.length + 1)))];
    }
    case 'scattered':
      return pending.flatMap((operation) => sectorsOf(operation).filter(() => random() < 0.5));
  }
}

/** A write in the pieces that a disk writes whole. */
function sectorsOf(operation: DiskOperation): readonly DiskOperation[] {
  if (operation.kind !== 'write') return [operation];
  const sectors: DiskOperation[] = [];
  for (let at = 0; at < operation.data.length; ) {
    const offset = operation.offset + at;
    const size = SECTOR - (offset % SECTOR);
    sectors.push({ ...operation, offset, data: operation.data.subarray(at, at + size) });
    at += size;
  }
  return sectors;
}

/** A file's content after some operations. What lies between writes is zero. */
function applied(start: Buffer, operations: readonly DiskOperation[]): Buffer {
  const ends = operations.map(({ offset, data }) => offset + data.length);
  const bytes = Buffer.alloc(ends.reduce((most, end) => Math.max(most, end), start.length));
  start.copy(bytes);
  let size = start.length;
  for (const { kind, offset, data } of operations) {
    if (kind === 'write') {
      data.copy(bytes, offset);
      size = Math.max(size, offset + data.length);
    } else if (kind === 'truncate') {
      bytes.fill(0, offset);
      size = offset;
    }
  }
  return bytes.subarray(0, size);
}
