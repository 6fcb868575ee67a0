import { join } from 'node:path';
import { type TenantId, unwrap } from '../../src/index.ts';
import { type Leaf, parseLeaf } from '../../src/ledger/index.ts';
import type { Store } from '../../src/ports/index.ts';
import { createWorld, DAY, type Disk, expectWhole, HOUR, START, type World } from '../app/world.ts';

/** Companies whose reminders and escalations are known without a keeper: each customer's clock, and its stage. */
export interface Companies {
  readonly tenants: readonly string[];
  /** What is due by then, as a scan of everything finds it: `type tenant customer`, each once. Done from now on. */
  scan(at: number): readonly string[];
  /** Records follow-ups with some customers, an hour after a moment. */
  followUp(at: number, customers: readonly number[]): Promise<void>;
  /** Nothing is out of place, and nothing is due any more. */
  expectDone(at: number): Promise<void>;
  close(): Promise<void>;
}

interface Fact {
  readonly tenant: string;
  readonly customer: string;
  since: number;
  stage: 0 | 1 | 2;
}

/** When they begin. */
export const BEGIN = Date.parse(START);

/** Makes companies in a store, with so many customers each. */
export async function createCompanies(
  { store, keys }: { readonly store: Store; readonly keys: Awaited<ReturnType<Disk['keys']>> },
  tenants: readonly string[],
  customers: number,
): Promise<Companies> {
  const facts: Fact[] = [];
  const worlds: World[] = [];
  for (const tenant of tenants) {
    const world = await createWorld({ store, tenant, staff: ['chief', 'boss', 'dana'], keeper: { keys } });
    worlds.push(world);
    for (let at = 0; at < customers; at += 1) {
      await world.own(`c-${at}`, 'dana');
      facts.push({ tenant, customer: `c-${at}`, since: world.clock.now(), stage: 0 });
    }
  }
  const setClocks = (at: number): void => {
    for (const { clock } of worlds) clock.set(new Date(at).toISOString());
  };
  return {
    tenants,
    scan(at) {
      const due: string[] = [];
      for (const fact of facts) {
        const { tenant, customer, since } = fact;
        if (fact.stage === 0 && at >= since + 3 * DAY) {
          due.push(`gamekeeper.follow-up-reminded ${tenant} ${customer}`);
          fact.stage = 1;
        }
        if (fact.stage === 1 && at >= since + 7 * DAY) {
          due.push(`gamekeeper.follow-up-escalated ${tenant} ${customer}`);
          fact.stage = 2;
        }
      }
      return due;
    },
    async followUp(at, chosen) {
      setClocks(at + HOUR);
      for (const world of worlds)
        for (const customer of chosen) {
          const text = `spoke of the drawings, ${at} ${customer}`;
          unwrap(await world.as('dana').followUps.record(`c-${customer}`, { kind: 'call', text }));
          const fact = facts.find((one) => one.tenant === world.tenant && one.customer === `c-${customer}`);
          Object.assign(fact as Fact, { since: world.clock.now(), stage: 0 });
        }
    },
    async expectDone(at) {
      setClocks(at);
      for (const world of worlds) {
        const left = await world.keeper.sweep(world.tenant);
        if (left.reminded + left.escalated + left.failed.length > 0)
          throw new Error(`${world.tenant}: ${left.reminded} reminded, ${left.escalated} escalated too late`);
        await expectWhole(world);
      }
    },
    async close() {
      for (const { keeper } of worlds) await keeper.close();
    },
  };
}

/** All entries of a tenant as the store has them; `null` while some are without a position. */
export async function sealedLeaves(store: Store, tenant: string): Promise<readonly Leaf[] | null> {
  const id = tenant as TenantId;
  if ((await store.readEntries(id, { by: 'staged', limit: 1 })).length > 0) return null;
  const leaves: Leaf[] = [];
  for (;;) {
    const part = await store.readEntries(id, { by: 'index', from: leaves.length, limit: 500 });
    if (part.length === 0) return leaves;
    for (const { leaf } of part) leaves.push(parseLeaf(leaf) as Leaf);
  }
}

/** Where a folder keeps the workers' log. */
export const logIn = (folder: string): string => join(folder, 'log');
