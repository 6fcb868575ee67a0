import { isReleaseGood } from '../../guard/index.ts';
import type { JsonValue } from '../../kernel/index.ts';
import type { Hold } from '../../model/index.ts';
import type { Transaction } from '../commit/transaction.ts';
import { readFacts } from './hold-request.ts';

/**
 * Whether a release that its requester comes with is still one that would be given. Whether thresholds were lowered when
 * it was asked for, its reasons tell; they are read only where it matters.
 *
 * @param tightened Whether they are lowered now.
 */
export async function isStillGood(
  transaction: Transaction,
  hold: Hold,
  tightened: boolean,
): Promise<boolean> {
  const { org, policy, tenant } = transaction.company;
  const reasons = tightened ? await readFacts(transaction, hold) : [];
  const strict = { now: tightened, before: reasons.some(isStrict) };
  return isReleaseGood(hold, strict, org, tenant, policy, transaction.now);
}

function isStrict(reason: JsonValue): boolean {
  return (reason as { readonly tightened?: unknown } | null)?.tightened === true;
}
