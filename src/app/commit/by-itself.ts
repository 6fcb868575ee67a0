import { ok } from '../../kernel/index.ts';
import { execute } from './execute.ts';
import type { Session } from './session.ts';
import type { Transaction } from './transaction.ts';

/** Lets the keeper itself carry something out: read, decided, recorded, and tried again on a lost race. */
export async function byItself<Outcome>(
  session: Session,
  attempt: string,
  decide: (transaction: Transaction) => Promise<Outcome>,
): Promise<Outcome> {
  let outcome: Outcome;
  const result = await execute<Outcome, never>(
    session,
    { tenant: session.tenant, system: true },
    {
      attempt,
      arguments: null,
      async decide(transaction) {
        outcome = await decide(transaction);
        return ok(null);
      },
      answer: () => outcome,
    },
  );
  if (!result.ok) throw new Error(`the keeper was refused: ${result.error.code}`);
  return result.value;
}
