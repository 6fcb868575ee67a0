import { type Alias, fail, type Instant, type LocalDate, ok, type Result } from '../../kernel/index.ts';
import {
  hostIds,
  idInput,
  instantInput,
  type ReleaseOptions,
  releaseOptions,
  type ShareOptions,
  shareOptions,
  type TransferOptions,
  transferOptions,
  validate,
} from '../../model/index.ts';
import {
  type CustomerRefusal,
  type Decided,
  decideRelease,
  decideShare,
  decideTransfer,
  MAIN_POOL,
  type OwnershipAt,
  ownershipBy,
} from '../../ownership/index.ts';
import { type Batch, eachOf, itemKey } from '../commit/batch.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type Desk, look, perform } from '../desk.ts';
import { type Bulk, foreseeOne, passBulk, passOne, wholeAnswer } from '../guard/pass-bulk.ts';
import type { GuardRefusal } from '../guard/pass-guard.ts';
import { aboutOf, type LoadedCustomer, loadCustomer } from './customer-context.ts';
import { entriesAbout } from './customer-history.ts';

/** Who held a customer at a moment, by the host's ids. */
export interface OwnerAt {
  readonly owner: string | null;
  readonly pool: string | null;
  readonly since: Instant;
  /** The entry that made it so. */
  readonly entry: string;
}

/** What became of one customer. */
export type CustomerResult = Result<Receipt, CustomerRefusal | GuardRefusal | ShellRefusal>;
/** What became of each of many customers; or that the guard let none of it pass. */
export type CustomersMoved = Promise<
  Result<Batch<Receipt, CustomerRefusal | ShellRefusal>, GuardRefusal | ShellRefusal>
>;

/** Who owns what, and every way that changes. */
export interface OwnershipArea {
  /** Moves up to 200 customers to one employee, each by itself. For supervisors of the owner, or `ownership.transfer`. */
  transfer(customers: string | readonly string[], options: TransferOptions): CustomersMoved;
  /** Gives up to 200 customers back to a pool, each by itself. For the owner or a supervisor. */
  release(customers: string | readonly string[], options: ReleaseOptions): CustomersMoved;
  /** Lets somebody work on a customer until a day; `access: 'none'` ends it. For the owner or a supervisor. */
  share(customer: string, options: ShareOptions): Promise<CustomerResult>;
  /** Who held a customer at a moment, from the ledger; `null` before it was registered. */
  at(
    customer: string,
    instant: string,
  ): Promise<Result<OwnerAt | null, { readonly code: 'not-found' } | ShellRefusal>>;
}

