import type { Notice, Notifier } from '../../ports/index.ts';

/** A notifier that keeps what it is told. */
export interface MemoryNotifier extends Notifier {
  /** What it was told, in order. */
  readonly notices: readonly Notice[];
}

/**
 * Keeps notices in memory: for tests, and for a host that shows them in the same process.
 *
 * @param options `name` is `memory` and `types` are all of them unless said otherwise.
 */
export function memoryNotifier(
  options: { readonly name?: string; readonly types?: readonly string[] } = {},
): MemoryNotifier {
  const notices: Notice[] = [];
  return {
    specificationVersion: 'v1',
    name: options.name ?? 'memory',
    types: options.types ?? null,
    notices,
    async notify(notice) {
      notices.push(notice);
      return { status: 'delivered' };
    },
  };
}
