import type { Alias, EntryId, Instant } from '../kernel/index.ts';
import {
  type Contest,
  type ContestOutcome,
  type FoldEntry,
  type Folds,
  put,
  type StateView,
} from '../model/index.ts';
import { contestSlotId, withholdApproval } from './decide-contest.ts';
import { acknowledgementId } from './notices.ts';

/** What the entries of the watched person do to the state. */
export const contestFolds: Folds = {
  'notice-acknowledged': ({ at, data }) => {
    const employee = data.employee as Alias;
    const notice = data.notice as string;
    return [
      put('acknowledgement', acknowledgementId(employee, notice), { at, employee, notice, schemaVersion: 1 }),
    ];
  },
  'contest-opened': ({ at, data, id }) => {
    const employee = data.employee as Alias;
    const contested = data.contested as EntryId;
    return [
      put('contest', id, {
        answer: null,
        answeredAt: null,
        answeredBy: null,
        contested,
        dueAt: data.dueAt as Instant,
        employee,
        id,
        openedAt: at,
        outcome: null,
        schemaVersion: 1,
        status: 'open',
      }),
      put('contest-slot', contestSlotId(contested, employee), { contest: id, schemaVersion: 1 }),
    ];
  },
  'contest-withheld': (entry, state) => {
    const contest = contestOf(entry, state);
    return [
      put('contest', contest.id, {
        ...contest,
        dueAt: entry.data.until as Instant,
        status: 'withheld',
        withheldBy: entry.id,
      }),
      { kind: 'delete', collection: 'approval', id: withholdApproval(contest.id) },
    ];
  },
  'contest-escalated': (entry, state) => {
    const contest = contestOf(entry, state);
    return [put('contest', contest.id, { ...contest, status: 'escalated' })];
  },
  'contest-answered': (entry, state) => {
    const contest = contestOf(entry, state);
    return [
      put('contest', contest.id, {
        ...contest,
        answer: entry.id,
        answeredAt: entry.at,
        answeredBy: entry.actor as Alias,
        outcome: entry.data.outcome as ContestOutcome,
        status: 'answered',
      }),
      { kind: 'delete', collection: 'approval', id: withholdApproval(contest.id) },
    ];
  },
  'contest-expired': (entry, state) => {
    const { contested, employee, id } = contestOf(entry, state);
    return [
      { kind: 'delete', collection: 'contest', id },
      { kind: 'delete', collection: 'contest-slot', id: contestSlotId(contested, employee) },
    ];
  },
};

function contestOf(entry: FoldEntry, state: StateView): Contest {
  const contest = state.get('contest', entry.data.contest as EntryId);
  if (contest === null) throw new Error('an entry about a contest that was never opened');
  return contest;
}
