import { DiscardPolicy, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { GamekeeperError } from '../../kernel/index.ts';
import type { CloudEvent } from '../../ports/index.ts';
import type { NatsConnectionOptions } from './connecting.ts';

/** A stream for events. */
export interface EventStreamOptions {
  readonly connection: NatsConnectionOptions;
  readonly stream: string;
  /** What subjects begin with: `gamekeeper` when left out. */
  readonly prefix?: string;
  /** How many servers of a cluster keep it: 1 when left out. */
  readonly replicas?: number;
  /** How long events are kept, in milliseconds; for ever when left out. */
  readonly maxAgeMs?: number;
  /** Within how many milliseconds an event that comes twice is kept once: 120,000 when left out. */
  readonly duplicateWindowMs?: number;
}

const NANOSECONDS = 1_000_000;

/**
 * Makes a stream for events, in files, that refuses new ones when it is full instead of dropping old ones.
 *
 * For a start, and for tests: a stream that operators made is as good. One of that name that is there already stays as
 * it is.
 *
 * @returns Whether it was made.
 * @throws What NATS says when it is out of reach or does not let you; `GamekeeperError` `ERR_INVALID_INPUT` for names
 *   that it does not take.
 */
export async function createEventStream(options: EventStreamOptions): Promise<boolean> {
  const { stream, prefix } = checkStream(options);
  const nats = await connect(options.connection);
  try {
    const manager = await jetstreamManager(nats);
    for await (const name of manager.streams.names()) if (name === stream) return false;
    await manager.streams.add({
      name: stream,
      subjects: [`${prefix}.>`],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      num_replicas: options.replicas ?? 1,
      max_age: (options.maxAgeMs ?? 0) * NANOSECONDS,
      duplicate_window: (options.duplicateWindowMs ?? 120_000) * NANOSECONDS,
    });
    return true;
  } finally {
    await nats.close();
  }
}

/** Names of a stream and of its subjects that NATS takes. */
export function checkStream({
  stream,
  prefix = 'gamekeeper',
}: {
  readonly stream: string;
  readonly prefix?: string;
}): { readonly stream: string; readonly prefix: string } {
  const invalid = (path: string, what: string): GamekeeperError =>
    new GamekeeperError('ERR_INVALID_INPUT', `${path}: ${what}`, { path });
  if (typeof stream !== 'string' || !/^[\w-]{1,128}$/.test(stream))
    throw invalid('stream', 'expected letters, digits, dashes and underscores');
  if (typeof prefix !== 'string' || !/^[\w-]+(\.[\w-]+)*$/.test(prefix))
    throw invalid('prefix', 'expected words of letters, digits and dashes, with dots between them');
  return { stream, prefix };
}

/** The subject of an event: the prefix, the tenant, and the type of the entry. */
export function subjectOf(prefix: string, { tenant, type }: CloudEvent): string {
  return `${prefix}.${tokenOf(tenant)}.${type.replace(/^gamekeeper\./, '')}`;
}

/** A name as one token of a subject: what separates tokens or stands for many is written as `%` and two digits. */
function tokenOf(name: string): string {
  return name.replace(
    /[^\w-]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
