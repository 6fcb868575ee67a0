import type { Instant } from '../../kernel/index.ts';
import type { Written } from './execute.ts';

/** A change that was made: where it stands in the ledger, and when it was decided. */
export interface Receipt {
  /** The entry's id. */
  readonly entry: string;
  readonly at: Instant;
}

/** The receipt of what was written. */
export function receiptOf(written: Written | null): Receipt {
  if (written === null) throw new Error('a command that changes something wrote nothing');
  return { entry: written.entry, at: written.at };
}
