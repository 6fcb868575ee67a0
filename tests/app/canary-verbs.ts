import type { ActingKeeper, Gamekeeper } from '../../src/index.ts';
import type { CanaryCompany } from './canary-world.ts';
import type { CustomerProfile } from './world.ts';

type Acting = ActingKeeper<CustomerProfile>;
/** One call of a verb about a customer, with what a caller has who knows every id. */
export type Call = (acting: Acting, customer: string, company: CanaryCompany) => unknown;

const NOTICE = { lastDayOn: '2026-06-30', kind: 'resignation' } as const;
const DAYS = { from: '2026-03-02', to: '2026-03-02' } as const;
const because = { reason: 'because' } as const;
/** Takes files, and hands them over as text. */
const collected = (): { files: string[]; write(path: string, bytes: Uint8Array): Promise<void> } => {
  const files: string[] = [];
  return {
    files,
    write: async (path, bytes) => void files.push(path, Buffer.from(bytes).toString('latin1')),
  };
};

/** Every verb of every area, what changes something behind what only looks. One that is missing fails a test. */
export const CALLS: { readonly [verb: string]: Call } = {
  'customers.get': ({ customers }, customer) => customers.get(customer),
  'customers.list': ({ customers }) => customers.list({ scope: 'all' }),
  'customers.all': ({ customers }) => customers.all({ scope: 'all' }),
  'customers.history': ({ customers }, customer) => customers.history(customer),
  'customers.export': ({ customers }) => customers.export({ format: 'csv', scope: 'all' }),
  'people.get': ({ people }) => people.get('dana'),
  'people.list': ({ people }) => people.list(),
  'people.all': ({ people }) => people.all(),
  'claims.get': ({ claims }, _, { claim }) => claims.get(claim),
  'claims.list': ({ claims }) => claims.list({ mine: true }),
  'ownership.at': ({ ownership }, customer, { world }) => ownership.at(customer, world.clock.instant()),
  'followUps.list': ({ followUps }, customer) => followUps.list(customer),
  'followUps.due': ({ followUps }) => followUps.due(),
  'followUps.team': ({ followUps }) => followUps.team(),
  'orders.list': ({ orders }, customer) => orders.list(customer),
  'handovers.get': ({ handovers }, _, { handover }) => handovers.get(handover),
  'handovers.list': ({ handovers }) => handovers.list(),
  'handovers.coverage': ({ handovers }, _, { handover }) => handovers.coverage(handover),
  'handovers.certificate': ({ handovers }, _, { handover }) => handovers.certificate(handover),
  'handovers.receipt': ({ handovers }, _, { handover }) => handovers.receipt(handover),
  'handovers.watch': ({ handovers }, _, { handover }) => handovers.watch(handover),
  'alerts.list': ({ alerts }) => alerts.list(),
  'alerts.all': ({ alerts }) => alerts.all(),
  'alerts.get': ({ alerts }, _, { alert }) => alerts.get(alert),
  'policies.current': ({ policies }) => policies.current(),
  'policies.rehearse': ({ policies }) => policies.rehearse({ guard: { deletes: { mode: 'warn' } } }, DAYS),
  'ledger.entries': ({ ledger }, customer) => ledger.entries({ customer }),
  'ledger.checkpoint': ({ ledger }) => ledger.checkpoint(),
  'ledger.prove': ({ ledger }, _, { entry }) => ledger.prove(entry),
  'ledger.export': async ({ ledger }) => {
    const sink = collected();
    return [await ledger.export(sink), sink.files];
  },
  'holds.list': ({ holds }) => holds.list(),
  'holds.all': ({ holds }) => holds.all(),
  'holds.get': ({ holds }, _, { hold }) => holds.get(hold),
  'guard.mask': ({ guard }, customer, { secrets }) =>
    guard.mask([{ id: customer, name: 'Name', ...secrets[customer] }]),
  'guard.visible': ({ guard }) => guard.visible(),
  'guard.decide': ({ guard }) => guard.decide({ actor: 'dana', operation: 'delete', customers: 1 }),
  'guard.request': ({ guard }, customer) =>
    guard.request({ operation: 'view', customers: [customer], fields: ['phone', 'need'] }),
  'guard.complete': ({ guard }, _, { permit }) => guard.complete(permit, { affected: 1 }),
  'me.record': ({ me }) => me.record(),
  'me.notices': ({ me }) => me.notices({ acknowledged: true }),
  'me.acknowledge': ({ me }, _, { entry }) => me.acknowledge(entry),
  'me.contest': ({ me }, _, { entry }) => me.contest(entry, { statement: 'This is not so.' }),
  'contests.list': ({ contests }) => contests.list(),
  'contests.get': ({ contests }, _, { contest }) => contests.get(contest),
  'contests.answer': ({ contests }, _, { contest }) =>
    contests.answer(contest, { outcome: 'declined', text: 'It is so.' }),
  'contests.withhold': ({ contests }, _, { contest }) => contests.withhold(contest, { ...because, days: 20 }),
  'reports.handoverCompleteness': ({ reports }) => reports.handoverCompleteness(DAYS),
  'reports.leaverChurn': ({ reports }) => reports.leaverChurn(DAYS),
  'customers.register': ({ customers }, customer, { secrets }) =>
    customers.register({ name: `Name of ${customer}`, phone: `${secrets[customer]?.phone}`.slice(0, 7) }),
  'customers.update': ({ customers }, customer) => customers.update(customer, { industry: 'paper' }),
  'customers.delete': ({ customers }, customer) => customers.delete([customer], because),
  'customers.restore': ({ customers }, customer) => customers.restore(customer),
  'claims.approve': ({ claims }, _, { claim }) => claims.approve(claim, because),
  'claims.reject': ({ claims }, _, { claim }) => claims.reject(claim, because),
  'claims.withdraw': ({ claims }, _, { otherClaim }) => claims.withdraw(otherClaim),
  'ownership.transfer': ({ ownership }, customer) => ownership.transfer(customer, { to: 'eve', ...because }),
  'ownership.release': ({ ownership }, customer) => ownership.release(customer, because),
  'ownership.share': ({ ownership }, customer) => ownership.share(customer, { with: 'hr', access: 'read' }),
  'followUps.record': ({ followUps }, customer) =>
    followUps.record(customer, { kind: 'call', text: 'Spoke about the weather' }),
  'orders.record': ({ orders }, customer, { world }) =>
    orders.record([
      {
        id: 'o-9',
        customer,
        amount: { amount: 1, currency: 'CNY' },
        stage: 'won',
        at: world.clock.instant(),
      },
    ]),
  'people.hire': ({ people }) => people.hire({ id: 'nina', name: 'Nina' }),
  'people.update': ({ people }) => people.update('director', { team: 'north' }),
  'people.delegate': ({ people }) => people.delegate('director', { to: 'hr', untilOn: '2026-06-30' }),
  'people.giveNotice': ({ people }) => people.giveNotice('director', NOTICE),
  'people.withdrawNotice': ({ people }) => people.withdrawNotice('director'),
  'people.depart': ({ people }) => people.depart('director'),
  'people.noShow': ({ people }) => people.noShow('director'),
  'handovers.open': ({ handovers }) => handovers.open('director', NOTICE),
  'handovers.report': ({ handovers }, _, { handover }) =>
    handovers.report(handover, [{ kind: 'asset', id: 'key' }]),
  'handovers.prepare': ({ handovers }, customer, { handover }) =>
    handovers.prepare(handover, customer, { to: 'eve', fields: { need: 'Rollers' } }),
  'handovers.offer': ({ handovers }, customer, { handover }) => handovers.offer(handover, customer),
  'handovers.accept': ({ handovers }, customer, { handover }) => handovers.accept(handover, customer),
  'handovers.complete': ({ handovers }, customer, { handover }) =>
    handovers.complete(handover, customer, { outcome: 'done' }),
  'handovers.return': ({ handovers }, customer, { handover }) =>
    handovers.return(handover, customer, because),
  'handovers.waive': ({ handovers }, customer, { handover }) => handovers.waive(handover, customer, because),
  'handovers.comment': ({ handovers }, _, { handover }) =>
    handovers.comment(handover, { text: 'All is said.' }),
  'handovers.sign': ({ handovers }, _, { handover, digest }) =>
    handovers.sign(handover, { party: 'hr', digest }),
  'handovers.forceExit': ({ handovers }, _, { handover }) => handovers.forceExit(handover, because),
  'handovers.reportRefusal': ({ handovers }, customer, { handover }) =>
    handovers.reportRefusal(handover, customer, because),
  'alerts.acknowledge': ({ alerts }, _, { alert }) => alerts.acknowledge(alert),
  'alerts.unmask': ({ alerts }, _, { alert }) => alerts.unmask(alert, because),
  'alerts.confirm': ({ alerts }, _, { alert }) => alerts.confirm(alert, because),
  'alerts.resolve': ({ alerts }, _, { alert }) => alerts.resolve(alert, { outcome: 'talk' }),
  'alerts.dismiss': ({ alerts }, _, { alert }) => alerts.dismiss(alert, because),
  'holds.release': ({ holds }, _, { hold }) => holds.release(hold, because),
  'holds.deny': ({ holds }, _, { hold }) => holds.deny(hold, because),
  'policies.adopt': ({ policies }) => policies.adopt({ ownership: { maxHeld: 100 } }, because),
  'privacy.erase': ({ privacy }, customer) => privacy.erase(customer, { basis: 'retention-over' }),
};

