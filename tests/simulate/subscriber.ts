import type { CloudEvent, EventSink } from '../../src/ports/index.ts';
import type { Simulation } from '../../src/testing/simulation/index.ts';
import type { Breach } from './promises.ts';
import type { CompanyView } from './view.ts';

/** Who hears of every entry through a stream, and drops what it knows by its id. */
export interface Subscriber {
  /** At the server of the stream. */
  readonly sink: EventSink;
  /** The first entry that has a position and never came; `null` where all did. */
  missing(view: CompanyView): string | null;
}

/**
 * A subscriber that has heard nothing, and holds each event against what lies in the store at its position. While it
 * is disturbed, it takes a part of what it is sent, or nothing.
 */
export function createSubscriber(
  simulation: Simulation,
  views: ReadonlyMap<string, CompanyView>,
  breach: Breach,
  isDisturbed: () => boolean,
): Subscriber {
  const promise = 'events at least once and in order';
  const arrived = new Map<string, string>();
  const latest = new Map<string, number>();

  const hear = (event: CloudEvent): void => {
    const { id, sequence, subject, tenant, type } = event;
    const index = Number(sequence);
    const text = JSON.stringify(event);
    const known = arrived.get(id);
    simulation.count(known === undefined ? 'event streamed' : 'event streamed again');
    if (text.includes('CANARY')) breach('privacy', `an event of ${tenant} tells a personal value: ${type}`);
    if (known !== undefined && known !== text) breach(promise, `${tenant} ${id} came again as another event`);
    if (known !== undefined) return;
    arrived.set(id, text);
    const view = views.get(tenant);
    if (view?.log[index]?.id !== id || index >= view.size)
      breach(promise, `${tenant} streamed ${id} at ${index}, where another entry lies`);
    const place = `${tenant} ${subject}`;
    const before = latest.get(place) ?? -1;
    if (subject !== undefined && index < before)
      breach(promise, `${tenant} streamed ${type} ${index} of ${subject} after ${before} of the same`);
    latest.set(place, index);
  };

  return {
    sink: {
      specificationVersion: 'v1',
      name: 'stream',
      names: 'aliases',
      from: 'beginning',
      async send(events) {
        const { dice } = simulation;
        const fails = isDisturbed() && dice.once(12);
        const accepted = fails ? dice.below(events.length) : events.length;
        for (const event of events.slice(0, accepted)) hear(event);
        return fails
          ? { accepted, fault: { status: 'failed', reason: 'full', retryAfterMs: null } }
          : { accepted, fault: null };
      },
    },
    missing(view) {
      const one = view.log.slice(0, view.size).find(({ id }) => !arrived.has(id));
      return one?.id ?? null;
    },
  };
}
