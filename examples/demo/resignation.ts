import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HandoverView, unwrap } from '../../src/index.ts';
import { proofFault } from '../../src/ledger/index.ts';
import { handoverPicture, type Moment } from './pictures/handover-picture.ts';
import { allDone, type Chapter, type InWords, nameOf, type Scene } from './scene.ts';
import { sellerWith } from './seller.ts';

const LAST_DAY = '2026-05-29';
/** What each of three customers has yet to pay, in cents. */
const DUE = { amount: 20_000, currency: 'USD' } as const;
const SIGNERS = [
  ['supervisor', 'ben', '2026-05-12T09:00:00.000Z'],
  ['hr', 'hera', '2026-05-12T11:30:00.000Z'],
  ['finance', 'finn', '2026-05-13T08:15:00.000Z'],
] as const;

/** A handover that is told of. */
interface Course {
  readonly scene: Scene;
  readonly id: string;
  /** Sees how it stands, which the picture shows later. */
  look(label: InWords): Promise<HandoverView>;
}

/** Somebody resigns: item by item everything goes to a successor, three people sign, and nothing is missing. */
export const resignation: Chapter = {
  title: {
    en: 'Gina resigns: fifteen customers, all accounted for',
    'zh-CN': 'Gina 辞职：十五个客户，个个有着落',
  },
  async play(scene) {
    const { as, clock, locale, out } = scene;
    clock.set('2026-05-04T09:00:00.000Z');
    unwrap(await as('ada').people.hire({ id: 'hera', name: 'Hera', roles: ['HR'] }));
    unwrap(await as('ada').people.hire({ id: 'finn', name: 'Finn', roles: ['Finance'] }));
    const customers = await sellerWith(scene, 'gina', 15);
    const owing = customers.slice(0, 3);
    await recordOrders(scene, owing);
    const given = unwrap(
      await as('hera').people.giveNotice('gina', { lastDayOn: LAST_DAY, kind: 'resignation' }),
    );
    const id = given.handover ?? '';
    const moments: Moment[] = [];
    const look: Course['look'] = async (label) => {
      const view = unwrap(await as('hera').handovers.get(id));
      const at = new Date(clock.now()).toISOString();
      moments.push({ at, label: label[locale], counts: customersIn(view) });
      return view;
    };
    const course = { scene, id, look };
    await open(course);
    await offer(course, customers);
    await comeBack(course, customers);
    await correct(course, owing);
    await sign(course);
    await keepCertificate(course);
    const coverage = unwrap(await as('hera').handovers.coverage(id));
    const { signing } = unwrap(await as('hera').handovers.get(id));
    const signatures = signing.parties.map(({ party, by, at }) => ({
      party,
      by: nameOf(by ?? '-'),
      at: at ?? '-',
    }));
    const drawn = { leaver: 'Gina', lastDayOn: LAST_DAY, moments, signatures, coverage };
    writeFileSync(join(out, 'handover.svg'), handoverPicture(drawn, locale));
  },
};

/** The host's ERP tells of orders, some of them not paid yet. */
async function recordOrders({ service, clock }: Scene, customers: readonly string[]): Promise<void> {
  const at = new Date(clock.now()).toISOString();
  const amount = { amount: 90_000, currency: DUE.currency };
  const orders = customers.map((customer) => ({ customer, amount, at, stage: 'shipped', outstanding: DUE }));
  const told = await service('erp').orders.record(orders.map((one) => ({ ...one, id: `o-${one.customer}` })));
  allDone(told);
}

async function open({ scene, look }: Course): Promise<void> {
  const { found } = await look({ en: 'notice', 'zh-CN': '通知' });
  const [customers, orders] = [found?.kinds.customer, found?.openOrders];
  const due = money(found?.outstanding[0]?.amount ?? 0);
  scene.tell(
    'Hera',
    { en: 'records the notice', 'zh-CN': '登记离职通知' },
    {
      en: `a handover opens: ${customers} customers, ${orders} open orders, ${due} due`,
      'zh-CN': `自动开启交接：${customers} 个客户，${orders} 笔未结订单，应收 ${due}`,
    },
  );
}

async function offer({ scene, id, look }: Course, customers: readonly string[]): Promise<void> {
  const { as, clock, tell } = scene;
  clock.set('2026-05-05T10:00:00.000Z');
  const fields = {
    lastFollowUpAt: '2026-05-04T08:00:00.000Z',
    need: 'Two spare rollers before summer',
    unsettled: { amount: 0, currency: DUE.currency },
  };
  for (const item of customers) unwrap(await as('gina').handovers.prepare(id, item, { fields, to: 'eric' }));
  const counts = customersIn(await look({ en: 'prepared', 'zh-CN': '准备' }));
  tell(
    'Gina',
    { en: 'writes down what Eric has to know', 'zh-CN': '写下 Eric 需要知道的' },
    {
      en: `${counts.prepared} items prepared; nothing unsettled, she says`,
      'zh-CN': `准备好 ${counts.prepared} 项；她说没有未结款项`,
    },
  );
  clock.set('2026-05-06T09:00:00.000Z');
  allDone(await as('ben').handovers.offer(id, customers));
  await look({ en: 'offered', 'zh-CN': '提出' });
}

