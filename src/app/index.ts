/** Floor 5: the imperative shell: read, decide, commit, publish. No rule of its own. */
export type { AlertView } from './alert-view.ts';
export type { AlertDetails, AlertReceipt, AlertsArea, DecidedAlert, UnmaskReceipt } from './alerts.ts';
export { type Areas, areasAt } from './areas.ts';
export type { Batch, BatchItem } from './batch.ts';
export {
  type ActorIdentity,
  checkCaller,
  type NoDelegation,
  type Rights,
  type UnknownActor,
} from './caller.ts';
export { tenantCareAt } from './care-on-demand.ts';
export { checkNames, checkReceivers } from './check-ports.ts';
export { checkedKeyStore, checkedSigner } from './checked-keys.ts';
export type { StoreResolver } from './checked-store.ts';
export { checkedTransfer } from './checked-transfer.ts';
export type {
  ClaimReceipt,
  ClaimsArea,
  ClaimView,
  DecidedClaim,
} from './claims.ts';
export type {
  AnswerReceipt,
  ContestDetails,
  ContestsArea,
  ContestView,
  WithholdReceipt,
} from './contests.ts';
export type { HistoryEntry } from './customer-history.ts';
export type { CustomerView } from './customer-view.ts';
export type {
  CustomersArea,
  NotFound,
  NotPermittedToSee,
  Registration,
} from './customers.ts';
export type { DeadLettersRetried, DeadLetterView } from './dead-letters.ts';
export type { CustomersDeleted } from './delete-customers.ts';
export type { DeletedTenant, DeleteTenantRefusal } from './delete-tenant.ts';
export { createDeliveries } from './deliveries.ts';
export type { DeliveryStatus } from './delivery-status.ts';
export type { Desk, StepUp, StepUpRequest } from './desk.ts';
export type { DueCustomer } from './due-customers.ts';
export { createEmitter, type IntegrityAlarm, type LedgerEvent } from './emitter.ts';
export type { EmployeeView } from './employee-view.ts';
export type { ShellRefusal, TenantSuspended } from './execute.ts';
export { explain, type Locale, REFUSAL_CODES } from './explain.ts';
export type { CustomerExport, ExportRefusal } from './export-customers.ts';
export type { ExportReport, ExportSink } from './export-ledger.ts';
export type { TenantExportOptions } from './export-tenant.ts';
export type {
  FollowUpReceipt,
  FollowUpsArea,
  FollowUpView,
} from './follow-ups.ts';
export type { CompleteRefusal, DryRun, GuardAnswer, GuardArea, HostRow, RequestRefusal } from './guard.ts';
export type { MaskedRow } from './guard-rows.ts';
export type { Certificate } from './handover-certificate.ts';
export type { HandoverItemView } from './handover-item-view.ts';
export type { ItemResult, ItemsResult } from './handover-items.ts';
export type { HandoverReceipt, HandoverSummary } from './handover-reading.ts';
export type { CoverageReport, SignReceipt } from './handover-signing.ts';
export type { HandoverView } from './handover-view.ts';
export type { WatchedCustomer } from './handover-watching.ts';
export type { HandoversArea, OpenedReceipt } from './handovers.ts';
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
} from './health.ts';
export type { HealthCode } from './health-sentences.ts';
export type { DecidedHold, HoldsArea, HoldView } from './holds.ts';
export type {
  CheckpointView,
  EntriesPage,
  EntryView,
  LedgerArea,
  LedgerRefusal,
} from './ledger.ts';
export type { ListRefusal } from './list-customers.ts';
export { LOG_EVENTS, type LogEvent } from './log-observer.ts';
export type { ContestReceipt, MeArea, NoticeRefusal } from './me.ts';
export type { PartyRole } from './my-entries.ts';
export type { MyNotice } from './my-notices.ts';
export type { KeptKind, MyEntry, MyRecord, Stricter } from './my-record.ts';
export { createOperations, type DeliveriesArea } from './operate.ts';
export type { Money, OrderReceipt, OrdersArea, OrderView } from './orders.ts';
export type {
  CustomerResult,
  CustomersMoved,
  OwnerAt,
  OwnershipArea,
} from './ownership.ts';
export type { Page } from './pages.ts';
export type { GuardRefusal } from './pass-guard.ts';
export type {
  ChangeReceipt,
  LeavingReceipt,
  PeopleArea,
  PersonChanged,
  PersonLeaves,
  PersonReceipt,
} from './people.ts';
export type { AdoptReceipt, PoliciesArea, PolicyInForce } from './policies.ts';
export type { ErasureReceipt, PrivacyArea } from './privacy.ts';
export type { ArchiveFinding } from './read-archive.ts';
export type { RebuildReport } from './rebuild.ts';
export type { Receipt } from './receipts.ts';
export type { RehearsalResult } from './rehearsal.ts';
export type { RehearsalNotes, RehearsedDifference } from './rehearsal-notes.ts';
export type { Rehearsal, RehearsalRefusal } from './rehearse-policy.ts';
export type { HandoverCompleteness } from './report-completeness.ts';
export type { ChurnReport, CompletenessReport, ReportsArea } from './reports.ts';
export type { TenantRestored, TenantRestoreOptions, TenantRestoreRefusal } from './restore-tenant.ts';
export type { SweepReport } from './sweep-report.ts';
export type { TeamMember } from './team.ts';
export type { TenantCare } from './tenant-care.ts';
export type { TenantUsage } from './tenant-usage.ts';
export { createTenants } from './tenants.ts';
export type { VerifyFinding, VerifyReport } from './verify.ts';
export type { SqlCondition, VisibleFilter } from './visible.ts';
export { createWatching } from './watching.ts';
export type { TenantList, Worker, WorkOptions } from './worker.ts';
