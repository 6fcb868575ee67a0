import {
  decideDelegate,
  decideHire,
  decideUpdatePerson,
  type EmployeeFacts,
  type PeopleRefusal,
} from '../../company/index.ts';
import type { HandoverRefusal } from '../../handover/index.ts';
import { type Alias, aliasOf, fail, type JsonValue, ok, type Result } from '../../kernel/index.ts';
import {
  type DelegateInput,
  delegateInput,
  episodeId,
  type HireInput,
  hireInput,
  idInput,
  type KeyOnly,
  type NoticeInput,
  type OrgChart,
  type PageQuery,
  type PersonPatch,
  pageQuery,
  personPatch,
  validate,
} from '../../model/index.ts';
import type { ShellRefusal, Written } from '../commit/execute.ts';
import { decodeCursor, encodeCursor, PAGE_SIZE, type Page, walkPages } from '../commit/pages.ts';
import { type Receipt, receiptOf } from '../commit/receipts.ts';
import { aliasRef } from '../commit/subjects.ts';
import { type Desk, look, perform } from '../desk.ts';
import { supersedeHandover } from '../handovers/handover-opening.ts';
import { agreeOn } from './appoint-administrator.ts';
import { type EmployeeView, employeeViews } from './employee-view.ts';
import { personEvents } from './person-events.ts';

/** A change of a person that was made. */
export interface PersonReceipt extends Receipt {
  readonly id: string;
}

/** A change of a person that was made, or that another administrator has to agree to. */
export interface ChangeReceipt extends PersonReceipt {
  readonly status: 'changed' | 'awaiting-second-person';
}

/** What became of a change of a person. */
export type PersonChanged = Promise<Result<ChangeReceipt, PeopleRefusal | ShellRefusal>>;

/** An employment that ends, or does not after all; and the handover that this concerns. */
export interface LeavingReceipt extends PersonReceipt {
  /** The id of the handover; `null` where there is none. */
  readonly handover: string | null;
}

/** What became of a notice, its withdrawal, a departure. */
export type PersonLeaves = Promise<Result<LeavingReceipt, PeopleRefusal | HandoverRefusal | ShellRefusal>>;

/** Employees and the org chart. */
export interface PeopleArea {
  /** Hires somebody, or hires them again under the id they had. Needs `people.manage`; an administrator is hired by two administrators: see `update`. */
  hire(person: HireInput): PersonChanged;
  /**
   * Changes what is known of an employee; what is left out stays. Nobody changes their own manager or roles.
   * What makes somebody an administrator answers `awaiting-second-person` until another administrator makes the very
   * same call; where there is only one administrator, that one decides alone, and the entry says so.
   */
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
      const call: JsonValue = JSON.parse(JSON.stringify({ ...person, managerId: managerId ?? null }));
      return perform(desk, {
        attempt: 'hire-employee',
        idempotencyKey,
        arguments: call,
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
          const agreed = await agreeOn(transaction, person.id, person.administrator === true, call);
          if (!agreed.ok || agreed.value === null) return agreed;
          const entry = transaction.record(decision.value);
          agreed.value(known?.alias ?? alias);
          if (known !== undefined) {
            await supersedeHandover(transaction, known);
            return decision;
          }
          const mapping = aliasRef(session, 'employee', person.id);
          await transaction.loadRaw([mapping]);
          transaction.write(session.codec.encode(mapping, entry, { alias }, []));
          return decision;
        },
        answer: (written) => changeReceipt(person.id, written),
      });
    },
    async update(id, input) {
      const hostId = validate(idInput, id, 'id');
      const { idempotencyKey, managerId, ...patch } = validate(personPatch, input, 'patch');
      const call: JsonValue = { id: hostId, patch: JSON.parse(JSON.stringify({ ...patch, managerId })) };
      let target: Alias | null = null;
      return perform(desk, {
        attempt: 'update-employee',
        idempotencyKey,
        arguments: call,
        subjects: () => (target === null ? [] : [target]),
        async decide(transaction) {
          const { org } = transaction.company;
          target = org.byId.get(hostId)?.alias ?? null;
          const facts: EmployeeFacts = patch;
          const manager = managerId === undefined ? undefined : managerOf(org, managerId);
          if (manager === 'unknown') return fail({ code: 'unknown-manager' });
          if (target !== null) await transaction.load(['employee', target]);
          const decision = decideUpdatePerson(transaction.actor, org, target, { ...facts, manager });
          if (!decision.ok || target === null) return decision;
          const appoints = patch.administrator === true && org.byAlias.get(target)?.administrator !== true;
          const agreed = await agreeOn(transaction, hostId, appoints, call);
          if (!agreed.ok || agreed.value === null) return agreed;
          transaction.record(decision.value);
          agreed.value(target);
          return decision;
        },
        answer: (written) => changeReceipt(hostId, written),
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
        answer: (written) => changeReceipt(hostId, written),
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
    all: () => walkPages((after) => list({ after })),
  };
}

function changeReceipt(id: string, written: Written | null): ChangeReceipt {
  const waits = written?.type === 'approval-requested';
  return { id, ...receiptOf(written), status: waits ? 'awaiting-second-person' : 'changed' };
}

function managerOf(org: OrgChart, managerId: string | null | undefined): Alias | null | 'unknown' {
  if (managerId === null || managerId === undefined) return null;
  return org.byId.get(managerId)?.alias ?? 'unknown';
}
