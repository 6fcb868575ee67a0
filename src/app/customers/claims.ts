import {
  type Alias,
  type EntryId,
  fail,
  type Instant,
  isUuidv7,
  ok,
  type Result,
} from '../../kernel/index.ts';
import {
  type Claim,
  type DecideClaimOptions,
  decideClaimOptions,
  idInput,
  type KeyOnly,
  keyOnly,
  type ListClaimsQuery,
  listClaimsQuery,
  validate,
} from '../../model/index.ts';
import {
  approverAtLevel,
  approverFor,
  type ClaimRefusal,
  decideClaim,
  decideWithdraw,
} from '../../ownership/index.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import { decodeCursor, encodeCursor, PAGE_SIZE, type Page } from '../commit/pages.ts';
import { AFTER_ALL, under } from '../commit/read-range.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type Desk, look, perform } from '../desk.ts';

/** A claim as those who made or may decide it see it. */
export interface ClaimView {
  readonly id: string;
  /** The host's id of the customer. */
  readonly customer: string;
  readonly claimant: string;
  readonly status: Claim['status'];
  readonly submittedAt: Instant;
  /** Who is asked at present; `null` when only administrators are left. */
  readonly waitsFor: string | null;
  readonly level: number;
  readonly decidedAt: Instant | null;
  readonly decidedBy: string | null;
  /** The policy it was made under: number and hash. */
  readonly policy: string;
}

/** A decided claim. */
export interface ClaimReceipt extends Receipt {
  readonly claim: string;
  readonly status: 'approved' | 'rejected' | 'withdrawn';
}

/** What became of a claim that was to be decided. */
export type DecidedClaim = Promise<Result<ClaimReceipt, ClaimRefusal | ShellRefusal>>;

/** Requests to own a customer. Entry is a claim; approval is ownership. */
export interface ClaimsArea {
  /** Makes the claimant owner. For someone on the claimant's manager chain, or with `claims.decide`. */
  approve(id: string, options?: DecideClaimOptions): DecidedClaim;
  /** Refuses the claim; the customer may be registered anew. */
  reject(id: string, options?: DecideClaimOptions): DecidedClaim;
  /** Takes one's own claim back. */
  withdraw(id: string, options?: KeyOnly): DecidedClaim;
  /** One claim. Absent and invisible are both `not-found`. */
  get(id: string): Promise<Result<ClaimView, { readonly code: 'not-found' } | ShellRefusal>>;
  /** Claims that wait for somebody like the caller; with `mine`, the caller's own. */
  list(query?: ListClaimsQuery): Promise<Result<Page<ClaimView>, ShellRefusal>>;
}

/** The claims area at a desk. */
export function createClaims(desk: Desk): ClaimsArea {
  const decided = (
    id: string,
    status: ClaimReceipt['status'],
    { reason, idempotencyKey }: { reason?: string | undefined; idempotencyKey?: string | undefined },
  ): DecidedClaim => {
    const claimId = validate(idInput, id, 'id');
    let about: readonly Alias[] = [];
    return perform(desk, {
      attempt:
        status === 'approved' ? 'approve-claim' : status === 'rejected' ? 'reject-claim' : 'withdraw-claim',
      idempotencyKey,
      arguments: { claim: claimId, reason: reason ?? null },
      subjects: () => about,
      async decide(transaction) {
        const claim = await loadClaim(transaction, claimId);
        const { actor, company } = transaction;
        about = claim === null ? [] : [claim.customer, claim.claimant];
        const decision =
          status === 'withdrawn'
            ? decideWithdraw(claim, actor)
            : decideClaim(
                status === 'approved' ? 'approve' : 'reject',
                claim,
                actor,
                company.org,
                reason ?? null,
              );
        if (!decision.ok) return decision;
        const { claimant } = claim as Claim;
        if (status === 'approved') transaction.bound('holdings', claimant, company.policy.ownership.maxHeld);
        transaction.record({ ...decision.value.event, onBehalfOf: decision.value.onBehalfOf });
        return ok(null);
      },
      answer: (written) => ({ claim: claimId, status, ...receiptOf(written) }),
    });
  };
  return {
    approve: async (id, options = {}) =>
      decided(id, 'approved', validate(decideClaimOptions, options, 'options')),
    reject: async (id, options = {}) =>
      decided(id, 'rejected', validate(decideClaimOptions, options, 'options')),
    withdraw: async (id, options = {}) => decided(id, 'withdrawn', validate(keyOnly, options, 'options')),
    async get(id) {
      const claimId = validate(idInput, id, 'id');
      return look(desk, 'view-claim', async (transaction, about) => {
        const claim = await loadClaim(transaction, claimId);
        if (claim === null || !seesClaim(transaction, claim)) return fail({ code: 'not-found' });
        about(claim.customer, claim.claimant);
        return ok(viewClaim(transaction, claim));
      });
    },
    async list(input = {}) {
      const query = validate(listClaimsQuery, input, 'query');
      return look(desk, 'list-claims', (transaction) => listClaims(transaction, query));
    },
  };
}

