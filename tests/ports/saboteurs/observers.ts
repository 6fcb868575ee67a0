import type { ObservedSpan, ObservedWork } from '../../../src/ports/index.ts';
import type { ObserverHarness } from '../../../src/testing/index.ts';
import { tracing } from '../observers.ts';
import type { PortSaboteur } from './keys.ts';

/** Observers whose spans enter otherwise. */
const entering = (
  enter: (run: () => void, inner: ObservedSpan, work: ObservedWork) => void,
): (() => Promise<ObserverHarness>) =>
  tracing(({ begin }) => ({
    begin(work) {
      const inner = begin(work);
      return { ...inner, enter: (run) => enter(run, inner, work) };
    },
  }));

const KINDS = ['command', 'store', 'keys', 'seal', 'sweep', 'delivery'];

/** Observers that change what they see, or mix it up. */
export const saboteursOfObservers: readonly PortSaboteur<ObserverHarness>[] = [
  ['OB-01', 'is of a version that there is not', tracing(() => ({ specificationVersion: 'v2' as 'v1' }))],
  ['OB-02', 'runs nothing', entering(() => undefined)],
  [
    'OB-02',
    'runs everything twice',
    entering((run, inner) => {
      inner.enter(run);
      run();
    }),
  ],
  ['OB-02', 'runs it in a later turn', entering((run, inner) => queueMicrotask(() => inner.enter(run)))],
  [
    'OB-02',
    'runs nothing of what it does not sample',
    entering((run, inner, { kind }) => {
      if (kind !== 'keys') inner.enter(run);
    }),
  ],
  [
    'OB-03',
    'has one span at a time',
    tracing(({ begin }) => {
      let open: ObservedSpan | null = null;
      return {
        begin(work) {
          if (open !== null) return { enter: () => undefined, end: () => undefined };
          const inner = begin(work);
          open = {
            ...inner,
            end(outcome, ms) {
              open = null;
              inner.end(outcome, ms);
            },
          };
          return open;
        },
      };
    }),
  ],
  [
    'OB-03',
    'insists that works end in the order of a stack',
    tracing(({ begin }) => {
      const stack: ObservedSpan[] = [];
      return {
        begin(work) {
          const inner = begin(work);
          stack.push(inner);
          return {
            ...inner,
            end() {
              if (stack.pop() !== inner) throw new Error('not the last one');
            },
          };
        },
      };
    }),
  ],
  [
    'OB-04',
    'throws for a fact that it does not know',
    tracing(() => ({
      tell({ kind }) {
        if (!['commit', 'guard', 'swept', 'sealed', 'delivered', 'alarm'].includes(kind))
          throw new Error(`unknown ${kind}`);
      },
    })),
  ],
  [
    'OB-04',
    'has no place for a work that it does not know',
    tracing(({ begin }) => {
      const counts = new Map(KINDS.map((kind) => [kind, { count: 0 }]));
      return {
        begin(work) {
          const inner = begin(work);
          const end = (): void => {
            (counts.get(work.kind) as { count: number }).count += 1;
          };
          return { ...inner, end };
        },
      };
    }),
  ],
  [
    'OB-05',
    'keeps the work under way on a stack',
    tracing(() => {
      const stack: unknown[] = [];
      return {
        begin: (work) => ({
          enter(run) {
            stack.push({ work });
            run();
            stack.pop();
          },
          end: () => undefined,
        }),
        current: () => stack.at(-1) ?? null,
      };
    }),
  ],
  [
    'OB-05',
    'never leaves a work again',
    tracing(() => {
      let last: unknown = null;
      return {
        begin: (work) => ({
          enter(run) {
            last = { work };
            run();
          },
          end: () => undefined,
        }),
        current: () => last,
      };
    }),
  ],
  ['OB-06', 'answers nothing from watch', tracing(() => ({ watch: () => undefined as never }))],
  [
    'OB-06',
    'minds being ended twice',
    tracing(({ watch }) => ({
      watch(read) {
        const end = watch(read);
        let ended = false;
        return () => {
          if (ended) throw new Error('ended already');
          ended = true;
          end();
        };
      },
    })),
  ],
  [
    'OB-07',
    'goes on reading',
    tracing(({ watch }) => ({
      watch(read) {
        watch(read);
        return () => undefined;
      },
    })),
  ],
  [
    'OB-07',
    'reads once, when it is told to watch',
    tracing(({ watch }) => ({
      watch(read) {
        const figures = read();
        return watch(() => figures);
      },
    })),
  ],
  [
    'OB-07',
    'watches the last one only',
    tracing(({ watch }) => {
      let end = (): void => undefined;
      return {
        watch(read) {
          end();
          end = watch(read);
          return end;
        },
      };
    }),
  ],
];
