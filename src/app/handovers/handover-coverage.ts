import type { Coverage } from '../../handover/index.ts';
import type { Alias } from '../../kernel/index.ts';
import type { Handover } from '../../model/index.ts';
import { readRange, under } from '../commit/read-range.ts';
import type { Transaction } from '../commit/transaction.ts';
import { entriesAbout } from '../customers/customer-history.ts';

type Loss = 'transferred' | 'pooled' | 'terminated' | 'writtenOff' | 'removed';

/**
 * Accounts for every customer that a leaver owned at the opening or acquired since, from the ledger's entries of
 * ownership and from who owns them now; the ticked items are not asked. Seal first: what is not sealed is not seen.
 * Cost: the leaver's entries once.
 */
export async function readCoverage(transaction: Transaction, handover: Handover): Promise<Coverage> {
  const { leaver } = handover;
  const owned = new Set<Alias>();
  const lost = new Map<Alias, Loss>();
  let before: ReadonlySet<Alias> | null = null;
  const gain = (customer: Alias): void => {
    owned.add(customer);
    lost.delete(customer);
  };
  const everSince = new Set<Alias>();
  for await (const { leaf } of entriesAbout(transaction.session, leaver)) {
    if (leaf.id === handover.id) {
      before = new Set(owned);
      for (const customer of owned) everSince.add(customer);
      continue;
    }
    if (leaf.outcome !== 'done') continue;
    const customer = leaf.data.customer as Alias;
    if (gains(leaf.type, leaf.data, leaver)) {
      gain(customer);
      if (before !== null) everSince.add(customer);
    }
    const loss = lossOf(leaf.type, leaf.data, leaver);
    if (loss !== null && owned.delete(customer)) lost.set(customer, loss);
  }
  const atOpening = before ?? new Set<Alias>();
  const left = [...owned].filter((customer) => everSince.has(customer));
  // Deleted and erased customers say nothing of their owner: who owns it now is asked of the customer.
  for (let from = 0; from < left.length; from += 200) {
    const part = left.slice(from, from + 200);
    await transaction.peek(...part.map((alias) => ['customer', alias] as const));
    for (const alias of part) {
      const customer = transaction.get('customer', alias);
      if (customer === null || customer.owner !== leaver) lost.set(alias, 'removed');
    }
  }
  const count = (what: Loss): number => [...everSince].filter((alias) => lost.get(alias) === what).length;
  return {
    ownedAtOpening: atOpening.size,
    acquired: everSince.size - [...atOpening].filter((alias) => everSince.has(alias)).length,
    transferred: count('transferred'),
    pooled: count('pooled'),
    terminated: count('terminated'),
    writtenOff: count('writtenOff'),
    removed: count('removed'),
    missing: await stillOwned(transaction, leaver),
  };
}

/**
 * How many customers somebody owns right now, by the counter that the commit checks and by the index: whichever
 * says more.
 */
async function stillOwned(transaction: Transaction, owner: Alias): Promise<number> {
  const { session } = transaction;
  const [counter] = await transaction.loadRaw([{ collection: 'holdings', id: owner }]);
  let found = 0;
  for await (const _ of readRange(session.store, session.tenant, {
    index: 'customers-of',
    ...under(owner),
    want: 'refs',
  }))
    found += 1;
  return Math.max(Number(counter?.body ?? 0), found);
}

function gains(type: string, data: { readonly [name: string]: unknown }, leaver: Alias): boolean {
  return (
    (type === 'claim-approved' && data.claimant === leaver) ||
    (type === 'customer-transferred' && data.to === leaver)
  );
}

function lossOf(type: string, data: { readonly [name: string]: unknown }, leaver: Alias): Loss | null {
  if (data.from !== leaver) return null;
  if (type === 'customer-transferred') return 'transferred';
  if (type === 'customer-released') return 'pooled';
  if (type === 'customer-terminated') return data.because === 'written_off' ? 'writtenOff' : 'terminated';
  return null;
}
