import { fail, type LocalDate, ok, type Result } from '../../kernel/index.ts';
import {
  type ChurnOptions,
  churnOptions,
  type NotPermitted,
  type ReportRange,
  reportRange,
  validate,
} from '../../model/index.ts';
import type { ChurnFigures } from '../../reports/index.ts';
import type { ShellRefusal } from '../commit/execute.ts';
import type { Transaction } from '../commit/transaction.ts';
import { type Desk, look } from '../desk.ts';
import { readChurn } from './report-churn.ts';
import { type HandoverCompleteness, readCompleteness } from './report-completeness.ts';

/** Handovers of a range, one line each; nobody is named. */
export interface CompletenessReport {
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly handovers: readonly HandoverCompleteness[];
}

/** How many handed over customers were lost, against customers who bought alike. Figures, no people, no customers. */
export interface ChurnReport extends ChurnFigures {
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly horizonDays: number;
}

/** What became of handovers, and of the customers. Needs `reports.read`; writes nothing. */
export interface ReportsArea {
  /**
   * The handovers that were opened in the range, latest first: how far they are, what is overdue, what was let go.
   * Items are as the last look or sweep left them. Cost: their items, and for those that are not cleared the
   * leaver's entries once.
   */
  handoverCompleteness(range: ReportRange): Promise<Result<CompletenessReport, NotPermitted | ShellRefusal>>;
  /**
   * Of the customers whose former owner departed in the range: how many have ordered nothing for `horizonDays`
   * since, against customers that no handover ever named and who bought alike in the year before. No figures for
   * fewer than three departures or twenty pairs: `reason` says so. Cost: all orders once.
   */
  leaverChurn(
    range: ReportRange,
    options?: ChurnOptions,
  ): Promise<Result<ChurnReport, NotPermitted | ShellRefusal>>;
}

/** The reports area at a desk. */
export function createReports(desk: Desk): ReportsArea {
  const report = async <Report>(
    attempt: string,
    read: (transaction: Transaction) => Promise<Report>,
  ): Promise<Result<Report, NotPermitted | ShellRefusal>> => {
    // What is not sealed is in no subject's entries yet.
    await desk.seal(await desk.open());
    return look<Report, NotPermitted>(desk, attempt, async (transaction) =>
      transaction.actor.can('reports.read')
        ? ok(await read(transaction))
        : fail({ code: 'not-permitted', needs: 'reports.read' }),
    );
  };
  return {
    async handoverCompleteness(input) {
      const range = validate(reportRange, input, 'range');
      return report('report-completeness', async (transaction) => ({
        ...range,
        handovers: await readCompleteness(transaction, range),
      }));
    },
    async leaverChurn(input, options = {}) {
      const range = validate(reportRange, input, 'range');
      const { horizonDays = 180 } = validate(churnOptions, options, 'options');
      return report('report-leaver-churn', async (transaction) => ({
        ...range,
        horizonDays,
        ...(await readChurn(transaction, range, horizonDays)),
      }));
    },
  };
}
