import { administratorAppointed, decideAppointment, type PeopleRefusal } from '../../company/index.ts';
import { type Alias, canonicalize, type JsonValue, ok, type Result } from '../../kernel/index.ts';
import { waitingFor } from '../commit/second-person.ts';
import type { Transaction } from '../commit/transaction.ts';

/** Records beside the change itself who agreed that somebody becomes an administrator. */
export type RecordAgreement = (employee: Alias) => void;

/**
 * Whether a change of somebody may be made now: at once, unless it makes them an administrator; then once two agree.
 * `null` while it waits, and that is recorded. Both make the very same call: what is compared is a keyed digest of it,
 * and the request waits under a keyed hash of the id.
 */
export async function agreeOn(
  transaction: Transaction,
  hostId: string,
  appoints: boolean,
  call: JsonValue,
): Promise<Result<RecordAgreement | null, PeopleRefusal>> {
  if (!appoints) return ok(() => undefined);
  const { actor, company, session } = transaction;
  const approval = `administrator.${session.codec.keyedHash('appoint', hostId)}`;
  const digest = session.codec.keyedHash('appointment', canonicalize(call));
  const target = company.org.byId.get(hostId)?.alias ?? null;
  await transaction.load(['approval', approval]);
  const waiting = waitingFor(transaction, approval, 'people.manage');
  const step = decideAppointment(actor, company.org, { approval, digest, target }, waiting);
  if (!step.ok) return step;
  if (step.value.status === 'awaiting-second-person') {
    transaction.record(step.value.event);
    return ok(null);
  }
  const { by } = step.value;
  return ok((employee) => void transaction.record(administratorAppointed(employee, approval, by)));
}
