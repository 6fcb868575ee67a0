import { type Alias, fail, ok, type Result } from '../../kernel/index.ts';
import { type EraseOptions, eraseOptions, idInput, validate } from '../../model/index.ts';
import type { DocumentRef } from '../../ports/index.ts';
import {
  decideErasure,
  type ErasureBasis,
  type ErasureRefusal,
  erasureRequested,
  erasures,
} from '../../privacy/index.ts';
import { disclosureRef } from '../commit/disclosures.ts';
import { execute, type ShellRefusal } from '../commit/execute.ts';
import { requireOutside } from '../commit/host-session.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import { waitingFor } from '../commit/second-person.ts';
import type { Session } from '../commit/session.ts';
import { customerAlias } from '../commit/subjects.ts';
import { entriesAbout } from '../customers/customer-history.ts';
import { type Desk, perform } from '../desk.ts';
import { eraseSubject, hasDisclosure } from './erase-subject.ts';

/** What became of an erasure. */
export interface ErasureReceipt extends Receipt {
  readonly status: 'erased' | 'awaiting-second-person';
}

/** What is forgotten about people, and by whose consent. */
export interface PrivacyArea {
  /**
   * Erases a customer's personal values everywhere: profile, typed texts, the link to the host's id. The
   * entries stay and still verify. Takes two administrators: the second asks for the very same.
   * Answers once the erasure's entry is sealed.
   */
  erase(
    customer: string,
    options: EraseOptions,
  ): Promise<Result<ErasureReceipt, ErasureRefusal | ShellRefusal>>;
}

/** The privacy area at a desk. */
export function createPrivacy(desk: Desk): PrivacyArea {
  return {
    async erase(customer, options) {
      const id = validate(idInput, customer, 'customer');
      const { basis } = validate(eraseOptions, options, 'options');
      const session = await desk.open();
      requireOutside(session, 'privacy.erase');
      await desk.seal(session);
      let about: readonly Alias[] = [];
      const result = await perform<ErasureReceipt, ErasureRefusal>(desk, {
        attempt: 'erase-customer',
        arguments: { basis, customer: id },
        subjects: () => about,
        async decide(transaction) {
          const alias = await customerAlias(transaction, id);
          if (alias !== null) {
            about = [alias];
            await transaction.load(['customer', alias], ['clock', alias], ['approval', `erase.${alias}`]);
          }
          const found = alias === null ? null : transaction.get('customer', alias);
          const waiting = alias === null ? null : waitingFor(transaction, `erase.${alias}`, 'privacy.erase');
          const step = decideErasure(transaction.actor, found, basis, waiting);
          if (!step.ok) return step;
          if (found === null) return fail({ code: 'not-found' });
          const person = transaction.actor.employee?.alias as Alias;
          if (step.value.status === 'awaiting-second-person')
            transaction.record(erasureRequested(found.alias, basis, person));
          else
            await eraseSubject(transaction, found, (digests) =>
              erasures(found.alias, basis, step.value.approvedBy, digests),
            );
          return ok(null);
        },
        answer: (written) => ({
          ...receiptOf(written),
          status: written?.type === 'erasure' ? 'erased' : 'awaiting-second-person',
        }),
      });
      if (result.ok && result.value.status === 'erased') {
        await removeDisclosures(desk, session, about[0] as Alias, basis);
        await desk.seal(session);
      }
      return result;
    },
  };
}

/**
 * Deletes what the dropped key made unreadable, once it is sealed which digests those are. What was recorded
 * while the erasure was under way is listed by one entry more. Running it twice is no harm.
 */
async function removeDisclosures(
  desk: Desk,
  session: Session,
  customer: Alias,
  basis: ErasureBasis,
): Promise<void> {
  await desk.seal(session);
  const refs: DocumentRef[] = [];
  const listed = new Set<string>();
  const known: string[] = [];
  let approvedBy: readonly Alias[] = [];
  for await (const { leaf } of entriesAbout(session, customer)) {
    if (leaf.type === 'erasure' && leaf.outcome === 'done') {
      for (const digest of leaf.data.digests as string[]) listed.add(digest);
      approvedBy = leaf.data.approvedBy as Alias[];
    } else if (await hasDisclosure(session, leaf, customer)) {
      refs.push(disclosureRef(leaf.id, customer));
      known.push(...(leaf._sd ?? []));
    }
  }
  const late = known.filter((digest) => !listed.has(digest));
  if (late.length > 0) {
    await execute(
      session,
      { tenant: session.tenant, system: true },
      {
        attempt: 'erase-customer',
        arguments: null,
        whileSuspended: true,
        async decide(transaction) {
          // The state was changed by the first part; these only list.
          for (const draft of erasures(customer, basis, approvedBy, late))
            transaction.record({ ...draft, data: { ...draft.data, part: 0 } });
          return ok(null);
        },
        answer: () => null,
      },
    );
  }
  for (let from = 0; from < refs.length; from += 200) {
    const deletes = refs.slice(from, from + 200);
    await session.store.commit(session.tenant, { checks: [], adds: [], puts: [], deletes, entries: [] });
  }
}
