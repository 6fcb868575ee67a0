import { columnsOf, padded, toned } from '../../../src/cli/terminal.ts';
import type { Locale, VerifyReport } from '../../../src/index.ts';
import type { History } from './calendar-of-events.ts';
import type { Company, RowFault } from './company.ts';
import type { Played } from './play-company.ts';
import { FAULT_WORDS, REPORT_WORDS } from './words.ts';

/** Everything that came of playing a company's data. */
export interface CompanyReport {
  readonly company: Company;
  readonly history: History;
  readonly played: Played;
  readonly faults: readonly RowFault[];
  /** Who owned one customer on a day in the middle, by the ledger. */
  readonly sample: {
    readonly customer: string;
    readonly on: string;
    readonly owner: string | null;
    readonly since: string | null;
  } | null;
  readonly verified: VerifyReport;
  readonly exported: {
    readonly entries: number;
    readonly files: number;
    readonly bytes: number;
    /** What verifying the export offline came to. */
    readonly status: string;
  };
  readonly seconds: number;
  readonly memoryMb: number;
}

/** Rows read are rows placed and rows told of: three sums that have to come out. */
function sums({ company, history, played, faults }: CompanyReport): {
  readonly file: string;
  readonly rows: number;
  readonly recorded: number;
  readonly set: number;
  readonly faulty: number;
}[] {
  const row = (file: string, recorded: number, set: number) => ({
    file,
    rows: company.rows[file] ?? 0,
    recorded,
    set,
    faulty: faults.filter((fault) => fault.file === file).length,
  });
  return [
    row('sales_teams.csv', played.agents, 0),
    row('products.csv', company.products.length, 0),
    row('accounts.csv', played.customers, history.ownerless.length),
    row('sales_pipeline.csv', played.orders, history.withoutAccount.length),
  ];
}

/** The report for people and for programs. Fine means: verified, and every row accounted for. */
export function reportText(
  report: CompanyReport,
  folder: string,
  ledger: string,
  locale: Locale,
): { readonly text: string; readonly json: object; readonly isFine: boolean } {
  const table = sums(report);
  const addsUp = table.every(({ rows, recorded, set, faulty }) => rows === recorded + set + faulty);
  const { verified, exported } = report;
  const isFine = addsUp && verified.status === 'ok' && exported.status === 'ok';
  return {
    isFine,
    text: inWords(report, table, addsUp, folder, ledger, locale),
    json: inJson(report, table, isFine, ledger),
  };
}

/** A CSV of every row that is not in the ledger, with the reason. */
export function placesOf({ faults, history }: CompanyReport, locale: Locale): string {
  const words = REPORT_WORDS[locale];
  const rows = [
    ...faults.map(({ file, line, ...fault }) => [file, line, whyOf(fault, locale)] as const),
    ...history.ownerless.map(({ line }) => ['accounts.csv', line, words.ownerless] as const),
    ...history.withoutAccount.map(({ line }) => ['sales_pipeline.csv', line, words.noAccount] as const),
  ];
  return [
    'file,line,why',
    ...rows.map(([file, line, why]) => `${file},${line},"${why.replaceAll('"', '""')}"`),
    '',
  ].join('\r\n');
}

