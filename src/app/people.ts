import {
  decideDelegate,
  decideHire,
  decideUpdatePerson,
  type EmployeeFacts,
  type PeopleRefusal,
} from '../company/index.ts';
import type { HandoverRefusal } from '../handover/index.ts';
import { type Alias, aliasOf, fail, type Instant, type LocalDate, ok, type Result } from '../kernel/index.ts';
import {
  type DelegateInput,
  delegateInput,
  type Employee,
  type Episode,
  episodeId,
  episodeOf,
  type HireInput,
  hireInput,
  idInput,
  type KeyOnly,
  type NoticeInput,
  type NoticeKind,
  type OrgChart,
  type PageQuery,
  type PersonPatch,
  pageQuery,
  personPatch,
  supervises,
  validate,
} from '../model/index.ts';
import { type Desk, look, perform } from './desk.ts';
import type { ShellRefusal } from './execute.ts';
import { supersedeHandover } from './handover-opening.ts';
import { hostIdOf } from './host-ids.ts';
import { decodeCursor, encodeCursor, PAGE_SIZE, type Page, refusedList, walkPages } from './pages.ts';
import { personEvents } from './person-events.ts';
import { type Receipt, receiptOf } from './receipts.ts';
import { aliasRef } from './subjects.ts';
import type { Transaction } from './transaction.ts';

/** An employee as the company sees them. */
export interface EmployeeView {
  readonly id: string;
  readonly name: string;
  readonly managerId: string | null;
  readonly roles: readonly string[];
  readonly team: string | null;
  readonly grade: string | null;
  readonly administrator: boolean;
  readonly status: Employee['status'];
  /** When the present period of employment, or the last one, began. */
  readonly hiredAt: Instant;
  /** Which period of employment this is: 1, and one more with each re-hiring. */
  readonly episode: number;
  /** The notice in force; `null` without one, and for whom it is no concern of: they see `active`, too. */
  readonly notice: { readonly kind: NoticeKind; readonly lastDayOn: LocalDate } | null;
  readonly departedAt: Instant | null;
  /** How many customers they own: a disabled account that still owns some is seen. `null` for whom it is no concern of. */
  readonly owned: number | null;
  readonly delegation: { readonly to: string; readonly untilOn: string } | null;
}

/** A change of a person that was made. */
export interface PersonReceipt extends Receipt {
  readonly id: string;
}

/** What became of a change of a person. */
export type PersonChanged = Promise<Result<PersonReceipt, PeopleRefusal | ShellRefusal>>;

/** An employment that ends, or does not after all; and the handover that this concerns. */
export interface LeavingReceipt extends PersonReceipt {
  /** The id of the handover; `null` where there is none. */
  readonly handover: string | null;
}

/** What became of a notice, its withdrawal, a departure. */
export type PersonLeaves = Promise<Result<LeavingReceipt, PeopleRefusal | HandoverRefusal | ShellRefusal>>;

/** Employees and the org chart. */
export interface PeopleArea {
  /** Hires somebody, or hires them again under the id they had. Needs `people.manage`; an administrator is hired by an administrator. */
  hire(person: HireInput): PersonChanged;
  /** Changes what is known of an employee; what is left out stays. Nobody changes their own manager or roles. */
  update(id: string, patch: PersonPatch): PersonChanged;
  /** Lets `to` stand in for an employee until a day, that day included. */
  delegate(id: string, options: DelegateInput): PersonChanged;
  /**
   * Records that an employee is to leave, or moves the day: their handover opens with all they hold, questions
   * and reminders go past them from then on.
   * Needs `people.manage`; never one's own.
   */
  giveNotice(id: string, notice: NoticeInput): PersonLeaves;
  /** Takes a notice back: the handover is withdrawn, and what it moved goes back. Needs `people.manage`; never one's own. */
  withdrawNotice(id: string, options?: KeyOnly): PersonLeaves;
  /** Ends the employment now, notice or not: the account acts no more. Needs `people.manage`; never one's own. */
  depart(id: string, options?: KeyOnly): PersonLeaves;
  /** Ends the employment of somebody who does not turn up. As `depart`, and on record as what it was. */
  noShow(id: string, options?: KeyOnly): PersonLeaves;
  /** One employee. Absent is `not-found`. */
  get(id: string): Promise<Result<EmployeeView, { readonly code: 'not-found' } | ShellRefusal>>;
  /** The employees, in the order of their aliases. */
  list(query?: PageQuery): Promise<Result<Page<EmployeeView>, ShellRefusal>>;
  /** All of them, page after page; throws on a refusal. */
  all(): AsyncGenerator<EmployeeView>;
}

