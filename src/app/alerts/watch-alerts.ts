import type { Alias } from '../../kernel/index.ts';
import type { Facts } from '../../model/index.ts';
import type { Transaction } from '../commit/transaction.ts';
import { raiseAlert } from './raise-alert.ts';

/** Lets somebody look at a watched customer whose orders are being lost. It is about the customer, never a person. */
export async function raiseLost(
  transaction: Transaction,
  customer: Alias,
  because: 'silence' | 'stage',
  facts: Facts,
): Promise<void> {
  await raiseAlert(transaction, {
    rule: 'handover-orders-lost',
    subject: customer,
    customers: [customer],
    severity: because === 'silence' ? 'high' : 'medium',
    facts: { ...facts, because },
  });
}

/** The same for a customer that refuses whoever is to take it over. */
export async function raiseRefused(
  transaction: Transaction,
  customer: Alias,
  facts: { readonly handover: string; readonly by: 'customer' | 'channel' },
): Promise<void> {
  await raiseAlert(transaction, {
    rule: 'handover-refused',
    subject: customer,
    customers: [customer],
    severity: 'medium',
    facts,
  });
}
