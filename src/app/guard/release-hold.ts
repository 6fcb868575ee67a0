import {
  askedFacts,
  decide,
  type GuardInput,
  type HoldRefusal,
  isTightened,
  type Measure,
  measureOf,
  type Operation,
} from '../../guard/index.ts';
import { type Alias, fail, GamekeeperError, ok, type Result } from '../../kernel/index.ts';
import { type Hold, isUnderReview, type Sensitivity } from '../../model/index.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type HeldRequest, readRequest } from './hold-request.ts';
import { payloadDigest } from './pass-guard.ts';
import { readSeen, readUsage, seenRef } from './usage.ts';

/**
 * Decides a held operation again at its release, on what is true of the requester now: a rule that would
 * block it by now still blocks it. What passes is counted for the requester.
 *
 * @throws {GamekeeperError} `ERR_STORE_CORRUPT` when what was held is not what lies in the store.
 */
export async function redecide(transaction: Transaction, hold: Hold): Promise<Result<null, HoldRefusal>> {
  transaction.foresee(seenRef(hold.requester));
  const [held, counting] = await Promise.all([
    readRequest(transaction, hold),
    readUsage(transaction, hold.requester),
  ]);
  const operation = hold.operation as Operation;
  checkPayload(transaction, hold, held);
  const fields: readonly Sensitivity[] = ['contact'];
  const measure = measureOf(operation, fields) as Measure;
  const requester = transaction.company.org.byAlias.get(hold.requester as Alias);
  const input: GuardInput = {
    operation,
    customers: hold.customers,
    fields,
    permitted: true,
    visible: new Set(fields),
    status: requester?.status ?? 'service',
    underReview: requester !== undefined && isUnderReview(requester),
    counts: counting.countsOf(measure),
    lately: {
      reveals: counting.countsOf('reveals')[2],
      exports: counting.countsOf('exports')[2],
    },
    steppedUp: true,
  };
  const { decision } = decide(input, transaction.company.policy);
  if (decision === 'block') return fail({ code: 'blocked' });
  // What yields a permit is counted, and decided once more, when the permit is used.
  if (hold.brings === 'carrying-out') {
    counting.pass(measure, hold.customers, null);
    transaction.asked = askedFacts({
      measure,
      customers: hold.customers,
      decision,
      digest: hold.digest,
      tightened: isTightened(input),
      steppedUp: true,
      permit: false,
      hold: hold.id,
      by: hold.requester,
      about: null,
    });
    if (operation === 'view') (await readSeen(transaction, held.customers, hold.requester)).remember();
  }
  return ok(null);
}

/** What is released is what was held, to the byte. */
function checkPayload(transaction: Transaction, hold: Hold, { customers, request }: HeldRequest): void {
  const operation = hold.operation as Operation;
  // An erasure takes the request along: then there is nothing to compare, and nothing to carry out.
  if (hold.brings === 'permit' || request === null) return;
  const payload = request.payload ?? null;
  const digest = payloadDigest(transaction, { operation, customers, payload });
  if (digest !== hold.digest)
    throw new GamekeeperError('ERR_STORE_CORRUPT', `hold ${hold.id}: what was held is not what lies there`);
}
