import { fromUtf8 } from '../../kernel/index.ts';
import type { CloudEvent } from '../../ports/index.ts';

/**
 * The event in a message, `null` when it is none of Gamekeeper's: for whoever consumes the stream.
 *
 * Only the attributes are looked at that an event cannot do without.
 */
export function receivedEvent({ data }: { readonly data: Uint8Array }): CloudEvent | null {
  try {
    const event = JSON.parse(fromUtf8(data) ?? '') as Partial<CloudEvent> | null;
    const texts = [event?.id, event?.source, event?.type, event?.time, event?.sequence, event?.tenant];
    const whole =
      event?.specversion === '1.0' &&
      texts.every((text) => typeof text === 'string' && text !== '') &&
      event.type?.startsWith('gamekeeper.') === true &&
      typeof event.data === 'object' &&
      event.data !== null;
    return whole ? (event as CloudEvent) : null;
  } catch {
    return null;
  }
}

/** Tells events that were seen from those that were not. */
export interface SeenEvents {
  /** Whether an event is new; from now on it is not. */
  isNew(event: CloudEvent): boolean;
}

/**
 * Remembers the last events by source and id. Enough where doing something twice is a nuisance; where it is a fault,
 * keep the id in your database, under a unique constraint, in the same transaction as what you do.
 *
 * @param most How many are remembered: 10,000 when left out.
 */
export function seenEvents(most = 10_000): SeenEvents {
  const seen = new Set<string>();
  return {
    isNew({ source, id }) {
      const name = `${source} ${id}`;
      if (seen.has(name)) return false;
      seen.add(name);
      if (seen.size > most) seen.delete(seen.values().next().value as string);
      return true;
    },
  };
}
