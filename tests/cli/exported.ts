import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createGamekeeper, publicField, unwrap } from '../../src/index.ts';

/** Exports and keys of one small ledger, in a temporary folder. */
export interface Exported {
  /** An export with disclosures, of more than one full tile. */
  readonly ledger: string;
  /** Files beside it: the key of the log, a key of another log. */
  readonly key: string;
  readonly otherKey: string;
  /** Checkpoints signed when the log was shorter than the export, and when it had grown further. */
  readonly earlier: string;
  readonly later: string;
  /** A copy of the export that a test may spoil. */
  copy(): string;
  remove(): void;
}

/** Lets a small company work, and exports its ledger in the middle. */
export async function exportSmallLedger(): Promise<Exported> {
  const folder = mkdtempSync(join(tmpdir(), 'gamekeeper-cli-'));
  const path = (name: string): string => join(folder, name);
  const keeper = createGamekeeper({ profile: z.object({ name: publicField(z.string()) }) });
  await keeper.tenants.create('acme', { admins: [{ id: 'ada', name: 'Ada' }] });
  const ada = keeper.as({ tenant: 'acme', employee: 'ada' });
  const erp = keeper.as({ tenant: 'acme', service: 'erp' });
  unwrap(await ada.people.hire({ id: 'dana', name: 'Dana', managerId: 'ada' }));
  const { claim } = unwrap(
    await keeper.as({ tenant: 'acme', employee: 'dana' }).customers.register({ name: 'K' }, { id: 'k' }),
  );
  unwrap(await ada.claims.approve(claim));
  const earlier = unwrap(await ada.ledger.checkpoint());
  const orders = Array.from({ length: 300 }, (_, at) => ({
    id: `o-${at}`,
    customer: 'k',
    amount: { amount: at, currency: 'USD' },
    stage: 'Won',
    at: '2026-03-02T09:00:00.000Z' as never,
  }));
  unwrap(await erp.orders.record(orders));
  unwrap(await ada.ledger.export(path('ledger'), { disclosures: 'included' }));
  unwrap(await erp.orders.record(orders.slice(0, 3).map((order) => ({ ...order, stage: 'Lost' }))));
  const later = unwrap(await ada.ledger.checkpoint());
  writeFileSync(path('key'), `${later.verifierKey}\n`);
  writeFileSync(path('earlier'), earlier.checkpoint);
  writeFileSync(path('later'), later.checkpoint);
  await keeper.close();

  const other = createGamekeeper({ profile: z.object({ name: publicField(z.string()) }) });
  await other.tenants.create('acme', { admins: [{ id: 'ada', name: 'Ada' }] });
  const stranger = unwrap(await other.as({ tenant: 'acme', employee: 'ada' }).ledger.checkpoint());
  writeFileSync(path('other-key'), stranger.verifierKey);
  await other.close();

  let copies = 0;
  return {
    ledger: path('ledger'),
    key: path('key'),
    otherKey: path('other-key'),
    earlier: path('earlier'),
    later: path('later'),
    copy() {
      copies += 1;
      cpSync(path('ledger'), path(`copy-${copies}`), { recursive: true });
      return path(`copy-${copies}`);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
