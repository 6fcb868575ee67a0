import { DatabaseSync } from 'node:sqlite';
import { isGamekeeperError } from '../../src/index.ts';
import type { Chapter } from './scene.ts';

/** Somebody with full rights on the database edits a row: the next decision denies, verification names it. */
export const editedRow: Chapter = {
  title: { en: 'One row, edited behind its back', 'zh-CN': '有人绕过系统改了一行数据' },
  async play({ as, clock, database, keeper, tell }) {
    clock.set('2026-04-20T22:00:00.000Z');
    const changed = giveBackToDana(database);
    tell(
      '?',
      { en: 'UPDATE documents SET … owner = Dana', 'zh-CN': 'UPDATE documents SET … 负责人 = Dana' },
      { en: `${changed} row changed, by SQL`, 'zh-CN': `用 SQL 改了 ${changed} 行` },
      'bad',
    );
    clock.set('2026-04-21T09:00:00.000Z');
    const code = await codeOf(as('dana').ownership.release('k', { reason: 'taking it along' }));
    if (code === 'granted') throw new Error('this should have been denied');
    tell(
      'Dana',
      { en: 'decides over it as its owner', 'zh-CN': '以负责人身份处置它' },
      { en: `${code}: nothing is granted`, 'zh-CN': `${code}：一律不予放行` },
      'warning',
    );
    const report = await keeper.verify('acme');
    const [finding] = report.findings;
    if (report.status !== 'tampered' || finding === undefined) throw new Error('this should be found');
    tell(
      'Ada',
      { en: 'verifies the ledger', 'zh-CN': '核验账本' },
      {
        en: `${report.status}: ${finding.kind} at ${finding.place}`,
        'zh-CN': `已被篡改：${finding.kind}，位于 ${finding.place}`,
      },
      'bad',
    );
    await keeper.rebuild('acme');
    const { status, size } = await keeper.verify('acme');
    if (status !== 'ok') throw new Error('the rebuilt state should verify');
    tell(
      'Ada',
      { en: 'rebuilds the state from the ledger', 'zh-CN': '用账本重建数据' },
      {
        en: `${status}: ${size} entries; Eric owns company K`,
        'zh-CN': `正常：${size} 条记录；K 公司归 Eric`,
      },
      'good',
    );
  },
};

/** Overwrites the owner in the customer's document with Dana's alias. Answers how many rows that changed. */
function giveBackToDana(database: string): number | bigint {
  const sql = new DatabaseSync(database);
  try {
    const { changes } = sql
      .prepare(
        `UPDATE documents SET body = json_set(body, '$.owner', (
           SELECT id FROM documents WHERE collection = 'employee' AND json_extract(body, '$.id') = 'dana'
         )) WHERE collection = 'customer'`,
      )
      .run();
    return changes;
  } finally {
    sql.close();
  }
}

/** The code of the error that a decision fails with; `granted` when it does not. */
async function codeOf(decision: Promise<unknown>): Promise<string> {
  try {
    await decision;
    return 'granted';
  } catch (error) {
    if (isGamekeeperError(error, 'ERR_STORE_CORRUPT')) return error.code;
    throw error;
  }
}
