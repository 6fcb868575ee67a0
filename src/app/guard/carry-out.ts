import type { JsonValue, Result } from '../../kernel/index.ts';
import type { Hold } from '../../model/index.ts';
import type { BatchItem } from '../commit/batch.ts';
import type { Caller } from '../commit/caller.ts';
import { type AnyRefusal, execute } from '../commit/execute.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import type { Session } from '../commit/session.ts';
import type { Transaction } from '../commit/transaction.ts';
import { createCustomers } from '../customers/customers.ts';
import { deleteCustomers } from '../customers/delete-customers.ts';
import { createOwnership } from '../customers/ownership.ts';
import type { Desk } from '../desk.ts';
import { readRequest } from './hold-request.ts';

/** What came of a released hold. */
export interface CarriedOut {
  readonly status: 'released' | 'spent';
  readonly permit: boolean;
  readonly items: readonly BatchItem<unknown, AnyRefusal>[];
}

/**
 * Does what a released hold was about, as the requester's own verb, past the guard that has let it go. Should
 * the process die on the way, the sweep goes on with it, under the same keys: what was done is not done again,
 * whatever became of the customer since.
 */
export async function carryOut(
  desk: Pick<Desk, 'shape' | 'open' | 'seal'>,
  session: Session,
  id: string,
): Promise<CarriedOut> {
  const work = await asKeeper(session, 'read-hold', async (transaction) => {
    await transaction.load(['hold', id]);
    const hold = transaction.get('hold', id);
    return hold === null ? null : await workOf(transaction, hold);
  });
  if (work === null || work.hold.status !== 'released')
    return { status: work?.hold.status === 'spent' ? 'spent' : 'released', permit: false, items: [] };
  if (work.hold.brings === 'permit') return { status: 'released', permit: true, items: [] };
  const items = await perform({ ...desk, caller: work.caller, stepUp: null }, work);
  await asKeeper(session, 'spend-hold', async (transaction) => {
    await transaction.load(['hold', id]);
    const hold = transaction.get('hold', id);
    if (hold?.status !== 'released') return null;
    await transaction.load(['hold-slot', hold.slot]);
    transaction.record({
      type: 'hold-spent',
      subjects: hold.requester.startsWith('e_') ? [hold.requester as never] : [],
      data: { hold: hold.id, operation: hold.operation },
    });
    return null;
  });
  return { status: 'spent', permit: false, items };
}

interface Work {
  readonly hold: Hold;
  readonly caller: Caller;
  /** The host's ids of the customers that are still there. */
  readonly ids: readonly string[];
  readonly request: { readonly [name: string]: JsonValue };
}

async function workOf(transaction: Transaction, hold: Hold): Promise<Work> {
  const { customers, request } = await readRequest(transaction, hold);
  await transaction.peek(...customers.map((alias) => ['customer', alias] as const));
  const ids = customers.map((alias) => transaction.get('customer', alias)?.id ?? null);
  const { org } = transaction.company;
  const { tenant } = transaction.session;
  const who = hold.requester.startsWith('s_')
    ? { service: hold.requester.slice(2) }
    : { employee: hostIdOf(org, hold.requester) ?? '' };
  return {
    hold,
    caller: { tenant: tenant as Caller['tenant'], ...who, granted: hold.id },
    ids: ids.filter((id) => id !== null),
    request: request ?? {},
  };
}

async function perform(desk: Desk, { hold, ids, request }: Work): Promise<CarriedOut['items']> {
  if (ids.length === 0) return [];
  const reason = typeof request.reason === 'string' ? request.reason : 'released';
  const idempotencyKey = `hold ${hold.id}`;
  const batch = (result: Result<{ readonly items: CarriedOut['items'] }, AnyRefusal>): CarriedOut['items'] =>
    result.ok ? result.value.items : ids.map((id) => ({ id, result }));
  switch (hold.operation) {
    case 'delete':
      return batch(await deleteCustomers(desk, ids, { reason, idempotencyKey }));
    case 'transfer': {
      const ownership = createOwnership(desk);
      return typeof request.to === 'string'
        ? batch(await ownership.transfer(ids, { to: request.to, reason, idempotencyKey }))
        : batch(await ownership.release(ids, { pool: String(request.pool), reason, idempotencyKey }));
    }
    case 'update': {
      const [id] = ids as readonly [string];
      const result = await createCustomers(desk).update(id, (request.patch ?? {}) as never, {
        idempotencyKey,
      });
      return [{ id, result }];
    }
    default:
      return [];
  }
}

/** Does something of the keeper's own, as an attempt like any other. */
async function asKeeper<Value>(
  session: Session,
  attempt: string,
  decide: (transaction: Transaction) => Promise<Value>,
): Promise<Value> {
  let value: Value | undefined;
  const result = await execute(
    session,
    { tenant: session.tenant as Caller['tenant'], system: true },
    {
      attempt,
      arguments: null,
      async decide(transaction) {
        value = await decide(transaction);
        return { ok: true, value: null };
      },
      answer: () => value as Value,
    },
  );
  return result.ok ? result.value : (value as Value);
}