/** The people area at a desk. */
export function createPeople(desk: Desk): PeopleArea {
  const list: PeopleArea['list'] = async (input = {}) => {
    const query = validate(pageQuery, input, 'query');
    const { shown } = decodeCursor(query.after);
    return look(desk, 'list-people', async (transaction) => {
      const everybody = [...transaction.company.org.byAlias.values()].filter(({ id }) => id !== null);
      const items = everybody.slice(shown, shown + (query.limit ?? PAGE_SIZE));
      const next = shown + items.length;
      return ok({
        items: await employeeViews(transaction, items),
        next: next < everybody.length ? encodeCursor({ range: 0, after: null, shown: next }) : null,
      });
    });
  };
  return {
    async hire(input) {
      const { idempotencyKey, managerId, ...person } = validate(hireInput, input, 'person');
      return perform(desk, {
        attempt: 'hire-employee',
        idempotencyKey,
        arguments: { ...person, managerId: managerId ?? null } as never,
        async decide(transaction) {
          const { session, company, actor } = transaction;
          const alias = aliasOf('employee', session.platform.primitives.randomBytes(16));
          const manager = managerOf(company.org, managerId);
          if (manager === 'unknown') return fail({ code: 'unknown-manager' });
          const decision = decideHire(actor, company.org, { ...person, alias, manager });
          if (!decision.ok) return decision;
          const known = company.org.byId.get(person.id);
          if (known !== undefined) {
            const next = episodeId({ ...known, episode: known.episode + 1 });
            await transaction.load(['employee', known.alias], ['episode', next]);
          }
          const entry = transaction.record(decision.value);
          if (known !== undefined) {
            await supersedeHandover(transaction, known);
            return decision;
          }
          const mapping = aliasRef(session, 'employee', person.id);
          await transaction.loadRaw([mapping]);
          transaction.write(session.codec.encode(mapping, entry, { alias }, []));
          return decision;
        },
        answer: (written) => ({ id: person.id, ...receiptOf(written) }),
      });
    },
    async update(id, input) {
      const hostId = validate(idInput, id, 'id');
      const { idempotencyKey, managerId, ...patch } = validate(personPatch, input, 'patch');
      let target: Alias | null = null;
      return perform(desk, {
        attempt: 'update-employee',
        idempotencyKey,
        arguments: { id: hostId, patch: JSON.parse(JSON.stringify({ ...patch, managerId })) },
        subjects: () => (target === null ? [] : [target]),
        async decide(transaction) {
          const { org } = transaction.company;
          target = org.byId.get(hostId)?.alias ?? null;
          const facts: EmployeeFacts = patch;
          const manager = managerId === undefined ? undefined : managerOf(org, managerId);
          if (manager === 'unknown') return fail({ code: 'unknown-manager' });
          if (target !== null) await transaction.load(['employee', target]);
          const decision = decideUpdatePerson(transaction.actor, org, target, { ...facts, manager });
          if (decision.ok) transaction.record(decision.value);
          return decision;
        },
        answer: (written) => ({ id: hostId, ...receiptOf(written) }),
      });
    },
    async delegate(id, input) {
      const hostId = validate(idInput, id, 'id');
      const { idempotencyKey, to, untilOn } = validate(delegateInput, input, 'options');
      let about: Alias[] = [];
      return perform(desk, {
        attempt: 'delegate-employee',
        idempotencyKey,
        arguments: { id: hostId, to, untilOn },
        subjects: () => about,
        async decide(transaction) {
          const { org } = transaction.company;
          const from = org.byId.get(hostId)?.alias ?? null;
          const receiver = org.byId.get(to)?.alias ?? null;
          about = [from, receiver].filter((alias) => alias !== null);
          if (from !== null) await transaction.load(['employee', from]);
          const decision = decideDelegate(transaction.actor, org, from, receiver, untilOn, transaction.today);
          if (decision.ok) transaction.record(decision.value);
          return decision;
        },
        answer: (written) => ({ id: hostId, ...receiptOf(written) }),
      });
    },
    async get(id) {
      const hostId = validate(idInput, id, 'id');
      return look(desk, 'view-employee', async (transaction) => {
        const employee = transaction.company.org.byId.get(hostId);
        if (employee === undefined) return fail({ code: 'not-found' });
        const [view] = await employeeViews(transaction, [employee]);
        return ok(view as EmployeeView);
      });
    },
    ...personEvents(desk),
    list,
    all: () =>
      walkPages(async (after) => {
        const page = await list({ after });
        if (!page.ok) throw refusedList(page.error);
        return page.value;
      }),
  };
}

/** Employees as the host knows them: one round trip for what lies beside the org chart. */
export async function employeeViews(
  transaction: Transaction,
  people: readonly Employee[],
): Promise<readonly EmployeeView[]> {
  const { actor, company, session } = transaction;
  const { org } = company;
  await transaction.peek(...people.map((person) => ['episode', episodeId(person)] as const));
  const concerns = (person: Employee): boolean =>
    actor.can('people.manage') ||
    actor.interests.includes(person.alias) ||
    actor.capacities.some((capacity) => supervises(org, capacity, person.alias));
  const counted = people.filter(concerns);
  const counters = await session.store.get(
    session.tenant,
    counted.map(({ alias }) => ({ collection: 'holdings', id: alias })),
  );
  const owned = new Map(counted.map(({ alias }, at) => [alias, Number(counters[at]?.body ?? 0)]));
  return people.map((person) => employeeView(person, org, episodeOf(transaction, person), owned));
}

function employeeView(
  employee: Employee,
  org: OrgChart,
  { notice, departed }: Episode,
  owned: ReadonlyMap<Alias, number>,
): EmployeeView {
  const concerned = owned.has(employee.alias);
  return {
    id: employee.id ?? '',
    name: employee.name ?? '',
    managerId: hostIdOf(org, employee.manager),
    roles: [...(employee.roles ?? [])],
    team: employee.team,
    grade: employee.grade,
    administrator: employee.administrator,
    // Who is no concern of it learns of a departure, not of a notice.
    status: employee.status === 'on_notice' && !concerned ? 'active' : employee.status,
    hiredAt: employee.hiredAt,
    episode: employee.episode,
    notice: notice === null || !concerned ? null : { kind: notice.kind, lastDayOn: notice.lastDayOn },
    departedAt: departed?.at ?? null,
    owned: owned.get(employee.alias) ?? null,
    delegation:
      employee.delegation === null
        ? null
        : { to: hostIdOf(org, employee.delegation.to) ?? '', untilOn: employee.delegation.untilOn },
  };
}

function managerOf(org: OrgChart, managerId: string | null | undefined): Alias | null | 'unknown' {
  if (managerId === null || managerId === undefined) return null;
  return org.byId.get(managerId)?.alias ?? 'unknown';
}
