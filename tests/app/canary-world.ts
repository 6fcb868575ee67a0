import { type CloudEvent, memoryNotifier, unwrap } from '../../src/index.ts';
import { createWorld, MINUTE, type World } from './world.ts';

/** What is typed into the fields of a customer that not everybody sees. */
type Secrets = { readonly phone: string; readonly need: string; readonly creditLimit: number };

/** A company with one of everything that a verb can be asked about. */
export interface CanaryCompany {
  readonly world: World;
  readonly secrets: { readonly [customer: string]: Secrets };
  readonly claim: string;
  readonly otherClaim: string;
  readonly hold: string;
  readonly alert: string;
  readonly handover: string;
  readonly digest: string;
  readonly contest: string;
  readonly permit: string;
  readonly entry: string;
  /** Everything that left the keeper on its own: notices, events, log lines, spans, what listeners heard. */
  readonly told: unknown[];
}

/** Dana's customer, and one that is still the loner's claim. */
export const OWNED = 'c-1';
export const CLAIMED = 'c-2';

export const SECRETS = {
  [OWNED]: { phone: '+86-CANARY-PHONE-1', need: 'CANARY-NEED-1', creditLimit: 777_123_451 },
  [CLAIMED]: { phone: '+86-CANARY-PHONE-2', need: 'CANARY-NEED-2', creditLimit: 777_123_452 },
} as const;

/** What is typed elsewhere about Dana's customer. */
export const TYPED = {
  followUp: 'CANARY-FOLLOW-UP about the order',
  evidence: 'CANARY-EVIDENCE',
  order: 'CANARY-ORDER',
  amount: 31_415_926,
  reason: 'CANARY-REASON',
  prepared: 'CANARY-PREPARED',
  unsettled: 27_182_818,
  comment: 'CANARY-COMMENT',
} as const;

/**
 * Finn had the customer until Dana got it, and typed in what is looked for only then. Eve may read it, the loner
 * has claimed another, Anna hears of alerts, and Dana is to leave and wants to delete it.
 */
export async function canaryCompany(): Promise<CanaryCompany> {
  const told: unknown[] = [];
  const hear = (...what: readonly unknown[]): void => void told.push(what);
  const world = await createWorld({
    keeper: {
      roles: {
        HR: ['people.manage'],
        Auditor: ['ledger.read'],
        Director: ['claims.decide', 'ownership.transfer'],
        Analyst: ['alerts.read', 'alerts.handle'],
      },
      notifiers: [
        {
          ...memoryNotifier(),
          notify: async (notice) => {
            told.push(notice);
            return { status: 'delivered' };
          },
        },
      ],
      eventSinks: (['aliases', 'host'] as const).map((names) => ({
        specificationVersion: 'v1',
        name: `to-${names}`,
        names,
        from: 'beginning',
        send: async (events: readonly CloudEvent[]) => {
          told.push(...events);
          return { accepted: events.length, fault: null };
        },
      })),
      onListenerError: (error) => void told.push(error),
      logger: { debug: hear, info: hear, warn: hear, error: hear },
      observers: [
        {
          specificationVersion: 'v1',
          begin(work) {
            hear(work);
            return { enter: (run) => run(), end: hear };
          },
          tell: hear,
          watch: () => () => undefined,
        },
      ],
    },
  });
  world.keeper.on('entry', (event) => void told.push(event));
  world.keeper.on('refused', (event) => void told.push(event));
  world.keeper.onAlarm((alarm) => void told.push(alarm));
  const [ada, dana, boss] = ['ada', 'dana', 'boss'].map((who) => world.as(who)) as [
    ReturnType<World['as']>,
    ReturnType<World['as']>,
    ReturnType<World['as']>,
  ];
  unwrap(await ada.people.hire({ id: 'anna', name: 'Anna', roles: ['Analyst'] }));
  await world.own(OWNED, 'finn');
  for (const { result } of unwrap(await ada.ownership.transfer(OWNED, { to: 'dana', reason: TYPED.reason }))
    .items)
    unwrap(result);
  unwrap(await dana.customers.update(OWNED, SECRETS[OWNED]));
  unwrap(await dana.ownership.share(OWNED, { with: 'eve', access: 'read' }));
  const contact = { kind: 'call', text: TYPED.followUp, evidence: TYPED.evidence } as const;
  unwrap(await dana.followUps.record(OWNED, contact));
  const order = {
    id: TYPED.order,
    customer: OWNED,
    amount: { amount: TYPED.amount, currency: 'CNY' },
    stage: 'won',
    at: world.clock.instant(),
  };
  unwrap(await world.service('erp').orders.record([order]));
  const claim = await world.register(CLAIMED, 'loner', SECRETS[CLAIMED]);
  const otherClaim = await world.register('c-3', 'loner');
  const rejected = await world.register('c-4', 'dana');
  const { entry } = unwrap(await boss.claims.reject(rejected, { reason: TYPED.reason }));
  const { contest } = unwrap(await dana.me.contest(entry, { statement: TYPED.comment }));
  const asked = unwrap(await dana.guard.request({ operation: 'export', customers: [OWNED] }));
  const { handover } = unwrap(
    await ada.people.giveNotice('dana', { lastDayOn: '2026-06-30', kind: 'resignation' }),
  ) as { handover: string };
  await world.keeper.sweep('acme');
  const fields = {
    lastFollowUpAt: world.clock.instant(),
    need: TYPED.prepared,
    unsettled: { amount: TYPED.unsettled, currency: 'CNY' },
  };
  unwrap(await ada.handovers.prepare(handover, OWNED, { to: 'boss', fields }));
  unwrap(await dana.handovers.comment(handover, { text: TYPED.comment }));
  const held = await dana.customers.delete([OWNED], { reason: TYPED.reason });
  if (held.ok || held.error.code !== 'held') throw new Error('somebody who leaves should be held');
  const [alert] = unwrap(await ada.alerts.list()).items;
  world.clock.advance(MINUTE);
  return {
    world,
    secrets: SECRETS,
    claim,
    otherClaim,
    hold: held.error.hold,
    alert: alert?.id as string,
    handover,
    digest: unwrap(await ada.handovers.get(handover)).signing.digest,
    contest,
    permit: asked.decision === 'allow' ? asked.permit : entry,
    entry,
    told,
  };
}
