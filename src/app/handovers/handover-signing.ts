import {
  type Coverage,
  cleared,
  decideForceExit,
  decideSign,
  type HandoverContext,
  type HandoverRefusal,
  isDone,
  isLeaversSide,
  manages,
  reviews,
  validSignatures,
} from '../../handover/index.ts';
import { type Alias, type EntryId, fail, ok, type Result, toBase64url, utf8 } from '../../kernel/index.ts';
import { leafHash, rootOf } from '../../ledger/index.ts';
import {
  type HandoverParty,
  idInput,
  onBehalfOf,
  reasonOptions,
  signOptions,
  validate,
} from '../../model/index.ts';
import { raiseAlert } from '../alerts/raise-alert.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { requireOutside } from '../commit/host-session.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type Desk, look, perform } from '../desk.ts';
import { type AllItems, countByStatus, isCovered, loadHandover, loadRows } from './handover-context.ts';
import { readCoverage } from './handover-coverage.ts';
import { finishJob, reconcile } from './handover-jobs.ts';
import { monitoredUntil, recordWatchBegun } from './handover-opening.ts';
import type { HandoversArea } from './handovers.ts';

/** A signature that was given. `cleared` once it was the last that was asked for. */
export interface SignReceipt extends Receipt {
  readonly party: HandoverParty;
  readonly cleared: boolean;
}

/** Whether everything the leaver held is accounted for, from the ledger and who owns it now. */
export interface CoverageReport extends Coverage {
  readonly complete: boolean;
}

/** How many open items an entry of a forced exit stands for in one document of its list. */
const LIST_PART = 500;

/** The verbs that end a handover. */
export function handoverSigning(desk: Desk): Pick<HandoversArea, 'sign' | 'forceExit' | 'coverage'> {
  /** In step with what is held now, and sealed: what is decided on is in the log. */
  const upToDate = async (id: string, verb: string): Promise<void> => {
    const session = await desk.open();
    requireOutside(session, verb);
    await reconcile(session, id);
    await desk.seal(session);
  };
  /** Seals what was decided, once the watch that it may have begun is under way. */
  const begun = async (id: string): Promise<void> => {
    const session = await desk.open();
    await finishJob(session, id);
    await desk.seal(session);
  };
  return {
    async sign(id, options) {
      const handoverId = validate(idInput, id, 'id');
      const { party, digest, idempotencyKey } = validate(signOptions, options, 'options');
      await upToDate(handoverId, 'handovers.sign');
      let about: readonly Alias[] = [];
      const result = await perform<SignReceipt, HandoverRefusal>(desk, {
        attempt: 'sign-handover',
        idempotencyKey,
        arguments: { digest, handover: handoverId, party },
        subjects: () => about,
        async decide(transaction) {
          const context = await loadHandover(transaction, handoverId);
          if (context === null) return fail({ code: 'not-found' });
          about = [context.leaver.alias];
          const all = await loadRows(transaction, context.handover);
          const set = { digest: all.digest, rows: [...all.rows.values()] };
          const decision = decideSign(context, set, party, digest);
          if (!decision.ok) return decision;
          const coverage = await readCoverage(transaction, context.handover);
          if (!isCovered(coverage)) return fail({ code: 'not-covered', missing: coverage.missing });
          const { event, place, complete } = decision.value;
          const entry = transaction.record({
            ...event,
            data: { ...event.data, clears: complete },
            onBehalfOf: onBehalfOf(transaction.actor, place.capacity),
          });
          if (complete) recordCleared(transaction, context, all, coverage, entry, event.data as never);
          return ok(null);
        },
        answer: (written) => ({ ...receiptOf(written), party, cleared: written?.data.clears === true }),
      });
      if (result.ok) await begun(handoverId);
      return result;
    },
    async forceExit(id, options) {
      const handoverId = validate(idInput, id, 'id');
      const { reason, idempotencyKey } = validate(reasonOptions, options, 'options');
      await upToDate(handoverId, 'handovers.forceExit');
      let about: readonly Alias[] = [];
      const result = await perform<Receipt, HandoverRefusal>(desk, {
        attempt: 'force-exit',
        idempotencyKey,
        arguments: { handover: handoverId, reason },
        subjects: () => about,
        async decide(transaction) {
          const context = await loadHandover(transaction, handoverId);
          if (context === null) return fail({ code: 'not-found' });
          about = [context.leaver.alias];
          const all = await loadRows(transaction, context.handover);
          const open = [...all.rows].filter(([, [, status]]) => !isDone(status)).map(([key]) => key);
          const coverage = await readCoverage(transaction, context.handover);
          const decision = decideForceExit(
            context,
            { count: open.length, root: rootOfKeys(transaction, open) },
            all.digest,
            coverage,
            reason,
          );
          if (!decision.ok) return decision;
          const entry = transaction.record(decision.value.event);
          listOpen(transaction, entry, open);
          if (context.handover.departedAt !== null) recordWatchBegun(transaction, context.handover);
          await raiseAlert(transaction, {
            rule: 'handover-forced-exit',
            subject: context.leaver.alias,
            customers: [],
            severity: 'high',
            facts: { handover: context.handover.id, missing: coverage.missing, open: open.length },
          });
          return ok(null);
        },
        answer: receiptOf,
      });
      if (result.ok) await begun(handoverId);
      return result;
    },
    async coverage(id): Promise<Result<CoverageReport, HandoverRefusal | ShellRefusal>> {
      const handoverId = validate(idInput, id, 'id');
      await upToDate(handoverId, 'handovers.coverage');
      return look<CoverageReport, HandoverRefusal>(desk, 'read-coverage', async (transaction, about) => {
        const context = await loadHandover(transaction, handoverId);
        if (context === null || !(manages(context) !== null || reviews(context) || isLeaversSide(context)))
          return fail({ code: 'not-found' });
        about(context.leaver.alias);
        const coverage = await readCoverage(transaction, context.handover);
        return ok({ ...coverage, complete: isCovered(coverage) });
      });
    },
  };
}

/** The certificate, in the same commit as the last signature. */
function recordCleared(
  transaction: Transaction,
  { handover }: HandoverContext,
  all: AllItems,
  coverage: Coverage,
  entry: string,
  last: { readonly party: HandoverParty; readonly by: Alias; readonly onBehalfOf: Alias | null },
): void {
  const signatures = [...validSignatures(handover, all.digest), { ...last, entry: entry as EntryId }].sort(
    (left, right) => (left.party < right.party ? -1 : 1),
  );
  const until = handover.departedAt === null ? null : monitoredUntil(transaction);
  transaction.record(cleared(handover, all.digest, signatures, coverage, countByStatus(all.rows), until));
  if (until !== null) recordWatchBegun(transaction, handover);
}

function rootOfKeys({ session }: Transaction, keys: readonly string[]): string {
  const { sha256 } = session.platform.primitives;
  return toBase64url(
    rootOf(
      keys.map((key) => leafHash(utf8(key), sha256)),
      sha256,
    ),
  );
}

/** The open items of a forced exit, beside the entry that holds their root. */
function listOpen({ session, write }: Transaction, entry: string, keys: readonly string[]): void {
  for (let from = 0; from < keys.length; from += LIST_PART) {
    const ref = { collection: 'id-list', id: `${entry}.${from / LIST_PART}` };
    write(session.codec.encode(ref, entry, { ids: keys.slice(from, from + LIST_PART) }, []));
  }
}
