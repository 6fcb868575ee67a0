import type { Store } from '../../src/ports/index.ts';

/** A broken store, and the clause that must notice. A suite that lets one pass is the broken thing. */
export interface Saboteur {
  readonly name: string;
  readonly caughtBy: string;
  /** Called once for each handle. */
  sabotage(inner: Store): Store;
}
