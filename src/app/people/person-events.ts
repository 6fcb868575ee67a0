import {
  decideDepart,
  decideGiveNotice,
  decideWithdrawNotice,
  type PeopleRefusal,
} from '../../company/index.ts';
import type { HandoverRefusal } from '../../handover/index.ts';
import { type Alias, fail, ok, type Result } from '../../kernel/index.ts';
import {
  type Employee,
  type Episode,
  type EventDraft,
  episodeId,
  episodeOf,
  idInput,
  keyOnly,
  noticeInput,
  validate,
} from '../../model/index.ts';
import { receiptOf } from '../commit/receipts.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type Desk, perform } from '../desk.ts';
import { finishJob } from '../handovers/handover-jobs.ts';
import {
  handoverIdOf,
  leaverDeparted,
  openHandover,
  withdrawHandover,
} from '../handovers/handover-opening.ts';
import type { LeavingReceipt, PeopleArea, PersonLeaves } from './people.ts';

type Refusal = PeopleRefusal | HandoverRefusal;

/** What HR records of how an employment ends: notice, its withdrawal, departure. Each reaches the handover. */
export function personEvents(
  desk: Desk,
): Pick<PeopleArea, 'giveNotice' | 'withdrawNotice' | 'depart' | 'noShow'> {
  const departs = (
    id: string,
    attempt: string,
    because: 'left' | 'no_show',
    options: unknown,
  ): PersonLeaves => {
    const { idempotencyKey } = validate(keyOnly, options, 'options');
    return leave(desk, { attempt, id, idempotencyKey, facts: {} }, (transaction, target) => ({
      event: decideDepart(transaction.actor, transaction.company.org, target, because),
      handover: (leaver) =>
        leaverDeparted(transaction, leaver, because === 'no_show' ? 'no_show' : 'departure'),
    }));
  };
  return {
    async giveNotice(id, input) {
      const { idempotencyKey, template = null, ...notice } = validate(noticeInput, input, 'notice');
      const facts = { ...notice, template };
      return leave(
        desk,
        { attempt: 'give-notice', id, idempotencyKey, facts },
        (transaction, target, episode) => ({
          event: decideGiveNotice(
            transaction.actor,
            transaction.company.org,
            target,
            episode,
            notice,
            transaction.today,
          ),
          handover: (leaver) => openHandover(transaction, leaver, notice, template),
        }),
      );
    },
    async withdrawNotice(id, options = {}) {
      const { idempotencyKey } = validate(keyOnly, options, 'options');
      return leave(
        desk,
        { attempt: 'withdraw-notice', id, idempotencyKey, facts: {} },
        (transaction, target) => ({
          event: decideWithdrawNotice(transaction.actor, transaction.company.org, target),
          handover: (leaver) => withdrawHandover(transaction, leaver),
        }),
      );
    },
    depart: async (id, options = {}) => departs(id, 'depart-employee', 'left', options),
    noShow: async (id, options = {}) => departs(id, 'record-no-show', 'no_show', options),
  };
}

/** An event of a person, and what it does to their handover: one commit; then the handover's work in parts. */
async function leave(
  desk: Desk,
  {
    attempt,
    id,
    idempotencyKey,
    facts,
  }: {
    readonly attempt: string;
    readonly id: string;
    readonly idempotencyKey: string | undefined;
    readonly facts: { readonly [name: string]: string | null };
  },
  decide: (
    transaction: Transaction,
    target: Alias | null,
    episode: Episode | null,
  ) => {
    readonly event: Result<EventDraft, PeopleRefusal>;
    handover(leaver: Employee): Promise<Result<string | null, HandoverRefusal>>;
  },
): PersonLeaves {
  const hostId = validate(idInput, id, 'id');
  let target: Alias | null = null;
  const result = await perform<LeavingReceipt, Refusal>(desk, {
    attempt,
    idempotencyKey,
    arguments: { facts, id: hostId },
    subjects: () => (target === null ? [] : [target]),
    async decide(transaction) {
      const employee = transaction.company.org.byId.get(hostId);
      target = employee?.alias ?? null;
      if (employee !== undefined)
        await transaction.load(['employee', employee.alias], ['episode', episodeId(employee)]);
      const episode = employee === undefined ? null : episodeOf(transaction, employee);
      const { event, handover: reach } = decide(transaction, target, episode);
      if (!event.ok) return event;
      if (employee === undefined) return fail({ code: 'not-found' });
      transaction.record(event.value);
      return reach(employee);
    },
    answer: (written) => ({ id: hostId, handover: null, ...receiptOf(written) }),
  });
  if (!result.ok) return result;
  const session = await desk.open();
  const handover = await handoverIdOf(session, hostId);
  if (handover !== null) await finishJob(session, handover);
  return ok({ ...result.value, handover });
}
