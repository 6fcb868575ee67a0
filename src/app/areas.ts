import type { ProfileInput, ProfilePatch, ProfileSchema } from '../model/index.ts';
import type { AlertsArea } from './alerts/alerts.ts';
import type { ClaimsArea } from './customers/claims.ts';
import type { CustomersArea } from './customers/customers.ts';
import type { OwnershipArea } from './customers/ownership.ts';
import type { Desk } from './desk.ts';
import type { FollowUpsArea } from './followups/follow-ups.ts';
import type { OrdersArea } from './followups/orders.ts';
import type { GuardArea } from './guard/guard.ts';
import type { HoldsArea } from './guard/holds.ts';
import type { HandoversArea } from './handovers/handovers.ts';
import type { ExportSink } from './ledger/export-ledger.ts';
import type { LedgerArea } from './ledger/ledger.ts';
import { onDemand } from './on-demand.ts';
import type { PeopleArea } from './people/people.ts';
import type { PoliciesArea } from './policies/policies.ts';
import type { ContestsArea } from './privacy/contests.ts';
import type { MeArea } from './privacy/me.ts';
import type { PrivacyArea } from './privacy/privacy.ts';
import type { ReportsArea } from './reports/reports.ts';

/** Everything on behalf of one authenticated person or service. Cheap; holds nothing. */
export interface Areas<Schema extends ProfileSchema> {
  readonly people: PeopleArea;
  readonly customers: CustomersArea<ProfileInput<Schema>, ProfilePatch<Schema>, Schema>;
  readonly claims: ClaimsArea;
  readonly ownership: OwnershipArea;
  readonly followUps: FollowUpsArea;
  readonly orders: OrdersArea;
  readonly handovers: HandoversArea;
  readonly alerts: AlertsArea;
  readonly policies: PoliciesArea;
  readonly privacy: PrivacyArea;
  readonly ledger: LedgerArea;
  readonly holds: HoldsArea;
  readonly guard: GuardArea;
  readonly me: MeArea;
  readonly contests: ContestsArea;
  readonly reports: ReportsArea;
}

/** The areas at a desk, each loaded when it is first used. */
export function areasAt<Schema extends ProfileSchema>(
  desk: Desk,
  sinkAt: (directory: string) => ExportSink,
): Areas<Schema> {
  const made: { -readonly [Area in keyof Areas<Schema>]?: Areas<Schema>[Area] } = {};
  return {
    get people() {
      made.people ??= onDemand<PeopleArea>(
        desk,
        async () => (await import('./people/people.ts')).createPeople,
        {
          hire: 'once',
          update: 'once',
          delegate: 'once',
          giveNotice: 'once',
          withdrawNotice: 'once',
          depart: 'once',
          noShow: 'once',
          get: 'once',
          list: 'once',
          all: 'pages',
        },
      );
      return made.people;
    },
    get customers() {
      made.customers ??= onDemand<Areas<Schema>['customers']>(
        desk,
        async () => (await import('./customers/customers.ts')).createCustomers,
        {
          register: 'once',
          get: 'once',
          list: 'once',
          all: 'pages',
          update: 'once',
          delete: 'once',
          export: 'once',
          restore: 'once',
          history: 'once',
        },
      );
      return made.customers;
    },
    get claims() {
      made.claims ??= onDemand<ClaimsArea>(
        desk,
        async () => (await import('./customers/claims.ts')).createClaims,
        {
          approve: 'once',
          reject: 'once',
          withdraw: 'once',
          get: 'once',
          list: 'once',
        },
      );
      return made.claims;
    },
    get ownership() {
      made.ownership ??= onDemand<OwnershipArea>(
        desk,
        async () => (await import('./customers/ownership.ts')).createOwnership,
        {
          transfer: 'once',
          release: 'once',
          share: 'once',
          at: 'once',
        },
      );
      return made.ownership;
    },
    get followUps() {
      made.followUps ??= onDemand<FollowUpsArea>(
        desk,
        async () => (await import('./followups/follow-ups.ts')).createFollowUps,
        {
          record: 'once',
          list: 'once',
          due: 'once',
          team: 'once',
        },
      );
      return made.followUps;
    },
    get orders() {
      made.orders ??= onDemand<OrdersArea>(
        desk,
        async () => (await import('./followups/orders.ts')).createOrders,
        {
          record: 'once',
          list: 'once',
        },
      );
      return made.orders;
    },
    get handovers() {
      made.handovers ??= onDemand<HandoversArea>(
        desk,
        async () => (await import('./handovers/handovers.ts')).createHandovers,
        {
          open: 'once',
          get: 'once',
          list: 'once',
          report: 'once',
          prepare: 'once',
          offer: 'once',
          accept: 'once',
          complete: 'once',
          return: 'once',
          waive: 'once',
          comment: 'once',
          sign: 'once',
          forceExit: 'once',
          coverage: 'once',
          certificate: 'once',
          receipt: 'once',
          watch: 'once',
          reportRefusal: 'once',
        },
      );
      return made.handovers;
    },
    get alerts() {
      made.alerts ??= onDemand<AlertsArea>(
        desk,
        async () => (await import('./alerts/alerts.ts')).createAlerts,
        {
          list: 'once',
          all: 'pages',
          get: 'once',
          acknowledge: 'once',
          dismiss: 'once',
          confirm: 'once',
          resolve: 'once',
          unmask: 'once',
        },
      );
      return made.alerts;
    },
    get policies() {
      made.policies ??= onDemand<PoliciesArea>(
        desk,
        async () => (await import('./policies/policies.ts')).createPolicies,
        {
          adopt: 'once',
          rehearse: 'once',
          current: 'once',
        },
      );
      return made.policies;
    },
    get privacy() {
      made.privacy ??= onDemand<PrivacyArea>(
        desk,
        async () => (await import('./privacy/privacy.ts')).createPrivacy,
        {
          erase: 'once',
        },
      );
      return made.privacy;
    },
    get ledger() {
      made.ledger ??= onDemand<LedgerArea>(
        desk,
        async () => {
          const { createLedger } = await import('./ledger/ledger.ts');
          return (at) => createLedger(at, sinkAt);
        },
        { entries: 'once', checkpoint: 'once', prove: 'once', export: 'once' },
      );
      return made.ledger;
    },
    get guard() {
      made.guard ??= onDemand<GuardArea>(desk, async () => (await import('./guard/guard.ts')).createGuard, {
        request: 'once',
        complete: 'once',
        mask: 'once',
        visible: 'once',
        decide: 'once',
      });
      return made.guard;
    },
    get holds() {
      made.holds ??= onDemand<HoldsArea>(desk, async () => (await import('./guard/holds.ts')).createHolds, {
        list: 'once',
        all: 'pages',
        get: 'once',
        release: 'once',
        deny: 'once',
      });
      return made.holds;
    },
    get me() {
      made.me ??= onDemand<MeArea>(desk, async () => (await import('./privacy/me.ts')).createMe, {
        record: 'once',
        notices: 'once',
        acknowledge: 'once',
        contest: 'once',
      });
      return made.me;
    },
    get contests() {
      made.contests ??= onDemand<ContestsArea>(
        desk,
        async () => (await import('./privacy/contests.ts')).createContests,
        { list: 'once', get: 'once', answer: 'once', withhold: 'once' },
      );
      return made.contests;
    },
    get reports() {
      made.reports ??= onDemand<ReportsArea>(
        desk,
        async () => (await import('./reports/reports.ts')).createReports,
        {
          handoverCompleteness: 'once',
          leaverChurn: 'once',
        },
      );
      return made.reports;
    },
  };
}
