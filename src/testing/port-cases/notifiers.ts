import type { Instant } from '../../kernel/index.ts';
import type { Notice, Notifier } from '../../ports/index.ts';
import { type ConformanceCase, makeClause, type SubjectKind } from '../conformance.ts';
import { expectThat, same } from '../expectations.ts';

/** How a receiver behaves. */
export type ReceiverState = 'takes' | 'refuses' | 'is-away';

/** What the suite needs to test a notifier. */
export interface NotifierHarness {
  readonly notifier: Notifier;
  /** The same notifier made once more, as after a restart, for the same receiver. */
  again(): Promise<Notifier>;
  /** What is safe with the receiver, read back into notices, in the order it came. */
  received(): Promise<readonly Notice[]>;
  /** Lets the receiver refuse what it is told, be away, or take it again. `null` where notifier and receiver are one. */
  readonly receiver: ((state: ReceiverState) => Promise<void>) | null;
  /** Lets go of what the case opened. */
  close(): Promise<void>;
}

const NOTIFIERS: SubjectKind<NotifierHarness> = {
  claims: ({ receiver }) => receiver !== null,
  watch: (harness, log) => ({
    notifier: log.watch(harness.notifier, ''),
    again: async () => log.watch(await harness.again(), 'made again: '),
    received: () => harness.received(),
    receiver: harness.receiver,
    close: () => harness.close(),
  }),
  close: (harness) => harness.close(),
};

function clause(
  id: string,
  title: string,
  hint: string,
  check: (notifier: Notifier, harness: NotifierHarness) => Promise<void>,
): ConformanceCase<NotifierHarness> {
  return makeClause({ id, title, claim: null, hint }, NOTIFIERS, (harness) =>
    check(harness.notifier, harness),
  );
}

/** A clause for notifiers whose receiver is somebody else, who may fail. */
function clauseIfRemote(
  id: string,
  title: string,
  hint: string,
  check: (
    notifier: Notifier,
    harness: NotifierHarness,
    receiver: (state: ReceiverState) => Promise<void>,
  ) => Promise<void>,
): ConformanceCase<NotifierHarness> {
  const facts = { id, title: `(receiver) ${title}`, claim: 'receiver', hint };
  return makeClause(facts, NOTIFIERS, (harness) => {
    const receiver = harness.receiver as (state: ReceiverState) => Promise<void>;
    return check(harness.notifier, harness, receiver);
  });
}

/** A notice with letters, quotes and line separators that formats like to change. */
function noticeOf(index: number, part: Partial<Notice> = {}): Notice {
  return {
    id: `019cad8f-ac00-7806-9c8c-${index.toString(16).padStart(12, '0')}`,
    tenant: 'acme',
    type: 'alert-raised',
    at: '2026-03-25T08:00:00.000Z' as Instant,
    index,
    audience: ['boss', '客户经理'],
    subject: 'opaque',
    data: {
      rule: 'mass-delete',
      text: '姓名 "quoted" \\ \u2028 \u{1f469} <b>',
      count: 12,
      none: null,
      list: [1, 'a'],
    },
    ...part,
  };
}

const idsOf = (notices: readonly Notice[]): string[] => notices.map(({ id }) => id);

/** Whether a notice was taken; what a notifier throws counts as failed. */
async function isDelivered(notifier: Notifier, notice: Notice): Promise<boolean> {
  return notifier.notify(notice).then(
    ({ status }) => status === 'delivered',
    () => false,
  );
}

