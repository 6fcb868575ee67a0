import type { Instant } from '../../kernel/index.ts';
import type { DocumentRef } from '../../ports/index.ts';
import type { Outcome } from './sweep-report.ts';

/** One kind of what a sweep does: its deadlines lie under a prefix of the index of all that is due. */
export interface Duty {
  readonly prefix: string;
  /** The latest fact whose deadline can have come. */
  readonly upTo: Instant;
  /** Set where all of them change one document, and would only wait for each other side by side. */
  readonly oneByOne?: true;
  /** Looks at all that is due in one part before each of it is done. */
  look?(refs: readonly DocumentRef[]): Promise<void>;
  act(ref: DocumentRef): Promise<Outcome>;
}
