/** Floor 5: the imperative shell: read, decide, commit, publish. No rule of its own. */
export type { AlertView } from './alerts/alert-view.ts';
export type { AlertDetails, AlertReceipt, AlertsArea, DecidedAlert, UnmaskReceipt } from './alerts/alerts.ts';
export { type Areas, areasAt } from './areas.ts';
export { checkNames, checkReceivers } from './checked/check-ports.ts';
export { checkedKeyStore, checkedSigner } from './checked/checked-keys.ts';
export type { StoreResolver } from './checked/checked-store.ts';
export { checkedTransfer } from './checked/checked-transfer.ts';
export type { Batch, BatchItem } from './commit/batch.ts';
export {
  type ActorIdentity,
  checkCaller,
  checkTenantId,
  type NoDelegation,
  type Rights,
  type UnknownActor,
} from './commit/caller.ts';
export type { ShellRefusal, TenantSuspended } from './commit/execute.ts';
export type { Page } from './commit/pages.ts';
export type { Receipt } from './commit/receipts.ts';
export type {
  ClaimReceipt,
  ClaimsArea,
  ClaimView,
  DecidedClaim,
} from './customers/claims.ts';
export type { HistoryEntry } from './customers/customer-history.ts';
export type { CustomerView } from './customers/customer-view.ts';
export type {
  CustomersArea,
  NotFound,
  NotPermittedToSee,
  Registration,
} from './customers/customers.ts';
export type { CustomersDeleted } from './customers/delete-customers.ts';
export type { CustomerExport, ExportRefusal } from './customers/export-customers.ts';
export type { ListRefusal } from './customers/list-customers.ts';
export type {
  CustomerResult,
  CustomersMoved,
  OwnerAt,
  OwnershipArea,
} from './customers/ownership.ts';
export type { DeadLettersRetried, DeadLetterView } from './delivery/dead-letters.ts';
export { createDeliveries } from './delivery/deliveries.ts';
export type { DeliveryStatus } from './delivery/delivery-status.ts';
export { createEmitter, type IntegrityAlarm, type LedgerEvent } from './delivery/emitter.ts';
export type { Desk, StepUp, StepUpRequest } from './desk.ts';
export type { DueCustomer } from './followups/due-customers.ts';
export type {
  FollowUpReceipt,
  FollowUpsArea,
  FollowUpView,
} from './followups/follow-ups.ts';
export type { Money, OrderReceipt, OrdersArea, OrderView } from './followups/orders.ts';
export type { TeamMember } from './followups/team.ts';
export type {
  CompleteRefusal,
  DryRun,
  GuardAnswer,
  GuardArea,
  HostRow,
  RequestRefusal,
} from './guard/guard.ts';
export type { MaskedRow } from './guard/guard-rows.ts';
export type { DecidedHold, HoldsArea, HoldView } from './guard/holds.ts';
export type { GuardRefusal } from './guard/pass-guard.ts';
export type { SqlCondition, VisibleFilter } from './guard/visible.ts';
export type { Certificate } from './handovers/handover-certificate.ts';
export type { HandoverItemView } from './handovers/handover-item-view.ts';
export type { ItemResult, ItemsResult } from './handovers/handover-items.ts';
export type { HandoverReceipt, HandoverSummary } from './handovers/handover-reading.ts';
export type { CoverageReport, SignReceipt } from './handovers/handover-signing.ts';
export type { HandoverView } from './handovers/handover-view.ts';
export type { WatchedCustomer } from './handovers/handover-watching.ts';
export type { HandoversArea, OpenedReceipt } from './handovers/handovers.ts';
export type { ExportReport, ExportSink } from './ledger/export-ledger.ts';
export type {
  CheckpointView,
  EntriesPage,
  EntryView,
  LedgerArea,
  LedgerRefusal,
} from './ledger/ledger.ts';
export type { RebuildReport } from './ledger/rebuild.ts';
export type { VerifyFinding, VerifyReport } from './ledger/verify.ts';
export type {
  AlarmSeen,
  Answering,
  DeliveryHealth,
  Health,
  HealthOptions,
  HealthReason,
  HealthStatus,
  TenantHealth,
  TenantWork,
  UnsealedWork,
} from './observe/health.ts';
export { LOG_EVENTS, type LogEvent } from './observe/log-observer.ts';
export { createWatching } from './observe/watching.ts';
export type { EmployeeView } from './people/employee-view.ts';
export type {
  ChangeReceipt,
  LeavingReceipt,
  PeopleArea,
  PersonChanged,
  PersonLeaves,
  PersonReceipt,
} from './people/people.ts';
export type { AdoptReceipt, PoliciesArea, PolicyInForce } from './policies/policies.ts';
export type { RehearsalResult } from './policies/rehearsal.ts';
export type { RehearsalNotes, RehearsedDifference } from './policies/rehearsal-notes.ts';
export type { Rehearsal, RehearsalRefusal } from './policies/rehearse-policy.ts';
export type {
  AnswerReceipt,
  ContestDetails,
  ContestsArea,
  ContestView,
  WithholdReceipt,
} from './privacy/contests.ts';
export type { ContestReceipt, MeArea, NoticeRefusal } from './privacy/me.ts';
export type { PartyRole } from './privacy/my-entries.ts';
export type { MyNotice } from './privacy/my-notices.ts';
export type { KeptKind, MyEntry, MyRecord, Stricter } from './privacy/my-record.ts';
export type { ErasureReceipt, PrivacyArea } from './privacy/privacy.ts';
export type { HandoverCompleteness } from './reports/report-completeness.ts';
export type { ChurnReport, CompletenessReport, ReportsArea } from './reports/reports.ts';
export { tenantCareAt } from './tenants/care-on-demand.ts';
export type { DeletedTenant, DeleteTenantRefusal } from './tenants/delete-tenant.ts';
export type { TenantExportOptions } from './tenants/export-tenant.ts';
export { createOperations, type DeliveriesArea } from './tenants/operate.ts';
export type { ArchiveFinding } from './tenants/read-archive.ts';
export type { TenantRestored, TenantRestoreOptions, TenantRestoreRefusal } from './tenants/restore-tenant.ts';
export type { TenantCare } from './tenants/tenant-care.ts';
export type { TenantUsage } from './tenants/tenant-usage.ts';
export { createTenants } from './tenants/tenants.ts';
export { explain, type Locale, REFUSAL_CODES } from './words/explain.ts';
export type { HealthCode } from './words/health-sentences.ts';
export type { SweepReport } from './workers/sweep-report.ts';
export type { TenantList, Worker, WorkOptions } from './workers/worker.ts';
