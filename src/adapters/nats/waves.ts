import type { CloudEvent } from '../../ports/index.ts';

/** So many events are under way at once. */
const MOST = 32;

/**
 * Events in groups that may be under way at once: no two of a group name the same person or customer. Should one of
 * them be lost on its way, nothing that has to come after it was sent.
 */
export function wavesOf(events: readonly CloudEvent[]): readonly (readonly CloudEvent[])[] {
  const waves: CloudEvent[][] = [];
  let names = new Set<string>();
  for (const event of events) {
    const named = namesIn(event);
    const wave = waves.at(-1);
    if (wave === undefined || wave.length === MOST || named.some((name) => names.has(name))) {
      waves.push([event]);
      names = new Set(named);
    } else {
      wave.push(event);
      for (const name of named) names.add(name);
    }
  }
  return waves;
}

/** Whom an event is about; what is about nobody keeps its order among its like. */
function namesIn({ subject, data, tenant }: CloudEvent): readonly string[] {
  const named = [...(subject === undefined ? [] : [subject]), ...data.customers, ...data.employees];
  return (named.length === 0 ? ['-'] : named).map((name) => `${tenant} ${name}`);
}
