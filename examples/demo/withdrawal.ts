import { unwrap } from '../../src/index.ts';
import { allDone, type Chapter, type Scene } from './scene.ts';
import { phoneOf, sellerWith } from './seller.ts';

/** Somebody changes their mind: what the handover had moved comes back, and everything is as before. */
export const withdrawal: Chapter = {
  title: { en: 'Hugo resigns, and stays after all', 'zh-CN': 'Hugo 辞职，后来又留下' },
  async play(scene) {
    const { as, clock, keeper, tell } = scene;
    clock.set('2026-06-22T09:00:00.000Z');
    const customers = await sellerWith(scene, 'hugo', 3);
    const notice = { lastDayOn: '2026-07-17', kind: 'resignation' } as const;
    const id = unwrap(await as('hera').people.giveNotice('hugo', notice)).handover ?? '';
    const fields = {
      lastFollowUpAt: '2026-06-19T08:00:00.000Z',
      need: 'A visit in autumn',
      unsettled: { amount: 0, currency: 'USD' },
    };
    const [moved = ''] = customers;
    unwrap(await as('hugo').handovers.prepare(id, moved, { fields, to: 'eric' }));
    allDone(await as('ben').handovers.offer(id, moved));
    allDone(await as('eric').handovers.accept(id, moved));
    const during = await owned(scene, customers);
    tell(
      'Hera',
      { en: 'records his notice; one customer goes', 'zh-CN': '登记通知；一个客户已移交' },
      {
        en: `Hugo has ${during} of ${customers.length} left`,
        'zh-CN': `Hugo 还有 ${during}/${customers.length} 个`,
      },
    );
    clock.set('2026-06-24T09:00:00.000Z');
    unwrap(await as('hera').people.withdrawNotice('hugo'));
    const { status } = unwrap(await as('hera').handovers.get(id));
    const after = await owned(scene, customers);
    if (status !== 'withdrawn' || after !== customers.length) throw new Error('all should be as before');
    tell(
      'Hera',
      { en: 'withdraws the notice for him', 'zh-CN': '为他撤回通知' },
      {
        en: `the handover is withdrawn; Hugo has ${after} of ${customers.length}, as before`,
        'zh-CN': `交接已撤回；Hugo 有 ${after}/${customers.length} 个，一如从前`,
      },
      'good',
    );
    const { profile } = unwrap(await as('hugo').customers.get(moved));
    if (profile.phone !== phoneOf('hugo', 0)) throw new Error('he should see it again');
    const report = await keeper.verify('acme');
    if (report.status !== 'ok') throw new Error('the ledger should verify');
    tell(
      'Ada',
      { en: 'verifies the ledger', 'zh-CN': '核验账本' },
      {
        en: `ok: ${report.size} entries, refusals, holds and signatures among them`,
        'zh-CN': `正常：${report.size} 条记录，含拒绝、挂起与签字`,
      },
      'good',
    );
  },
};

async function owned({ as }: Scene, customers: readonly string[]): Promise<number> {
  const views = await Promise.all(customers.map((id) => as('ben').customers.get(id)));
  return views.filter((view) => unwrap(view).owner === 'hugo').length;
}
