/** What is to happen, in the order of its moments; what falls on one moment in an order of its own. */
export interface Agenda {
  /** Answers how to call it off. */
  add(at: number, order: number, happen: () => void): () => void;
  /** Takes the next; `null` when nothing is left, or the next comes after `until`. */
  take(until: number): Due | null;
}

/** Something that is to happen, and when. */
export interface Due {
  readonly at: number;
  readonly order: number;
  readonly happen: () => void;
  cancelled: boolean;
}

/** An empty agenda: a binary heap. */
export function createAgenda(): Agenda {
  const heap: Due[] = [];
  return {
    add(at, order, happen) {
      const due: Due = { at, order, happen, cancelled: false };
      let place = heap.length;
      for (; place > 0; ) {
        const above = (place - 1) >> 1;
        if (isBefore(heap[above] as Due, due)) break;
        heap[place] = heap[above] as Due;
        place = above;
      }
      heap[place] = due;
      return () => {
        due.cancelled = true;
      };
    },
    take(until) {
      for (;;) {
        const first = heap[0];
        if (first === undefined || first.at > until) return null;
        const last = heap.pop() as Due;
        if (heap.length > 0) sink(heap, last);
        if (!first.cancelled) return first;
      }
    },
  };
}

/** Lets `due` sink from the top to where it belongs. */
function sink(heap: Due[], due: Due): void {
  let place = 0;
  for (;;) {
    let below = 2 * place + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && isBefore(heap[below + 1] as Due, heap[below] as Due)) below += 1;
    if (isBefore(due, heap[below] as Due)) break;
    heap[place] = heap[below] as Due;
    place = below;
  }
  heap[place] = due;
}

function isBefore(one: Due, other: Due): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
