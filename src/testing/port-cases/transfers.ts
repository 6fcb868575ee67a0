import type { CustomerTransfer, TransferOrder, TransferOutcome } from '../../ports/index.ts';
import { type ConformanceCase, makeClause, type SubjectKind } from '../conformance.ts';
import { expectThat, rejects, same } from '../expectations.ts';

/** What the suite needs to test a channel: the outside system behind it, as the test can see and move it. */
export interface TransferHarness {
  readonly transfer: CustomerTransfer;
  /** The same channel made once more, as after a restart, for the same outside system. */
  again(): Promise<CustomerTransfer>;
  /** What the outside system was asked for, in order, each request once for each time it came through. */
  received(): Promise<readonly TransferOrder[]>;
  /** Ends a reassignment in the outside system. */
  settle(key: string, outcome: Exclude<TransferOutcome, 'waiting'>): Promise<void>;
  /** Lets the outside system be away, or come back. `null` where channel and system are one. */
  readonly reach: ((state: 'is-there' | 'is-away') => Promise<void>) | null;
  /** Lets go of what the case opened. */
  close(): Promise<void>;
}

const TRANSFERS: SubjectKind<TransferHarness> = {
  claims: ({ reach }) => reach !== null,
  watch: (harness, log) => ({
    transfer: log.watch(harness.transfer, ''),
    again: async () => log.watch(await harness.again(), 'made again: '),
    received: () => harness.received(),
    settle: (key, outcome) => harness.settle(key, outcome),
    reach: harness.reach,
    close: () => harness.close(),
  }),
  close: (harness) => harness.close(),
};

function clause(
  id: string,
  title: string,
  hint: string,
  check: (transfer: CustomerTransfer, harness: TransferHarness) => Promise<void>,
): ConformanceCase<TransferHarness> {
  return makeClause({ id, title, claim: null, hint }, TRANSFERS, (harness) =>
    check(harness.transfer, harness),
  );
}

/** A clause for channels to a system that may be away. */
function clauseIfRemote(
  id: string,
  title: string,
  hint: string,
  check: (
    transfer: CustomerTransfer,
    harness: TransferHarness,
    reach: (state: 'is-there' | 'is-away') => Promise<void>,
  ) => Promise<void>,
): ConformanceCase<TransferHarness> {
  const facts = { id, title: `(reach) ${title}`, claim: 'reach', hint };
  return makeClause(facts, TRANSFERS, (harness) =>
    check(harness.transfer, harness, harness.reach as (state: 'is-there' | 'is-away') => Promise<void>),
  );
}

/** An order with ids that formats like to change. */
function orderOf(at: number, part: Partial<TransferOrder> = {}): TransferOrder {
  const key = `019cad8f-ac00-7806-9c8c-${at.toString(16).padStart(12, '0')}`;
  return { key, tenant: 'acme', customer: `客户 "${at}" \u2028/ü`, from: 'dana@acme', to: 'eve+1', ...part };
}

const ENDS = ['done', 'refused', 'receiver_full'] as const;

