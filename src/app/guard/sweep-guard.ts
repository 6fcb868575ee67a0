import { abandoned, holdAfter } from '../../guard/index.ts';
import type { ProfileShape } from '../../model/index.ts';
import type { Session } from '../commit/session.ts';
import type { Transaction } from '../commit/transaction.ts';
import { carryOut } from './carry-out.ts';

/** A hold that nobody decided goes one level up, and in the end is denied by itself. */
export async function ageHold(
  transaction: Transaction,
  id: string,
): Promise<'holdsEscalated' | 'holdsExpired' | 'nothing'> {
  await transaction.load(['hold', id]);
  const hold = transaction.get('hold', id);
  const event = hold === null ? null : holdAfter(hold, transaction.now);
  if (hold === null || event === null) return 'nothing';
  if (event.type === 'hold-expired') await transaction.load(['hold-slot', hold.slot]);
  transaction.record(event);
  return event.type === 'hold-expired' ? 'holdsExpired' : 'holdsEscalated';
}

/** A release whose carrying out was cut off is carried out. */
export async function resume(
  session: Session,
  shape: ProfileShape,
  id: string,
): Promise<'holdsCarriedOut' | 'nothing'> {
  const desk = { shape, open: async () => session, seal: async () => undefined };
  const { status } = await carryOut(desk, session, id);
  return status === 'spent' ? 'holdsCarriedOut' : 'nothing';
}

/** A permit that the host never completed is an entry. */
export async function abandonPermit(
  transaction: Transaction,
  id: string,
): Promise<'permitsAbandoned' | 'nothing'> {
  await transaction.load(['permit', id]);
  const event = abandoned(transaction.get('permit', id), transaction.now);
  if (event === null) return 'nothing';
  transaction.record(event);
  return 'permitsAbandoned';
}