type Operate = (keeper: Gamekeeper<CustomerProfile>) => unknown;

/** The keeper's own verbs, for the host's scheduler and operators. The last ends it. */
export const OPERATIONS: { readonly [verb: string]: Operate } = {
  as: (keeper) => Object.keys(keeper.as({ tenant: 'acme', service: 'erp' })),
  seal: (keeper) => keeper.seal('acme'),
  sweep: (keeper) => keeper.sweep('acme'),
  verify: (keeper) => keeper.verify('acme'),
  health: (keeper) => keeper.health({ tenants: ['acme'] }),
  'deliveries.status': ({ deliveries }) => deliveries.status('acme'),
  'deliveries.deadLetters': ({ deliveries }) => deliveries.deadLetters('acme'),
  'deliveries.retry': ({ deliveries }) => deliveries.retry('acme', { receiver: 'memory' }),
  work: async (keeper) => (await keeper.work({ tenants: () => ['acme'] })).stop(),
  on: (keeper) => keeper.on('refused', () => undefined),
  off: (keeper) => keeper.off('refused', () => undefined),
  onAlarm: (keeper) => keeper.onAlarm(() => undefined),
  rebuild: (keeper) => keeper.rebuild('acme'),
  'tenants.create': ({ tenants }) => tenants.create('other', { admins: [{ id: 'ada', name: 'Ada' }] }),
  'tenants.usage': ({ tenants }) => tenants.usage('acme'),
  'tenants.suspend': ({ tenants }) => tenants.suspend('acme'),
  // The files are the company whole, for its operator: what the verb answers is not.
  'tenants.export': ({ tenants }) => tenants.export('acme', collected()),
  'tenants.restore': ({ tenants }) => tenants.restore('acme', 'no-such-directory'),
  'tenants.resume': ({ tenants }) => tenants.resume('acme'),
  'tenants.delete': ({ tenants }) => tenants.delete('acme', { confirm: 'acme' }),
  close: (keeper) => keeper.close(),
};

/** Every verb that there is: those of an object, and those of the areas in it. */
export function verbsOf(of: object): readonly string[] {
  return Object.entries(of).flatMap(([name, value]) =>
    typeof value === 'function' ? [name] : Object.keys(value as object).map((verb) => `${name}.${verb}`),
  );
}
