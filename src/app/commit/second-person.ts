import type { Approval, Capability } from '../../model/index.ts';
import { waitingApproval } from '../../model/index.ts';
import { grants } from './caller.ts';
import type { Transaction } from './transaction.ts';

/** The request that waits for a second person, if it is not too old and its first person may still ask. */
export function waitingFor(transaction: Transaction, id: string, capability: Capability): Approval | null {
  const { company, now, session } = transaction;
  const waiting = waitingApproval(transaction.get('approval', id), now);
  const first = waiting === null ? undefined : company.org.byAlias.get(waiting.requestedBy);
  const may =
    first !== undefined &&
    first.status !== 'departed' &&
    grants(first, capability, session.platform.rights.roles);
  return may ? waiting : null;
}
