import { unwrap } from '../../src/index.ts';
import type { Chapter } from './scene.ts';

/** Silence is noticed: the owner is reminded, then the supervisor is told. */
export const followUp: Chapter = {
  title: { en: 'Silence is noticed', 'zh-CN': '不跟进，会被看见' },
  async play({ as, clock, keeper, tell }) {
    clock.set('2026-03-04T10:00:00.000Z');
    const text = 'They want a quote for 40 pumps by Friday.';
    const { qualifies } = unwrap(await as('dana').followUps.record('k', { kind: 'call', text }));
    tell(
      'Dana',
      { en: 'calls, and writes down what was said', 'zh-CN': '打电话，并写下内容' },
      qualifies
        ? { en: 'qualifies: the clock starts anew', 'zh-CN': '有效跟进，重新计时' }
        : { en: 'does not qualify', 'zh-CN': '不算有效跟进' },
    );
    clock.set('2026-03-05T17:00:00.000Z');
    const note = unwrap(await as('dana').followUps.record('k', { kind: 'message', text: 'ok' }));
    tell(
      'Dana',
      { en: 'notes "ok"', 'zh-CN': '只记了一句“ok”' },
      note.qualifies
        ? { en: 'qualifies', 'zh-CN': '有效跟进' }
        : { en: `moves no clock: ${note.unqualifiedBecause}`, 'zh-CN': '不重置计时：内容过短' },
    );
    clock.set('2026-03-07T18:00:00.000Z');
    const { reminded } = await keeper.sweep('acme');
    tell(
      '-',
      { en: 'three days of silence', 'zh-CN': '三天没有跟进' },
      { en: `${reminded} reminder, to Dana`, 'zh-CN': `提醒 Dana（${reminded} 条）` },
      'warning',
    );
    clock.set('2026-03-11T18:00:00.000Z');
    const { escalated } = await keeper.sweep('acme');
    const team = unwrap(await as('ben').followUps.team());
    const overdue = team.map(({ name, overdue }) => `${name} ${overdue.length}`).join(', ');
    tell(
      '-',
      { en: 'seven days of silence', 'zh-CN': '七天没有跟进' },
      {
        en: `${escalated} escalation, to Ben; his team view: overdue ${overdue}`,
        'zh-CN': `上报 Ben（${escalated} 条）；团队视图逾期：${overdue}`,
      },
      'warning',
    );
  },
};
