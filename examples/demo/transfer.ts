import { unwrap } from '../../src/index.ts';
import { type Chapter, nameOf, only, tellRefused } from './scene.ts';

/** The customer changes hands; the ledger knows for ever who had it when. */
export const transfer: Chapter = {
  title: { en: 'The customer stays when Dana leaves', 'zh-CN': 'Dana 离开，客户留下' },
  async play(scene) {
    const { as, clock, keeper, tell } = scene;
    clock.set('2026-04-01T09:00:00.000Z');
    tellRefused(
      scene,
      'Ben',
      { en: 'takes it over himself', 'zh-CN': '想转到自己名下' },
      only(await as('ben').ownership.transfer('k', { to: 'ben', reason: 'I know them, too' })),
    );
    unwrap(only(await as('ben').ownership.transfer('k', { to: 'eric', reason: 'Dana leaves in April' })));
    const { profile } = unwrap(await as('eric').customers.get('k'));
    tell(
      'Ben',
      { en: 'transfers company K to Eric', 'zh-CN': '把 K 公司转给 Eric' },
      { en: `Eric owns it; phone ${profile.phone}`, 'zh-CN': `归 Eric 负责；电话 ${profile.phone}` },
      'good',
    );
    const { masked } = unwrap(await as('dana').customers.get('k'));
    tell(
      'Dana',
      { en: 'looks at it once more', 'zh-CN': '再看一眼' },
      { en: `masked by now: ${masked.join(', ')}`, 'zh-CN': `已隐藏：${masked.join('、')}` },
    );
    clock.set('2026-04-15T09:00:00.000Z');
    const held = unwrap(await as('ben').ownership.at('k', '2026-03-20T12:00:00.000Z'));
    tell(
      'Ben',
      { en: 'asks who owned it on 20 March', 'zh-CN': '问：3 月 20 日归谁？' },
      {
        en: `${nameOf(held?.owner ?? '-')}, since ${held?.since.slice(0, 10)}, by the ledger`,
        'zh-CN': `账本记载：${nameOf(held?.owner ?? '-')}，自 ${held?.since.slice(0, 10)} 起`,
      },
    );
    const { status, size, anchorLevel } = await keeper.verify('acme');
    if (status !== 'ok') throw new Error('the ledger should verify');
    tell(
      'Ada',
      { en: 'verifies the ledger', 'zh-CN': '核验账本' },
      {
        en: `${status}: ${size} entries, refusals and looks among them; anchor ${anchorLevel}`,
        'zh-CN': `正常：${size} 条记录，含拒绝与查看；锚定 ${anchorLevel}`,
      },
      'good',
    );
  },
};