/** The contract of the port for reassignments in outside systems, clause by clause. */
export const transferCases: readonly ConformanceCase<TransferHarness>[] = [
  clause(
    'CT-01',
    'has a name by which an item is offered through it',
    'Small letters, digits and dashes, beginning with a letter, at most 32.',
    async ({ name, specificationVersion }) => {
      same(specificationVersion, 'v1', 'specificationVersion');
      expectThat(/^[a-z][a-z0-9-]{0,31}$/.test(name), 'name', 'letters, digits, dashes', name);
    },
  ),

  clause(
    'CT-02',
    'has the same name after a restart',
    'Take the name from what does not change, never from a counter, a clock or a process.',
    async ({ name }, harness) => same((await harness.again()).name, name, 'name of the one made again'),
  ),

  clause(
    'CT-03',
    'hands a reassignment over as it is, and says that it waits',
    'Send every member in UTF-8, change no id, and answer `waiting` until the system says something else.',
    async (transfer, harness) => {
      const order = orderOf(1);
      const before = JSON.stringify(order);
      same(await transfer.start(order), 'waiting', 'start');
      same(JSON.stringify(order), before, 'the order after it was handed over');
      same(await harness.received(), [order], 'what the outside system was asked for');
      same(await transfer.outcomes([order.key]), ['waiting'], 'where it stands');
    },
  ),

  clause(
    'CT-04',
    'asks once for a key, whoever asks again',
    'Hand the key over, and let the outside system or a row of your own say that it is known; a look before the request is no lock.',
    async (transfer, harness) => {
      const order = orderOf(1);
      const again = await harness.again();
      const both = [transfer, again, transfer, again];
      same(
        await Promise.all(both.map((each) => each.start(order))),
        ['waiting', 'waiting', 'waiting', 'waiting'],
        'asked at once',
      );
      same(await transfer.start(order), 'waiting', 'asked again');
      same(await (await harness.again()).start(order), 'waiting', 'asked after a restart');
      same(await harness.received(), [order], 'what the outside system was asked for');
    },
  ),

  clause(
    'CT-05',
    'tells where each stands, in the order asked, and which nobody knows of',
    'Answer by key, not in the order of the outside system; `unknown` for a key it has never heard of.',
    async (transfer, harness) => {
      const orders = [orderOf(1), orderOf(2), orderOf(3)];
      for (const order of orders) await transfer.start(order);
      await harness.settle(orderOf(2).key, 'done');
      const keys = [3, 9, 2, 1, 2].map((at) => orderOf(at).key);
      const expected = ['waiting', 'unknown', 'done', 'waiting', 'done'];
      same(await transfer.outcomes(keys), expected, 'outcomes');
      same(await (await harness.again()).outcomes(keys), expected, 'outcomes after a restart');
      same(await transfer.outcomes([]), [], 'outcomes of none');
    },
  ),

  clause(
    'CT-06',
    'starts nothing by being asked where it stands',
    'Look, and never create what is missing.',
    async (transfer, harness) => {
      const { key } = orderOf(1);
      for (let look = 1; look <= 2; look += 1)
        same(await transfer.outcomes([key]), ['unknown'], `look ${look}`);
      same(await harness.received(), [], 'what the outside system was asked for');
      same(await transfer.start(orderOf(1)), 'waiting', 'start afterwards');
    },
  ),

  clause(
    'CT-07',
    'tells every end apart, also to who asks for it once more',
    'Map each answer of the outside system: moved, refused by the customer, receiver at the limit.',
    async (transfer, harness) => {
      for (const [at, end] of ENDS.entries()) {
        const order = orderOf(at);
        await transfer.start(order);
        await harness.settle(order.key, end);
        same(await transfer.outcomes([order.key]), [end], `outcome of one that was ${end}`);
        same(await transfer.start(order), end, `asked again for one that was ${end}`);
      }
      same((await harness.received()).length, ENDS.length, 'how often the outside system was asked');
    },
  ),

  clause(
    'CT-08',
    'stays with an end, after a restart too',
    'Keep what has ended, or ask for it anew each time; let no later event of the same customer change it.',
    async (transfer, harness) => {
      const first = orderOf(1);
      await transfer.start(first);
      await harness.settle(first.key, 'refused');
      same(await transfer.outcomes([first.key]), ['refused'], 'first');
      const second = orderOf(2, { customer: first.customer });
      same(await transfer.start(second), 'waiting', 'another for the same customer');
      await harness.settle(second.key, 'done');
      const keys = [first.key, second.key];
      same(await transfer.outcomes(keys), ['refused', 'done'], 'both');
      same(await (await harness.again()).outcomes(keys), ['refused', 'done'], 'both after a restart');
    },
  ),

  clauseIfRemote(
    'CT-09',
    'throws where nobody is there to be asked, and is asked again',
    'Wait for the answer of the outside system, and keep nothing in a buffer of the process.',
    async (transfer, harness, reach) => {
      const order = orderOf(1);
      await reach('is-away');
      await rejects(transfer.start(order), 'start, while the outside system is away');
      await reach('is-there');
      same(await harness.received(), [], 'what the outside system was asked for');
      same(await transfer.start(order), 'waiting', 'start, when it is there again');
      same(await harness.received(), [order], 'what the outside system was asked for then');
    },
  ),

  clauseIfRemote(
    'CT-10',
    'throws rather than say that nobody knows of it',
    'An outside system that does not answer is no answer: `unknown` would start a second reassignment.',
    async (transfer, _, reach) => {
      await transfer.start(orderOf(1));
      await reach('is-away');
      await rejects(transfer.outcomes([orderOf(1).key]), 'outcomes, while the outside system is away');
      await reach('is-there');
      same(await transfer.outcomes([orderOf(1).key]), ['waiting'], 'outcomes, when it is there again');
    },
  ),
];
