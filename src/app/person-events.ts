import {
  decideDepart,
  decideGiveNotice,
  decideWithdrawNotice,
  type PeopleRefusal,
} from '../company/index.ts';
import type { Alias, JsonValue, Result } from '../kernel/index.ts';
import {
  type Episode,
  type EventDraft,
  episodeId,
  episodeOf,
  idInput,
  keyOnly,
  noticeInput,
  validate,
} from '../model/index.ts';
import { type Desk, perform } from './desk.ts';
import type { PeopleArea, PersonChanged } from './people.ts';
import { receiptOf } from './receipts.ts';
import type { Transaction } from './transaction.ts';

/** What HR records of how an employment ends: notice, its withdrawal, departure. */
export function personEvents(
  desk: Desk,
): Pick<PeopleArea, 'giveNotice' | 'withdrawNotice' | 'depart' | 'noShow'> {
  const departs = (
    id: string,
    attempt: string,
    because: 'left' | 'no_show',
    options: unknown,
  ): PersonChanged => {
    const { idempotencyKey } = validate(keyOnly, options, 'options');
    return change(desk, attempt, id, idempotencyKey, null, ({ actor, company }, target) =>
      decideDepart(actor, company.org, target, because),
    );
  };
  return {
    async giveNotice(id, input) {
      const { idempotencyKey, ...notice } = validate(noticeInput, input, 'notice');
      return change(desk, 'give-notice', id, idempotencyKey, notice, (transaction, target, episode) =>
        decideGiveNotice(
          transaction.actor,
          transaction.company.org,
          target,
          episode,
          notice,
          transaction.today,
        ),
      );
    },
    async withdrawNotice(id, options = {}) {
      const { idempotencyKey } = validate(keyOnly, options, 'options');
      return change(desk, 'withdraw-notice', id, idempotencyKey, null, ({ actor, company }, target) =>
        decideWithdrawNotice(actor, company.org, target),
      );
    },
    depart: async (id, options = {}) => departs(id, 'depart-employee', 'left', options),
    noShow: async (id, options = {}) => departs(id, 'record-no-show', 'no_show', options),
  };
}

/** An event of a person: read, decided, recorded. */
function change(
  desk: Desk,
  attempt: string,
  id: string,
  idempotencyKey: string | undefined,
  facts: JsonValue,
  decide: (
    transaction: Transaction,
    target: Alias | null,
    episode: Episode | null,
  ) => Result<EventDraft, PeopleRefusal>,
): PersonChanged {
  const hostId = validate(idInput, id, 'id');
  let target: Alias | null = null;
  return perform(desk, {
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
      const decision = decide(transaction, target, episode);
      if (decision.ok) transaction.record(decision.value);
      return decision;
    },
    answer: (written) => ({ id: hostId, ...receiptOf(written) }),
  });
}