/** The ownership area at a desk. */
export function createOwnership(desk: Desk): OwnershipArea {
  return {
    async transfer(customers, options) {
      const ids = validate(hostIds, typeof customers === 'string' ? [customers] : customers, 'customers');
      const { to, reason, idempotencyKey } = validate(transferOptions, options, 'options');
      const bulk: Bulk = {
        attempt: 'transfer-customers',
        idempotencyKey,
        operation: 'transfer',
        ids,
        payload: { to },
        request: { reason, to },
        may: (loaded, { company }) =>
          decideTransfer(loaded, company.org.byId.get(to)?.alias ?? null, reason).ok,
        beneficiary: ({ company }) => company.org.byId.get(to)?.alias ?? null,
      };
      const passed = await passBulk(desk, bulk);
      if (!passed.ok) return passed;
      return wholeAnswer(
        await eachOf(ids, String, (id) =>
          change(
            passed.value,
            'transfer-customer',
            id,
            itemKey(idempotencyKey, id),
            { reason, to },
            (loaded, transaction) => {
              const receiver = transaction.company.org.byId.get(to)?.alias ?? null;
              if (receiver !== null) transaction.bound('holdings', receiver, loaded.policy.ownership.maxHeld);
              return decideTransfer(loaded, receiver, reason);
            },
            bulk,
          ),
        ),
      );
    },
    async release(customers, options) {
      const ids = validate(hostIds, typeof customers === 'string' ? [customers] : customers, 'customers');
      const { reason, pool = MAIN_POOL, idempotencyKey } = validate(releaseOptions, options, 'options');
      const bulk: Bulk = {
        attempt: 'release-customers',
        idempotencyKey,
        operation: 'transfer',
        ids,
        payload: { pool },
        request: { pool, reason },
        may: (loaded) => decideRelease(loaded, pool, reason).ok,
      };
      const passed = await passBulk(desk, bulk);
      if (!passed.ok) return passed;
      return wholeAnswer(
        await eachOf(ids, String, (id) =>
          change(
            passed.value,
            'release-customer',
            id,
            itemKey(idempotencyKey, id),
            { pool, reason },
            (loaded) => decideRelease(loaded, pool, reason),
            bulk,
          ),
        ),
      );
    },
    async share(customer, options) {
      const id = validate(idInput, customer, 'customer');
      const {
        access,
        idempotencyKey,
        untilOn = null,
        with: colleague,
      } = validate(shareOptions, options, 'options');
      return change(
        desk,
        'share-customer',
        id,
        idempotencyKey,
        { access, untilOn, with: colleague },
        (loaded, { company }) =>
          decideShare(loaded, {
            access: access === 'none' ? null : access,
            employee: company.org.byId.get(colleague)?.alias ?? null,
            untilOn: untilOn as LocalDate | null,
          }),
      );
    },
    async at(customer, instant) {
      const id = validate(idInput, customer, 'customer');
      const moment = validate(instantInput, instant, 'instant');
      await desk.seal(await desk.open());
      return look(desk, 'read-ownership', async (transaction, about) => {
        const loaded = await loadCustomer(transaction, id);
        about(...aboutOf(loaded));
        if (loaded.customer === null || loaded.standing.relation === 'other')
          return fail({ code: 'not-found' });
        const held = await ownershipAt(transaction, loaded.customer.alias, moment);
        if (held === null) return ok(null);
        const { entry, owner, pool, since } = held;
        return ok({ entry, owner: hostIdOf(transaction.company.org, owner), pool, since });
      });
    },
  };
}

/** A change of one customer: read, decided, recorded. */
function change(
  desk: Desk,
  attempt: string,
  id: string,
  idempotencyKey: string | undefined,
  facts: { readonly [name: string]: string | null },
  decide: (loaded: LoadedCustomer, transaction: Transaction) => Result<Decided, CustomerRefusal>,
  bulk: Bulk | null = null,
): Promise<CustomerResult> {
  let about: readonly Alias[] = [];
  return perform<Receipt, CustomerRefusal | GuardRefusal>(desk, {
    attempt,
    idempotencyKey,
    arguments: { ...facts, customer: id },
    subjects: () => about,
    foresee: (transaction) => foreseeOne(transaction, bulk, id),
    async decide(transaction) {
      const loaded = await loadCustomer(transaction, id);
      about = aboutOf(loaded);
      const decision = decide(loaded, transaction);
      if (!decision.ok) return decision;
      if (bulk !== null && loaded.customer !== null) {
        const passed = await passOne(transaction, bulk, loaded.customer.alias);
        if (!passed.ok) return passed;
      }
      transaction.record({ ...decision.value.event, onBehalfOf: decision.value.onBehalfOf });
      return decision;
    },
    answer: receiptOf,
  });
}

/** Who held a customer at a moment, from its entries; seal first. */
export async function ownershipAt(
  { session }: Transaction,
  customer: Alias,
  moment: Instant,
): Promise<OwnershipAt | null> {
  let held: OwnershipAt | null = null;
  for await (const { leaf } of entriesAbout(session, customer)) {
    if (leaf.outcome !== 'done' || leaf.at > moment) continue;
    held = ownershipBy(leaf as never) ?? held;
  }
  return held;
}