/** Open claims that the caller may decide, oldest first; or all the caller ever made. */
async function listClaims(
  transaction: Transaction,
  query: {
    readonly mine?: boolean | undefined;
    readonly limit?: number | undefined;
    readonly after?: string | null | undefined;
  },
): Promise<Result<Page<ClaimView>, never>> {
  const { session, actor } = transaction;
  const size = query.limit ?? PAGE_SIZE;
  let { after } = decodeCursor(query.after);
  const self = actor.employee?.alias;
  if (query.mine === true && self === undefined) return ok({ items: [], next: null });
  const bounds =
    query.mine === true
      ? { index: 'claims-of', ...under(self as string) }
      : { index: 'claims-open', from: '!', to: AFTER_ALL };
  const items: ClaimView[] = [];
  for (;;) {
    const [hits] = await session.store.find(session.tenant, {
      want: 'refs',
      ranges: [{ ...bounds, limit: 200, after, descending: false }],
    });
    if (hits === undefined || hits.length === 0) return ok({ items, next: null });
    await transaction.peek(...hits.map(({ ref }) => ['claim', ref.id] as const));
    const claims = hits.map(({ ref }) => transaction.get('claim', ref.id));
    await transaction.peek(
      ...claims.flatMap((claim) => (claim === null ? [] : [['customer', claim.customer] as const])),
    );
    for (const [at, claim] of claims.entries()) {
      const hit = hits[at] as (typeof hits)[number];
      after = { key: hit.key, ref: hit.ref };
      if (claim === null || !(query.mine === true || mayDecide(transaction, claim))) continue;
      items.push(viewClaim(transaction, claim));
      if (items.length === size) return ok({ items, next: encodeCursor({ range: 0, after, shown: 0 }) });
    }
  }
}

async function loadClaim(transaction: Transaction, id: string): Promise<Claim | null> {
  if (!isUuidv7(id)) return null;
  await transaction.load(['claim', id]);
  const claim = transaction.get('claim', id as EntryId);
  if (claim !== null) await transaction.load(['customer', claim.customer]);
  return claim;
}

function mayDecide({ actor, company }: Transaction, claim: Claim): boolean {
  return claim.status === 'submitted' && approverFor(claim, actor, company.org) !== 'nobody';
}

function seesClaim(transaction: Transaction, claim: Claim): boolean {
  const { actor, company } = transaction;
  return actor.employee?.alias === claim.claimant || approverFor(claim, actor, company.org) !== 'nobody';
}

function viewClaim(transaction: Transaction, claim: Claim): ClaimView {
  const { org } = transaction.company;
  return {
    id: claim.id,
    customer: transaction.get('customer', claim.customer)?.id ?? '',
    claimant: hostIdOf(org, claim.claimant) ?? '',
    status: claim.status,
    submittedAt: claim.submittedAt,
    waitsFor: claim.status === 'submitted' ? (approverAtLevel(claim, org)?.id ?? null) : null,
    level: claim.level,
    decidedAt: claim.decidedAt,
    decidedBy: hostIdOf(org, claim.decidedBy),
    policy: claim.policy,
  };
}
