import type { CustomerTransfer, TransferOrder, TransferOutcome } from '../../../src/ports/index.ts';
import type { TransferHarness } from '../../../src/testing/index.ts';
import { httpChannel } from '../http-transfer.ts';
import type { PortSaboteur } from './keys.ts';

/** The same channel with some of its calls done wrong, in each process. */
function sending(
  sabotage: (inner: CustomerTransfer) => Partial<CustomerTransfer>,
): () => Promise<TransferHarness> {
  return async () => {
    const harness = await httpChannel();
    const wrap = (inner: CustomerTransfer): CustomerTransfer => ({ ...inner, ...sabotage(inner) });
    return { ...harness, transfer: wrap(harness.transfer), again: async () => wrap(await harness.again()) };
  };
}

const changing = (change: (order: TransferOrder) => TransferOrder) =>
  sending((inner) => ({ start: (order) => inner.start(change(order)) }));
const telling = (change: (outcomes: (TransferOutcome | 'unknown')[], keys: readonly string[]) => unknown[]) =>
  sending((inner) => ({
    outcomes: async (keys) => change([...(await inner.outcomes(keys))], keys) as TransferOutcome[],
  }));

let starts = 0;
const buffered: TransferOrder[] = [];

/** Channels that ask twice, for something else, or make up what became of it. */
export const saboteursOfTransfers: readonly PortSaboteur<TransferHarness>[] = [
  ['CT-01', 'has a name that no item can be offered by', sending(() => ({ name: 'WeCom 2' }))],
  [
    'CT-02',
    'is called by the number of its starts',
    sending(() => {
      starts += 1;
      return { name: `wecom-${starts}` };
    }),
  ],
  [
    'CT-03',
    'cuts ids to ASCII',
    changing((order) => ({ ...order, customer: order.customer.replace(/[^ -~]/g, '') })),
  ],
  [
    'CT-03',
    'swaps who has it and who shall',
    changing((order) => ({ ...order, from: order.to, to: order.from })),
  ],
  [
    'CT-03',
    'says that it is done before it is',
    sending((inner) => ({ start: async (order) => inner.start(order).then(() => 'done' as const) })),
  ],
  [
    'CT-04',
    'makes up a key for each request',
    changing((order) => {
      starts += 1;
      return { ...order, key: `${order.key}-${starts}` };
    }),
  ],
  ['CT-05', 'answers in the order of the outside system', telling((outcomes) => outcomes.toSorted())],
  [
    'CT-05',
    'takes what nobody knows for waiting',
    telling((outcomes) => outcomes.map((each) => (each === 'unknown' ? 'waiting' : each))),
  ],
  [
    'CT-05',
    'leaves out what is asked twice',
    telling((outcomes, keys) => outcomes.filter((_, at) => keys.indexOf(keys[at] as string) === at)),
  ],
  [
    'CT-06',
    'starts what it is asked about',
    sending((inner) => ({
      async outcomes(keys) {
        const outcomes = await inner.outcomes(keys);
        for (const [at, key] of keys.entries())
          if (outcomes[at] === 'unknown')
            await inner.start({ key, tenant: 'acme', customer: '', from: '', to: '' });
        return outcomes;
      },
    })),
  ],
  [
    'CT-07',
    'takes a full receiver for a refusal',
    telling((outcomes) => outcomes.map((each) => (each === 'receiver_full' ? 'refused' : each))),
  ],
  [
    'CT-07',
    'says that it waits to who asks again',
    sending((inner) => ({ start: async (order) => inner.start(order).then(() => 'waiting' as const) })),
  ],
  [
    'CT-08',
    'remembers one outcome for a customer',
    sending((inner) => {
      const last = new Map<string, string>();
      return {
        async start(order) {
          last.set(order.customer, order.key);
          return inner.start(order);
        },
        outcomes: (keys) => inner.outcomes(keys.map((key) => [...last.values()].at(-1) ?? key)),
      };
    }),
  ],
  [
    'CT-09',
    'keeps in a buffer what the outside system did not take',
    sending((inner) => ({
      start: (order) =>
        inner.start(order).catch(() => {
          buffered.push(order);
          return 'waiting' as const;
        }),
    })),
  ],
  [
    'CT-10',
    'takes an outside system that is away for one that knows nothing',
    sending((inner) => ({
      outcomes: (keys) => inner.outcomes(keys).catch(() => keys.map(() => 'unknown' as const)),
    })),
  ],
];
