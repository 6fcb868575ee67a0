import {
  fail,
  GamekeeperError,
  type Instant,
  isGamekeeperError,
  type JsonValue,
  ok,
  type Result,
} from '../../kernel/index.ts';
import { parseLeaf } from '../../ledger/index.ts';
import {
  type EntriesQuery,
  entriesQuery,
  exportOptions,
  idInput,
  isUnderReview,
  validate,
} from '../../model/index.ts';
import { raiseAlert } from '../alerts/raise-alert.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { PAGE_SIZE } from '../commit/pages.ts';
import { customerAlias } from '../commit/subjects.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type Desk, look } from '../desk.ts';
import { type ExportReport, type ExportSink, exportTo, verifierKey } from './export-ledger.ts';
import { prove } from './prove.ts';
import { readEdge } from './sealer.ts';

/** An entry as an auditor sees it: everything but personal values. */
export interface EntryView {
  readonly index: number;
  readonly id: string;
  readonly type: string;
  readonly at: Instant;
  readonly actor: string;
  readonly onBehalfOf: string | null;
  readonly outcome: 'done' | 'refused';
  readonly reason: string | null;
  readonly subjects: readonly string[];
  readonly data: { readonly [name: string]: JsonValue };
  readonly policy: string;
  /** The canonical JSON that was hashed, verbatim. */
  readonly leaf: string;
}

/** A part of the log; `next` is the index it goes on at. */
export interface EntriesPage {
  readonly items: readonly EntryView[];
  readonly next: number | null;
}

/** A signed tree head. */
export interface CheckpointView {
  readonly size: number;
  /** The signed note (C2SP tlog-checkpoint), verbatim. Keep it elsewhere: it shows a later truncation. */
  readonly checkpoint: string;
  /** The verifier key line of the log. */
  readonly verifierKey: string;
}

/** Refused because the ledger is for auditors. */
export type LedgerRefusal = {
  readonly code: 'not-permitted';
  readonly needs: string;
};

/** The log of every decision and change. Needs `ledger.read`. */
export interface LedgerArea {
  /** Entries in order, all of them or those about one customer. */
  entries(
    query?: EntriesQuery,
  ): Promise<Result<EntriesPage, LedgerRefusal | { readonly code: 'not-found' } | ShellRefusal>>;
  /** The latest signed tree head; seals first. */
  checkpoint(): Promise<Result<CheckpointView, LedgerRefusal | ShellRefusal>>;
  /** A receipt (C2SP tlog-proof) that an entry is in the log; verifies offline with `proofFault`. */
  prove(
    entry: string,
  ): Promise<Result<string, LedgerRefusal | { readonly code: 'not-found' } | ShellRefusal>>;
  /**
   * Exports the whole log as a directory that verifies offline, an entry of itself included.
   *
   * @param target A directory that is empty or not there yet, or a sink.
   * @param options `disclosures`: whether personal values go along in plain text, for which the caller needs
   *   `customers.read` too; withheld by default.
   */
  export(
    target: string | ExportSink,
    options?: {
      readonly disclosures?: 'included' | 'withheld';
      readonly onProgress?: (entries: number, size: number) => void;
    },
  ): Promise<Result<ExportReport, LedgerRefusal | ShellRefusal>>;
}

