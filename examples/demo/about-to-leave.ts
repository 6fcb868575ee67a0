import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EntryView, explain, unwrap } from '../../src/index.ts';
import { guardDay, guardPicture, type Threshold } from './pictures/guard-picture.ts';
import { type Chapter, nameOf, type Scene } from './scene.ts';
import { phoneOf, sellerWith } from './seller.ts';

const DAY = '2026-06-15';
const CUSTOMERS = 12;

/** Somebody who has said nothing yet cleans up: another person looks first, and nothing is lost. */
export const aboutToLeave: Chapter = {
  title: { en: 'Fay, about to leave, cleans up', 'zh-CN': 'Fay 准备离开，先“清理”一番' },
  async play(scene) {
    const { as, clock, locale, out, tell } = scene;
    clock.set('2026-06-12T09:00:00.000Z');
    const customers = await sellerWith(scene, 'fay', CUSTOMERS);
    clock.set(`${DAY}T08:30:00.000Z`);
    for (const customer of ['gina-7', 'gina-8'])
      unwrap(await as('eric').customers.update(customer, { phone: '555-0177' }));
    tell(
      'Eric',
      { en: 'corrects two phone numbers', 'zh-CN': '更正两个电话号码' },
      { en: 'done: ordinary work is not asked about', 'zh-CN': '照常完成：日常工作不受打扰' },
    );
    clock.set(`${DAY}T10:05:00.000Z`);
    const result = await as('fay').customers.delete(customers, { reason: 'clean up' });
    if (result.ok || result.error.code !== 'held') throw new Error('this should have been held');
    const reviewer = nameOf(result.error.reviewer ?? '-');
    tell(
      'Fay',
      { en: `deletes ${CUSTOMERS} customers`, 'zh-CN': `删除 ${CUSTOMERS} 个客户` },
      {
        en: `held, as ${CUSTOMERS}: nothing has happened; ${reviewer} or Ada has to look first`,
        'zh-CN': `作为 ${CUSTOMERS} 个整体挂起：什么也没发生；须由 ${reviewer} 或 Ada 先查看`,
      },
      'warning',
    );
    const deletes = await tellDenied(scene, '11');
    clock.set(`${DAY}T15:20:00.000Z`);
    await overwrite(scene, customers);
    const overwrites = await tellDenied(scene, '16');
    clock.set(`${DAY}T17:00:00.000Z`);
    await putBack(scene, customers);
    const day = guardDay(await entriesOf(scene), DAY);
    writeFileSync(join(out, 'guard-day.svg'), guardPicture(DAY, day, [...deletes, ...overwrites], locale));
  },
};

/** Twelve numbers in one burst. Ten would be held of anybody, two of somebody about whom an alert was confirmed. */
async function overwrite({ as, tell }: Scene, customers: readonly string[]): Promise<void> {
  let passed = 0;
  let held = 0;
  for (const customer of customers) {
    const result = await as('fay').customers.update(customer, { phone: '000' });
    if (result.ok) passed += 1;
    else if (result.error.code === 'held') held += 1;
    else throw new Error(explain(result.error, 'en'));
  }
  tell(
    'Fay',
    { en: `overwrites ${customers.length} phone numbers`, 'zh-CN': `改写 ${customers.length} 个电话号码` },
    {
      en: `a confirmed alert made the guard stricter: ${passed} passes, ${held} are held`,
      'zh-CN': `警报确认后守护更严：${passed} 个放行，${held} 个挂起`,
    },
    'warning',
  );
}

/** An administrator is alerted, looks, and denies. Answers from how many on the rule held. */
async function tellDenied({ as, clock, tell }: Scene, hour: string): Promise<readonly Threshold[]> {
  clock.set(`${DAY}T${hour}:10:00.000Z`);
  const [alert] = unwrap(await as('ada').alerts.list({ state: 'open' })).items;
  const { items } = unwrap(await as('ada').holds.list());
  if (alert === undefined || items.length === 0) throw new Error('this should have been held, and alerted');
  for (const { id } of items)
    unwrap(await as('ada').holds.deny(id, { reason: 'she has customers to take care of' }));
  unwrap(await as('ada').alerts.confirm(alert.id, { reason: 'to be talked about with her' }));
  const live = unwrap(await as('fay').customers.list({ limit: 100 })).items.length;
  const denied = items.reduce((all, { customers }) => all + customers, 0);
  tell(
    'Ada',
    { en: 'is alerted, looks, and denies', 'zh-CN': '收到警报，查看并拒绝' },
    {
      en: `${alert.rule}, ${alert.severity}; ${denied} denied, ${live} of ${CUSTOMERS} customers are there`,
      'zh-CN': `${alert.rule}（${alert.severity}）；拒绝 ${denied} 个，客户仍有 ${live}/${CUSTOMERS} 个`,
    },
    'good',
  );
  const reasons = (items[0]?.reasons ?? []) as unknown as { rule: Threshold['rule']; threshold: number }[];
  return reasons.slice(0, 1).map(({ rule, threshold }) => ({ rule, from: threshold }));
}

/** What had passed is put back from the customers' own history. */
async function putBack({ as, tell }: Scene, customers: readonly string[]): Promise<void> {
  let restored = 0;
  let whole = 0;
  for (const [at, customer] of customers.entries()) {
    const [first] = unwrap(await as('ben').customers.history(customer));
    const phone = String(first?.values['profile.phone']);
    if ((await as('ben').customers.update(customer, { phone })).ok) restored += 1;
    const { profile } = unwrap(await as('ben').customers.get(customer));
    if (profile.phone === phoneOf('fay', at)) whole += 1;
  }
  tell(
    'Ben',
    { en: 'puts them back from the history', 'zh-CN': '依据历史记录恢复' },
    {
      en: `put back: ${restored}; ${whole} of ${CUSTOMERS} numbers are as they were`,
      'zh-CN': `恢复 ${restored} 个号码；${whole}/${CUSTOMERS} 个号码完好如初`,
    },
    'good',
  );
}

async function entriesOf({ as }: Scene): Promise<readonly EntryView[]> {
  const entries: EntryView[] = [];
  for (let from: number | null = 0; from !== null; ) {
    const page: { items: readonly EntryView[]; next: number | null } = unwrap(
      await as('ada').ledger.entries({ from, limit: 500 }),
    );
    entries.push(...page.items);
    from = page.next;
  }
  return entries;
}
