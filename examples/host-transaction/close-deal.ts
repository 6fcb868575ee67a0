import { type Gamekeeper, isGamekeeperError, type ProfileSchema, unwrap } from 'gamekeeper';
import type { SqlStore } from 'gamekeeper/sql';
import type { Pool } from 'pg';

/** A CRM that keeps its deals in its own tables, beside Gamekeeper's in the same database. */
export interface Crm {
  readonly pool: Pool;
  readonly store: SqlStore;
  readonly keeper: Gamekeeper<ProfileSchema>;
}

/**
 * Closes a deal: the row in the CRM's own table and the follow-up in Gamekeeper's ledger are there together, or
 * neither is. When somebody else was faster, all of it is done again.
 */
export async function closeDeal(crm: Crm, employee: string, customer: string, amount: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const client = await crm.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('INSERT INTO crm_deals (customer, amount) VALUES ($1, $2)', [customer, amount]);
      await crm.store.within(
        {
          dialect: 'postgresql',
          execute: (sql, parameters) => client.query(sql, parameters),
          prepared: (name, text, values) => client.query({ name, text, values }),
        },
        async () => {
          const { followUps } = crm.keeper.as({ tenant: 'acme', employee });
          unwrap(await followUps.record(customer, { kind: 'meeting', text: 'Signed the contract' }));
        },
      );
      await client.query('COMMIT');
      return;
    } catch (error) {
      await client.query('ROLLBACK');
      if (!isGamekeeperError(error, 'ERR_CONFLICT') || attempt === 10) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * attempt));
    } finally {
      client.release();
    }
  }
}
