import { ok, type Result } from '../../kernel/index.ts';
import type { Alert, AlertSeverity, AlertState } from '../../model/index.ts';
import { decodeCursor, encodeCursor, PAGE_SIZE, type Page } from '../commit/pages.ts';
import { AFTER_ALL, under } from '../commit/read-range.ts';
import { recordList } from '../commit/reads.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type AlertView, isAboutCustomer, peekNamed, viewAlert, withAlertStanding } from './alert-view.ts';

const OPEN: readonly AlertState[] = ['raised', 'acknowledged', 'confirmed'];
const PART = 200;

/** Alerts in the actor's audience, newest first within each state that was asked for. */
export async function listAlerts(
  transaction: Transaction,
  query: {
    readonly state?: AlertState | 'open' | undefined;
    readonly severity?: AlertSeverity | undefined;
    readonly limit?: number | undefined;
    readonly after?: string | null | undefined;
  },
): Promise<Result<Page<AlertView>, never>> {
  const { session } = transaction;
  const size = query.limit ?? PAGE_SIZE;
  const ranges = rangesOf(query.state);
  const shown: Alert[] = [];
  let next: string | null = null;
  let { range, after } = decodeCursor(query.after);
  while (range < ranges.length && shown.length < size) {
    const bounds = ranges[range] as (typeof ranges)[number];
    const [hits = []] = await session.store.find(session.tenant, {
      want: 'refs',
      ranges: [{ ...bounds, limit: PART, after, descending: true }],
    });
    await transaction.peek(...hits.map(({ ref }) => ['alert', ref.id] as const));
    const alerts = hits.map(({ ref }) => transaction.get('alert', ref.id));
    const customers = alerts.flatMap((alert) =>
      alert !== null && isAboutCustomer(alert) ? [alert.subject] : [],
    );
    await transaction.peek(...customers.map((alias) => ['customer', alias] as const));
    for (const [at, alert] of alerts.entries()) {
      const hit = hits[at] as (typeof hits)[number];
      after = { key: hit.key, ref: hit.ref };
      if (alert === null || !isWanted(transaction, alert, query)) continue;
      shown.push(alert);
      if (shown.length === size) break;
    }
    if (shown.length === size) next = encodeCursor({ range, after, shown: 0 });
    else if (hits.length < PART) {
      range += 1;
      after = null;
    }
  }
  await peekNamed(transaction, shown);
  recordList(
    transaction,
    'alerts-listed',
    shown.map(({ id }) => id),
    { severity: query.severity ?? null, state: query.state ?? null },
  );
  return ok({ items: shown.map((alert) => viewAlert(transaction, alert)), next });
}

/** An index is a hint: whether an alert is in a state is read from the alert. */
function isWanted(
  transaction: Transaction,
  alert: Alert,
  { severity, state }: Parameters<typeof listAlerts>[1],
): boolean {
  if (severity !== undefined && alert.severity !== severity) return false;
  if (state !== undefined && (state === 'open' ? !OPEN.includes(alert.state) : alert.state !== state))
    return false;
  return withAlertStanding(transaction, alert).standing.right !== 'none';
}

function rangesOf(
  state: AlertState | 'open' | undefined,
): readonly { readonly index: string; readonly from: string; readonly to: string }[] {
  if (state === undefined) return [{ index: 'alerts', from: '!', to: AFTER_ALL }];
  return (state === 'open' ? OPEN : [state]).map((each) => ({ index: 'alerts-in', ...under(each) }));
}
