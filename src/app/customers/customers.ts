import { type Alias, aliasOf, fail, type JsonValue, ok, type Result } from '../../kernel/index.ts';
import {
  type DeleteOptions,
  type ExportCustomersQuery,
  idInput,
  type KeyOnly,
  type ListCustomersQuery,
  listCustomersQuery,
  type ProfileSchema,
  type RegisterOptions,
  registerOptions,
  validate,
} from '../../model/index.ts';
import {
  type ClaimRefusal,
  type CustomerRefusal,
  decideRegister,
  isRegistered,
  isRestorable,
  type RestoreRefusal,
} from '../../ownership/index.ts';
import { keyRef } from '../commit/disclosures.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import { type Page, walkPages } from '../commit/pages.ts';
import { recordList, recordRead } from '../commit/reads.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import { aliasRef } from '../commit/subjects.ts';
import { type Desk, look, perform } from '../desk.ts';
import type { GuardRefusal } from '../guard/pass-guard.ts';
import { loadCustomer } from './customer-context.ts';
import { type HistoryEntry, readHistory } from './customer-history.ts';
import type { CustomerView } from './customer-view.ts';
import { type CustomersDeleted, deleteCustomers, restoreCustomer } from './delete-customers.ts';
import { type CustomerExport, type ExportRefusal, exportCustomers } from './export-customers.ts';
import { type ListRefusal, listCustomers } from './list-customers.ts';
import { foreseeReveal, guardReveal, revealing, viewGuarded, withoutContacts } from './reveal.ts';
import { heldByHost, updateCustomer } from './update-customer.ts';

/** A customer that was registered, and the claim that waits. */
export interface Registration extends Receipt {
  /** The host's id of the customer, or the one that was made. */
  readonly customer: string;
  readonly claim: string;
}

/** Customers: their profiles, masked for whoever asks. */
export interface CustomersArea<Profile, Patch, Schema extends ProfileSchema> {
  /** Registers a customer: a claim, which waits for a supervisor. */
  register(
    profile: Profile,
    options?: RegisterOptions,
  ): Promise<Result<Registration, ClaimRefusal | ShellRefusal>>;
  /** One customer. What is seen of guarded fields is on record before it is answered. */
  get(id: string): Promise<Result<CustomerView<Schema>, NotFound | ShellRefusal>>;
  /** Customers in scope, a page at a time; the page is one entry. */
  list(query?: ListCustomersQuery): Promise<Result<Page<CustomerView<Schema>>, ListRefusal | ShellRefusal>>;
  /** All of them, page after page; throws on a refusal. */
  all(query?: ListCustomersQuery): AsyncGenerator<CustomerView<Schema>>;
  /** Changes fields; `null` clears an optional one. A masked field cannot be overwritten. */
  update(
    id: string,
    patch: Patch,
    options?: KeyOnly,
  ): Promise<Result<Receipt & { readonly customer: string }, CustomerRefusal | GuardRefusal | ShellRefusal>>;
  /**
   * Deletes up to 200 customers: restorable, and their history stays. The guard looks at all of them
   * together; `held` means that nothing is deleted until another person agrees.
   */
  delete(ids: string | readonly string[], options: DeleteOptions): CustomersDeleted;
  /**
   * Exports customers as CSV or JSON, with a watermark in every row and no formula in any cell. On record with
   * the ids it holds, and sealed, before the first row; decided again every 200 rows.
   */
  export(query: ExportCustomersQuery): Promise<Result<CustomerExport, ExportRefusal | ShellRefusal>>;
  /** Brings a deleted customer back, within the days that the policy allows. */
  restore(id: string, options?: KeyOnly): Promise<Result<Receipt, RestoreRefusal | ShellRefusal>>;
  /** What happened to a customer, newest last, with the values the caller may see. */
  history(id: string): Promise<Result<readonly HistoryEntry[], NotFound | NotPermittedToSee | ShellRefusal>>;
}

/** Absent and invisible are the same answer. */
export type NotFound = { readonly code: 'not-found' };
/** Refused because the history is for those who work with the customer. */
export type NotPermittedToSee = { readonly code: 'not-permitted'; readonly needs: string };