/** The ledger area at a desk. `openSink` makes a sink of a directory. */
export function createLedger(desk: Desk, openSink: (directory: string) => ExportSink): LedgerArea {
  const mayRead = ({ actor }: Transaction): Result<null, LedgerRefusal> =>
    actor.can('ledger.read') ? ok(null) : fail({ code: 'not-permitted', needs: 'ledger.read' });
  const sealed = async (): Promise<void> => desk.seal(await desk.open());
  return {
    async entries(input = {}) {
      const { customer, from = 0, limit = PAGE_SIZE } = validate(entriesQuery, input, 'query');
      await sealed();
      return look<EntriesPage, LedgerRefusal | { readonly code: 'not-found' }>(
        desk,
        'read-ledger',
        async (transaction) => {
          const permitted = mayRead(transaction);
          if (!permitted.ok) return permitted;
          const { session } = transaction;
          const alias = customer === undefined ? null : await customerAlias(transaction, customer);
          if (customer !== undefined && alias === null) return fail({ code: 'not-found' });
          const entries = await session.store.readEntries(
            session.tenant,
            alias === null
              ? { by: 'index', from, limit }
              : {
                  by: 'subject',
                  subject: alias,
                  after: from === 0 ? null : from - 1,
                  limit,
                  descending: false,
                },
          );
          for (const entry of entries) session.codec.checkEntry(entry);
          transaction.record({
            type: 'ledger-read',
            subjects: alias === null ? [] : [alias],
            data: { count: entries.length, from },
          });
          const last = entries.at(-1)?.index ?? null;
          return ok({
            items: entries.flatMap((entry) => viewEntry(entry.index, entry.leaf) ?? []),
            next: last === null || entries.length < limit ? null : last + 1,
          });
        },
      );
    },
    async checkpoint() {
      await sealed();
      return look(desk, 'read-checkpoint', async (transaction) => {
        const permitted = mayRead(transaction);
        if (!permitted.ok) return permitted;
        const edge = await readEdge(transaction.session);
        return ok({
          size: edge.tree.size,
          checkpoint: edge.checkpoint ?? '',
          verifierKey: verifierKey(transaction.session),
        });
      });
    },
    async prove(id) {
      const entryId = validate(idInput, id, 'entry');
      await sealed();
      return look<string, LedgerRefusal | { readonly code: 'not-found' }>(
        desk,
        'prove-entry',
        async (transaction) => {
          const permitted = mayRead(transaction);
          if (!permitted.ok) return permitted;
          const proof = await prove(transaction.session, entryId);
          return proof === null ? fail({ code: 'not-found' }) : ok(proof);
        },
      );
    },
    async export(target, options = {}) {
      const { disclosures = 'withheld', onProgress } = validate(exportOptions, options, 'options');
      // Who may not export makes no directory.
      const mayExport = (transaction: Transaction): Result<null, LedgerRefusal> => {
        const permitted = mayRead(transaction);
        if (!permitted.ok || disclosures === 'withheld') return permitted;
        const { actor } = transaction;
        if (!actor.can('customers.read')) return fail({ code: 'not-permitted', needs: 'customers.read' });
        // Whatever the guard holds back elsewhere would leave through here.
        const { employee } = actor;
        const strict = employee !== null && (employee.status === 'on_notice' || isUnderReview(employee));
        // Which of the two it is, a refusal does not tell.
        return strict
          ? fail({ code: 'not-permitted', needs: 'somebody whom the guard does not hold back' })
          : permitted;
      };
      const permitted = await look(desk, 'export-ledger', async (transaction) => mayExport(transaction));
      if (!permitted.ok) return permitted;
      const sink = sinkOf(target, openSink);
      const recorded = await look(desk, 'export-ledger', async (transaction) => {
        const permitted = mayExport(transaction);
        if (permitted.ok) {
          transaction.record({ type: 'ledger-exported', subjects: [], data: { disclosures } });
          const subject = transaction.actor.employee?.alias;
          if (disclosures === 'included' && subject !== undefined)
            transaction.alongside(async () => {
              const alert = { rule: 'ledger-disclosed', subject, customers: [], facts: {} } as const;
              await raiseAlert(transaction, { ...alert, severity: 'high' });
            });
        }
        return permitted;
      });
      if (!recorded.ok) return recorded;
      // Answered after its own entry is sealed: who exported, and when, is in what was exported.
      await sealed();
      return ok(await exportTo(await desk.open(), sink, disclosures, { onProgress }));
    },
  };
}

/** A sink, given as such or as a directory. */
export function sinkOf(target: string | ExportSink, openSink: (directory: string) => ExportSink): ExportSink {
  const invalid = (cause?: unknown): GamekeeperError =>
    new GamekeeperError('ERR_INVALID_INPUT', 'target: expected a directory that can be written, or a sink', {
      path: 'target',
      cause,
    });
  if (typeof target === 'string') {
    try {
      return openSink(target);
    } catch (cause) {
      throw isGamekeeperError(cause) ? cause : invalid(cause);
    }
  }
  if (typeof (target as Partial<ExportSink> | null)?.write !== 'function') throw invalid();
  return target;
}

function viewEntry(index: number | null, text: string): EntryView | null {
  const leaf = parseLeaf(text);
  if (leaf === null || index === null) return null;
  return {
    index,
    id: leaf.id,
    type: leaf.type,
    at: leaf.at as Instant,
    actor: leaf.actor,
    onBehalfOf: leaf.onBehalfOf ?? null,
    outcome: leaf.outcome,
    reason: leaf.reason ?? null,
    subjects: leaf.subject,
    data: leaf.data,
    policy: leaf.policy,
    leaf: text,
  };
}
