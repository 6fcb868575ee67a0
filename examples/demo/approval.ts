import { unwrap } from '../../src/index.ts';
import { type Chapter, nameOf, type Scene, tellRefused } from './scene.ts';

/** Entry is a claim, approval is ownership; until then the profile is masked. */
export const approval: Chapter = {
  title: { en: 'Entry is a claim; approval is ownership', 'zh-CN': '录入只是报备，审批才算归属' },
  async play(scene) {
    const { as, clock, locale, tell } = scene;
    clock.set('2026-03-02T09:00:00.000Z');
    const registered = unwrap(
      await as('dana').customers.register(
        { name: 'Company K', phone: '555-0100', need: locale === 'en' ? '40 pumps' : '40 台水泵' },
        { id: 'k' },
      ),
    );
    tell(
      'Dana',
      { en: 'registers company K', 'zh-CN': '登记客户 K 公司' },
      { en: 'a claim, waiting for Ben', 'zh-CN': '生成报备，等待 Ben 审批' },
    );
    await tellWhatIsSeen(scene, 'dana', 'Dana');
    tellRefused(
      scene,
      'Dana',
      { en: 'approves her own claim', 'zh-CN': '审批自己的报备' },
      await as('dana').claims.approve(registered.claim),
    );
    clock.set('2026-03-02T14:00:00.000Z');
    unwrap(await as('ben').claims.approve(registered.claim, { reason: 'met them together' }));
    tell(
      'Ben',
      { en: 'approves it', 'zh-CN': '审批通过' },
      { en: 'Dana owns company K; the clock starts', 'zh-CN': 'K 公司归 Dana 负责，开始计时' },
      'good',
    );
    await tellWhatIsSeen(scene, 'dana', 'Dana');
    await tellWhatIsSeen(scene, 'eric', 'Eric');
  },
};

async function tellWhatIsSeen({ as, tell }: Scene, employee: string, name: string): Promise<void> {
  const { profile, owner } = unwrap(await as(employee).customers.get('k'));
  const phone = profile.phone ?? '••••';
  const need = profile.need ?? '••••';
  const whose = owner === null ? '••••' : nameOf(owner);
  tell(
    name,
    { en: 'looks at it', 'zh-CN': '查看客户' },
    {
      en: `phone ${phone} · need ${need} · owner ${whose}`,
      'zh-CN': `电话 ${phone} · 需求 ${need} · 负责人 ${whose}`,
    },
  );
}