/** The contract of the notifier port, clause by clause. */
export const notifierCases: readonly ConformanceCase<NotifierHarness>[] = [
  clause(
    'NO-01',
    'has a name under which its cursor can be kept, and chooses types by their names',
    'Small letters, digits and dashes, beginning with a letter, at most 32; `types` is null or a list of types.',
    async (notifier) => {
      same(notifier.specificationVersion, 'v1', 'specificationVersion');
      expectThat(
        /^[a-z][a-z0-9-]{0,31}$/.test(notifier.name),
        'name',
        'letters, digits, dashes',
        notifier.name,
      );
      const { types } = notifier;
      const isList = types === null || types.every((type) => /^[a-z]+(-[a-z]+)*$/.test(type));
      expectThat(isList, 'types', 'null, or types of entries', types);
    },
  ),

  clause(
    'NO-02',
    'has the same name and types after a restart',
    'Take the name from what does not change, never from a counter, a clock or a process.',
    async (notifier, harness) => {
      const again = await harness.again();
      same(
        [again.name, again.types],
        [notifier.name, notifier.types],
        'name and types of the one made again',
      );
    },
  ),

  clause(
    'NO-03',
    'hands a notice over as it is',
    'Send it as JSON in UTF-8, leave out nothing, and send it to nobody outside the audience.',
    async (notifier, harness) => {
      const notices = [
        noticeOf(0),
        noticeOf(1, { data: {} }),
        noticeOf(2, { audience: ['dana'], subject: '\u00e9' }),
      ];
      for (const notice of notices) {
        const before = JSON.stringify(notice);
        same(await notifier.notify(notice), { status: 'delivered' }, `notice ${notice.index}`);
        same(JSON.stringify(notice), before, 'the notice after it was sent');
      }
      same(await harness.received(), notices, 'what was received');
    },
  ),

  clauseIfRemote(
    'NO-04',
    'says that nothing was delivered which the receiver refused',
    'Look at what the receiver answered: only its acceptance is a delivery, no redirect, no error.',
    async (notifier, harness, receiver) => {
      await receiver('refuses');
      same(await isDelivered(notifier, noticeOf(1)), false, 'delivered, while the receiver refuses');
      await receiver('takes');
      same(idsOf(await harness.received()), [], 'what was received');
      same(await isDelivered(notifier, noticeOf(1)), true, 'delivered, when the receiver takes it again');
      same(idsOf(await harness.received()), [noticeOf(1).id], 'what was received then');
    },
  ),

  clauseIfRemote(
    'NO-05',
    'says that nothing was delivered while the receiver is away',
    'Wait for the receiver before the answer, and keep nothing in a buffer of the process.',
    async (notifier, harness, receiver) => {
      await receiver('is-away');
      same(await isDelivered(notifier, noticeOf(1)), false, 'delivered, while nobody is there');
      await receiver('takes');
      same(idsOf(await harness.received()), [], 'what was received');
      same(await isDelivered(notifier, noticeOf(1)), true, 'delivered, when somebody is there again');
    },
  ),

  clauseIfRemote(
    'NO-06',
    'asks for a wait that can be waited for',
    'Answer null where the receiver said nothing that can be read, and milliseconds from now otherwise.',
    async (notifier, _, receiver) => {
      await receiver('refuses');
      const outcome = await notifier.notify(noticeOf(1)).catch(() => null);
      if (outcome === null || outcome.status !== 'failed') return;
      const { retryAfterMs } = outcome;
      const isWait = retryAfterMs === null || (Number.isFinite(retryAfterMs) && retryAfterMs >= 0);
      expectThat(isWait, 'retryAfterMs', 'null or a number from 0 on', retryAfterMs);
    },
  ),

  clause(
    'NO-07',
    'hands the same notice over again, under the same id',
    'Drop no repetition and make up no id: the receiver knows by the id what it has seen.',
    async (notifier, harness) => {
      const notice = noticeOf(1);
      for (let attempt = 1; attempt <= 2; attempt += 1)
        same(await isDelivered(notifier, notice), true, `attempt ${attempt} delivered`);
      same(await isDelivered(await harness.again(), notice), true, 'delivered by another process');
      same(idsOf(await harness.received()), [notice.id, notice.id, notice.id], 'what was received');
    },
  ),

  clause(
    'NO-08',
    'serves several callers at once',
    'Keep nothing of a notice between calls: each call has its own.',
    async (notifier, harness) => {
      const notices = Array.from({ length: 16 }, (_, at) => noticeOf(at, { subject: `s${at}` }));
      const delivered = await Promise.all(notices.map((notice) => isDelivered(notifier, notice)));
      same(
        delivered,
        notices.map(() => true),
        'delivered',
      );
      const received = (await harness.received()).toSorted((left, right) => left.index - right.index);
      same(received, notices, 'what was received');
    },
  ),
];
