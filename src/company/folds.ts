import type { Alias, LocalDate } from '../kernel/index.ts';
import {
  type Change,
  type Employee,
  type Episode,
  episodeId,
  episodeOf,
  type FoldEntry,
  type Folds,
  type Head,
  type NoticeKind,
  put,
  type StateView,
  type Tenant,
  type WorkingCalendar,
} from '../model/index.ts';

/** What the entries of this area do to the state. */
export const companyFolds: Folds = {
  'tenant-created': ({ id, at, data }) => [
    put('head', 'head', {
      employees: 0,
      keys: null,
      ledger: data.ledger as string,
      people: id,
      policy: '',
      schemaVersion: 1,
    }),
    put('tenant', 'tenant', {
      calendar: data.calendar as unknown as WorkingCalendar,
      createdAt: at,
      currency: data.currency as string,
      ledger: data.ledger as string,
      locale: data.locale as 'en' | 'zh-CN',
      schemaVersion: 1,
      timeZone: data.timeZone as string,
    }),
  ],
  'tenant-suspended': ({ at }, state) => [
    put('tenant', 'tenant', { ...tenantOf(state), suspendedAt: at }),
    // Every decision checks the head: none goes by what was before.
    put('head', 'head', headOf(state)),
  ],
  'tenant-resumed': (_, state) => {
    const { suspendedAt: _suspended, ...tenant } = tenantOf(state);
    return [put('tenant', 'tenant', tenant), put('head', 'head', headOf(state))];
  },
  'policy-adopted': ({ at, data }, state) => [
    put('policy', String(data.number), {
      adoptedAt: at,
      adoptedBy: data.by as string[],
      number: data.number as number,
      pin: data.pin as string,
      policy: data.policy as never,
      schemaVersion: 1,
    }),
    put('head', 'head', { ...headOf(state), policy: data.pin as string }),
    { kind: 'delete', collection: 'approval', id: 'policy' },
  ],
  'approval-requested': ({ at, actor, data }) => [
    put('approval', data.approval as string, {
      digest: data.digest as string,
      kind: data.kind as 'adopt-policy' | 'erase',
      requestedAt: at,
      requestedBy: actor as Alias,
      schemaVersion: 1,
    }),
  ],
  'employee-hired': (entry, state) => {
    const head = headOf(state);
    return [
      put('employee', entry.data.employee as Alias, hiredEmployee(entry)),
      put('head', 'head', { ...head, employees: head.employees + 1, people: entry.id }),
    ];
  },
  'employee-updated': (entry, state) => {
    const employee = employeeOf(state, entry.data.employee as Alias);
    const personal = entry.values('');
    return [
      put('employee', employee.alias, {
        ...employee,
        ...(entry.data.changed as Partial<Employee>),
        ...(personal as Partial<Employee>),
      }),
      put('head', 'head', { ...headOf(state), people: entry.id }),
    ];
  },
  'administrator-appointed': ({ data }) => [
    { kind: 'delete', collection: 'approval', id: data.approval as string },
  ],
  'employee-delegated': (entry, state) => {
    const from = employeeOf(state, entry.data.from as Alias);
    const delegation = { to: entry.data.to as Alias, untilOn: entry.data.untilOn as LocalDate };
    return [
      put('employee', from.alias, { ...from, delegation }),
      put('head', 'head', { ...headOf(state), people: entry.id }),
    ];
  },
  'employee-rehired': (entry, state) => {
    const before = employeeOf(state, entry.data.employee as Alias);
    const employee: Employee = { ...hiredEmployee(entry), episode: entry.data.episode as number };
    // Erased meanwhile, the values of the hiring are gone; the id is what finds the person again.
    const cases = before.cases === undefined ? {} : { cases: before.cases };
    const again = { ...employee, ...cases, id: employee.id ?? before.id };
    return personChanged(entry, state, again, episodeOf(state, again));
  },
  'notice-given': (entry, state) => {
    const employee = employeeOf(state, entry.data.employee as Alias);
    const notice = {
      givenAt: entry.at,
      kind: entry.data.kind as NoticeKind,
      lastDayOn: entry.data.lastDayOn as LocalDate,
    };
    const episode = { ...episodeOf(state, employee), notice };
    return personChanged(entry, state, { ...employee, status: 'on_notice' }, episode);
  },
  'notice-withdrawn': (entry, state) => {
    const employee = employeeOf(state, entry.data.employee as Alias);
    const episode = { ...episodeOf(state, employee), notice: null };
    return personChanged(entry, state, { ...employee, status: 'active' }, episode);
  },
  'employee-departed': (entry, state) => {
    const employee = employeeOf(state, entry.data.employee as Alias);
    const departed = { at: entry.at, because: entry.data.because as 'left' | 'no_show' };
    const episode = { ...episodeOf(state, employee), departed };
    return personChanged(entry, state, { ...employee, status: 'departed' }, episode);
  },
};

/** An employee and the episode they are in; the org chart is another one from then on. */
function personChanged(
  entry: FoldEntry,
  state: StateView,
  employee: Employee,
  episode: Episode,
): readonly Change[] {
  return [
    put('employee', employee.alias, employee),
    put('episode', episodeId(employee), episode),
    put('head', 'head', { ...headOf(state), people: entry.id }),
  ];
}

function hiredEmployee(entry: FoldEntry): Employee {
  return {
    administrator: entry.data.administrator as boolean,
    alias: entry.data.employee as Alias,
    calendar: entry.data.calendar as unknown as WorkingCalendar | null,
    delegation: null,
    episode: 1,
    grade: entry.value('grade') as string | null,
    hiredAt: entry.at,
    id: entry.value('id') as string | null,
    manager: entry.data.manager as Alias | null,
    name: entry.value('name') as string | null,
    roles: entry.value('roles') as string[] | null,
    schemaVersion: 1,
    status: 'active',
    team: entry.value('team') as string | null,
  };
}

function headOf(state: StateView): Head {
  const head = state.get('head', 'head');
  if (head === null) throw new Error('an entry before the tenant was created');
  return head;
}

function tenantOf(state: StateView): Tenant {
  const tenant = state.get('tenant', 'tenant');
  if (tenant === null) throw new Error('an entry before the tenant was created');
  return tenant;
}

function employeeOf(state: StateView, alias: Alias): Employee {
  const employee = state.get('employee', alias);
  if (employee === null) throw new Error('an entry about an employee who was never hired');
  return employee;
}