function inWords(
  report: CompanyReport,
  table: ReturnType<typeof sums>,
  addsUp: boolean,
  folder: string,
  ledger: string,
  locale: Locale,
): string {
  const words = REPORT_WORDS[locale];
  const { company, exported, faults, history, memoryMb, played, sample, seconds, verified } = report;
  const [first, last] = [history.days[0]?.on ?? '-', history.days.at(-1)?.on ?? '-'];
  const [teams, products, accounts, deals] = table as [Sum, Sum, Sum, Sum];
  const did = [
    words.hired(played.agents, played.managers, history.agentsWithoutDeals.length),
    words.products(products.recorded),
    words.registered(played.customers, accounts.set, played.shares),
    words.recorded(deals.recorded, deals.set),
  ];
  const lines = [toned('strong', words.title(folder, first, last)), ''];
  for (const [at, { file, rows, faulty }] of [teams, products, accounts, deals].entries()) {
    const count = number(rows).padStart(6);
    const wrong = faulty === 0 ? '' : toned('warning', words.andFaulty(faulty));
    lines.push(`  ${padded(file, 18)}  ${words.rows(count)}  ${did[at]}${wrong}`);
  }
  lines.push('');
  const notes = [
    ...company.respelt.map(({ written, taken, rows }) => words.respelt(written, taken, rows)),
    ...(history.undated === 0 ? [] : [words.undated(history.undated, last)]),
    ...(history.agentsWithoutDeals.length === 0 ? [] : [words.idle(history.agentsWithoutDeals.join(', '))]),
    ...history.ownerless.map(({ line, name }) => words.nobodyOwns(line, name)),
    ...(sample === null
      ? []
      : [words.sample(sample.customer, sample.on, sample.owner ?? '-', sample.since ?? '-')]),
  ];
  lines.push(...notes.map((note) => `  ${note}`));
  if (faults.length > 0)
    lines.push('', toned('warning', words.faults(faults.length)), ...faultLines(faults, locale));
  const status = verified.status === 'ok' && exported.status === 'ok' ? 'good' : 'bad';
  lines.push('');
  const facts: [string, string][] = [
    [words.sum, addsUp ? toned('good', words.addsUp) : toned('bad', words.doesNotAddUp)],
    [words.ledger, toned(status, words.verified(verified.status, verified.size, verified.anchorLevel))],
    [words.exported, words.exportedTo(ledger, exported.files, exported.bytes / 1_000_000, exported.status)],
    [words.cost, words.used(seconds, memoryMb)],
  ];
  const width = Math.max(...facts.map(([name]) => columnsOf(name)));
  lines.push(...facts.map(([name, value]) => `  ${toned('quiet', padded(name, width))}  ${value}`));
  lines.push('', words.offline, `  ${toned('strong', `npx gamekeeper verify ${ledger}`)}`);
  return lines.join('\n');
}

type Sum = ReturnType<typeof sums>[number];

function faultLines(faults: readonly RowFault[], locale: Locale): string[] {
  const place = ({ file, line }: RowFault): string => `${file}:${line}`;
  const width = Math.max(...faults.map((fault) => place(fault).length));
  return faults.map((fault) => `  ${padded(place(fault), width)}  ${whyOf(fault, locale)}`);
}

function whyOf({ code, about }: Pick<RowFault, 'code' | 'about'>, locale: Locale): string {
  const printable = about.replace(/\p{C}/gu, '?').slice(0, 80);
  return FAULT_WORDS[code][locale].replace('{about}', printable);
}

function inJson(
  { company, exported, faults, history, memoryMb, played, sample, seconds, verified }: CompanyReport,
  table: ReturnType<typeof sums>,
  isFine: boolean,
  ledger: string,
): object {
  return {
    status: isFine ? 'ok' : 'failed',
    agents: played.agents,
    managers: played.managers,
    customers: played.customers,
    shares: played.shares,
    files: Object.fromEntries(
      table.map(({ file, rows, recorded, set, faulty }) => [
        file,
        file === 'sales_pipeline.csv'
          ? { rows, recorded, withoutAccount: set, faulty }
          : file === 'accounts.csv'
            ? { rows, recorded, withoutDeals: set, faulty }
            : { rows, recorded, faulty },
      ]),
    ),
    respelt: company.respelt,
    undated: history.undated,
    agentsWithoutDeals: history.agentsWithoutDeals,
    accountsWithoutDeals: history.ownerless.map(({ line, name }) => ({ line, name })),
    dealsWithoutAccount: history.withoutAccount.map(({ line }) => line),
    faults,
    sample,
    ledger: {
      directory: ledger,
      entries: verified.size,
      status: verified.status,
      findings: verified.findings,
      anchorLevel: verified.anchorLevel,
      exported,
    },
    seconds,
    memoryMb,
  };
}

function number(count: number): string {
  return count.toLocaleString('en');
}