/** What was stated is not what the orders come to: it goes back, the rest is taken over. */
async function comeBack({ scene, id, look }: Course, customers: readonly string[]): Promise<void> {
  const { as, clock, tell } = scene;
  clock.set('2026-05-07T09:00:00.000Z');
  const { items } = unwrap(await as('finn').handovers.get(id));
  const wrong = items.filter(({ reconciled }) => reconciled === false);
  for (const { id: item } of wrong)
    unwrap(await as('finn').handovers.return(id, item, { reason: 'the orders say otherwise' }));
  const counts = customersIn(await look({ en: 'returned', 'zh-CN': '退回' }));
  tell(
    'Finn',
    { en: 'compares that with the orders', 'zh-CN': '与订单核对' },
    {
      en: `${counts.returned} come back: ${money(DUE.amount)} is open on each`,
      'zh-CN': `退回 ${counts.returned} 项：每项尚有 ${money(DUE.amount)} 未结`,
    },
    'warning',
  );
  clock.set('2026-05-08T09:00:00.000Z');
  const returned = new Set(wrong.map(({ customer }) => customer));
  allDone(
    await as('eric').handovers.accept(
      id,
      customers.filter((customer) => !returned.has(customer)),
    ),
  );
  const view = await look({ en: 'accepted', 'zh-CN': '接收' });
  const percent = Math.round(view.progress * 100);
  tell(
    'Eric',
    { en: 'takes over the others', 'zh-CN': '接收其余客户' },
    {
      en: `${customersIn(view).transferred} are his; ${percent} % done, nobody can sign yet`,
      'zh-CN': `${customersIn(view).transferred} 个归他；完成 ${percent}%，尚不能签字`,
    },
  );
}

async function correct({ scene, id, look }: Course, owing: readonly string[]): Promise<void> {
  const { as, clock, tell } = scene;
  clock.set('2026-05-11T09:00:00.000Z');
  for (const item of owing)
    unwrap(await as('gina').handovers.prepare(id, item, { fields: { unsettled: DUE }, to: 'eric' }));
  await look({ en: 'corrected', 'zh-CN': '更正' });
  allDone(await as('ben').handovers.offer(id, owing));
  clock.set('2026-05-11T15:00:00.000Z');
  allDone(await as('eric').handovers.accept(id, owing));
  const view = await look({ en: 'accepted', 'zh-CN': '接收' });
  const { transferred } = customersIn(view);
  const along = view.items.filter(
    ({ kind, status }) => kind !== 'customer' && status === 'transferred',
  ).length;
  tell(
    'Gina',
    { en: `corrects the ${owing.length}; Eric accepts`, 'zh-CN': `更正这 ${owing.length} 项，Eric 接收` },
    {
      en: `${transferred} are his; orders and what is due went along: ${along}`,
      'zh-CN': `${transferred} 个归他；相关订单和应收款一并移交：${along} 项`,
    },
  );
}

async function sign({ scene, id }: Course): Promise<void> {
  const { as, clock, tell } = scene;
  const { digest } = unwrap(await as('hera').handovers.get(id)).signing;
  let cleared = false;
  for (const [party, who, at] of SIGNERS) {
    clock.set(at);
    cleared = unwrap(await as(who).handovers.sign(id, { party, digest })).cleared;
  }
  const { complete, ownedAtOpening, transferred, missing } = unwrap(await as('hera').handovers.coverage(id));
  if (!cleared || !complete) throw new Error('this should be cleared');
  tell(
    'Finn',
    { en: 'signs, after Ben and Hera', 'zh-CN': '继 Ben、Hera 之后签字' },
    {
      en: `cleared: ${ownedAtOpening} owned = ${transferred} transferred, ${missing} missing`,
      'zh-CN': `交接完成：原有 ${ownedAtOpening} = 移交 ${transferred}，遗漏 ${missing}`,
    },
    'good',
  );
}

/** Leaves the certificate, with the key it is verified by, where somebody finds it. */
async function keepCertificate({ scene, id }: Course): Promise<void> {
  const { as, out, tell } = scene;
  const certificate = unwrap(await as('hera').handovers.certificate(id));
  const { verifierKey } = unwrap(await as('ada').ledger.checkpoint());
  const fault = proofFault(certificate.proof, certificate.leaf, [verifierKey]);
  if (fault !== undefined) throw new Error(`the certificate should verify: ${fault}`);
  writeFileSync(join(out, 'certificate.json'), `${JSON.stringify(certificate, null, 2)}\n`);
  writeFileSync(join(out, 'certificate.vkey'), `${verifierKey}\n`);
  tell(
    'Hera',
    { en: 'keeps the certificate', 'zh-CN': '保存交接证明' },
    { en: 'out/certificate.json; it verifies offline', 'zh-CN': 'out/certificate.json，可离线核验' },
    'good',
  );
}

/** How many customers stand where; what goes along with them is left out. */
function customersIn({ items }: HandoverView): HandoverView['counts'] {
  const counts: { [status: string]: number } = {};
  for (const { kind, status } of items) if (kind === 'customer') counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

function money(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`;
}
