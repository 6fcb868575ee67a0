/** Floor 5: the imperative shell: read, decide, commit, publish. No rule of its own. */
export type { Batch, BatchItem } from './batch.ts';
export {
  type ActorIdentity,
  checkCaller,
  type NoDelegation,
  type Rights,
  type UnknownActor,
} from './caller.ts';
export type { StoreResolver } from './checked-store.ts';
export {
  type ClaimReceipt,
  type ClaimsArea,
  type ClaimView,
  createClaims,
  type DecidedClaim,
} from './claims.ts';
export type { HistoryEntry } from './customer-history.ts';
export type { CustomerView } from './customer-view.ts';
export {
  type CustomersArea,
  createCustomers,
  type NotFound,
  type NotPermittedToSee,
  type Registration,
} from './customers.ts';
export type { Desk } from './desk.ts';
export type { DueCustomer } from './due-customers.ts';
export { createEmitter, type IntegrityAlarm, type LedgerEvent } from './emitter.ts';
export type { ShellRefusal } from './execute.ts';
export { explain, type Locale, REFUSAL_CODES } from './explain.ts';
export type { ExportReport, ExportSink } from './export-ledger.ts';
export {
  createFollowUps,
  type FollowUpReceipt,
  type FollowUpsArea,
  type FollowUpView,
} from './follow-ups.ts';
export {
  type CheckpointView,
  createLedger,
  type EntriesPage,
  type EntryView,
  type LedgerArea,
  type LedgerRefusal,
} from './ledger.ts';
export type { ListRefusal } from './list-customers.ts';
export { createOrders, type Money, type OrderReceipt, type OrdersArea, type OrderView } from './orders.ts';
export {
  type CustomerResult,
  type CustomersMoved,
  createOwnership,
  type OwnerAt,
  type OwnershipArea,
} from './ownership.ts';
export type { Page } from './pages.ts';
export { createPeople, type EmployeeView, type PeopleArea, type PersonReceipt } from './people.ts';
export { type AdoptReceipt, createPolicies, type PoliciesArea, type PolicyInForce } from './policies.ts';
export { createPrivacy, type ErasureReceipt, type PrivacyArea } from './privacy.ts';
export type { RebuildReport } from './rebuild.ts';
export type { Receipt } from './receipts.ts';
export type { SweepReport } from './sweep.ts';
export type { TeamMember } from './team.ts';
export { createTenants } from './tenants.ts';
export type { VerifyFinding, VerifyReport } from './verify.ts';