/** The customers area at a desk. */
export function createCustomers<Profile, Patch, Schema extends ProfileSchema>(
  desk: Desk,
): CustomersArea<Profile, Patch, Schema> {
  const list: CustomersArea<Profile, Patch, Schema>['list'] = async (input = {}) => {
    const query = validate(listCustomersQuery, input, 'query') as Parameters<typeof listCustomers>[2];
    return look(desk, 'list-customers', async (transaction) => {
      foreseeReveal(transaction);
      const page = await listCustomers(transaction, desk.shape, query);
      if (!page.ok) return page;
      const withheld = await guardReveal(transaction, revealing(transaction, desk.shape, page.value.items));
      const items = page.value.items.map((item) =>
        withheld.customers.has(item.alias) ? withoutContacts(item, desk.shape, withheld.hold) : item,
      );
      const fields = [...new Set(items.flatMap(({ shown }) => shown))].sort();
      recordList(
        transaction,
        'customers-listed',
        page.value.items.map(({ alias }) => alias),
        { fields: fields.join(' '), scope: query.scope ?? null },
      );
      return ok({ items: items.map(({ view }) => view as CustomerView<Schema>), next: page.value.next });
    });
  };
  return {
    async register(input, options = {}) {
      const profile = desk.shape.parse(input);
      const { id, evidence, idempotencyKey } = validate(registerOptions, options, 'options');
      if (desk.shape.source !== null && id === undefined) throw heldByHost('name the customer: options.id');
      let about: readonly Alias[] = [];
      return perform(desk, {
        attempt: 'register-customer',
        idempotencyKey,
        arguments: { evidence: evidence ?? null, id: id ?? null, profile: profile as JsonValue },
        subjects: () => about,
        async decide(transaction) {
          const { session } = transaction;
          let alias: Alias = aliasOf('customer', session.platform.primitives.randomBytes(16));
          let known = false;
          transaction.foresee(keyRef(alias));
          if (id !== undefined) {
            const [mapping] = await transaction.loadRaw([aliasRef(session, 'customer', id)]);
            if (mapping != null) {
              alias = session.codec.decode<{ alias: Alias }>(mapping).alias;
              known = true;
              await transaction.load(['customer', alias], ['deletion', alias]);
              // Who deletes a customer does not register it anew past the deletion: it is restored, or gone for good.
              const deleted = transaction.get('deletion', alias);
              if (
                isRegistered(transaction.get('customer', alias)) ||
                isRestorable(deleted, transaction.company.policy, transaction.now)
              ) {
                about = [alias];
                return fail({ code: 'already-registered' });
              }
            }
          }
          const decision = decideRegister(transaction.actor, {
            customer: alias,
            id: id ?? '',
            profile: desk.shape.source === null ? profile : {},
            evidence: evidence ?? null,
          });
          if (!decision.ok) return decision;
          // Without an id of the host's, the customer is called like the claim that brought it.
          const entry = transaction.recordWith((entryId) =>
            withId(decision.value.event, alias, id ?? entryId),
          );
          if (!known)
            transaction.write(
              session.codec.encode(aliasRef(session, 'customer', id ?? entry), entry, { alias }, []),
            );
          return ok(null);
        },
        answer: (written) => {
          const receipt = receiptOf(written);
          return { ...receipt, claim: receipt.entry, customer: id ?? receipt.entry };
        },
      });
    },
    async get(id) {
      const hostId = validate(idInput, id, 'id');
      return look(desk, 'view-customer', async (transaction, about) => {
        foreseeReveal(transaction);
        const loaded = await loadCustomer(transaction, hostId);
        const { customer } = loaded;
        if (customer === null) return fail({ code: 'not-found' });
        about(customer.alias);
        const { view, shown } = await viewGuarded(transaction, desk.shape, { ...loaded, customer });
        const onBehalfOf = loaded.standing.capacity?.alias ?? null;
        await recordRead(
          transaction,
          'customer-viewed',
          customer.alias,
          onBehalfOf === transaction.actor.party ? null : onBehalfOf,
          shown,
        );
        return ok(view as CustomerView<Schema>);
      });
    },
    list,
    all: (query = {}) => walkPages((after) => list({ ...query, after })),
    update: (id, patch, options = {}) => updateCustomer(desk, id, patch, options),
    delete: (ids, options) => deleteCustomers(desk, ids, options),
    export: (query) => exportCustomers(desk, query),
    restore: (id, options = {}) => restoreCustomer(desk, id, options),
    async history(id) {
      const hostId = validate(idInput, id, 'id');
      const session = await desk.open();
      await desk.seal(session);
      return look(desk, 'read-history', (transaction, about) =>
        readHistory(transaction, desk.shape, hostId, about),
      );
    },
  };
}

function withId<Event extends { readonly disclosures?: object }>(
  event: Event,
  subject: Alias,
  id: string,
): Event {
  return { ...event, disclosures: { ...event.disclosures, id: { subject, value: id } } };
}
