import { unwrap } from '../../src/index.ts';
import { nameOf, type Scene } from './scene.ts';

/** Somebody new in Ben's team, with customers that Ben approved. Answers the customers' ids, such as `gina-1`. */
export async function sellerWith({ as }: Scene, id: string, customers: number): Promise<readonly string[]> {
  unwrap(await as('ada').people.hire({ id, name: nameOf(id), managerId: 'ben' }));
  const ids = Array.from({ length: customers }, (_, at) => `${id}-${at + 1}`);
  for (const [at, customer] of ids.entries()) {
    const profile = { name: `Company ${customer}`, phone: phoneOf(id, at), need: 'spare parts' };
    const { claim } = unwrap(await as(id).customers.register(profile, { id: customer }));
    unwrap(await as('ben').claims.approve(claim, { reason: 'brought along, and looked at' }));
  }
  return ids;
}

/** The telephone number of somebody's customer. */
export function phoneOf(seller: string, at: number): string {
  return `555-${seller.charCodeAt(0)}${String(at + 1).padStart(2, '0')}`;
}
