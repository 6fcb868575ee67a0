import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locale } from '../../../src/index.ts';
import type { Account, Agent, Company, Deal, FaultCode, RowFault } from './company.ts';
import { type CsvRow, readCsv } from './csv.ts';
import { amountOf, dayOf, type NameFinder, nameFinder, numberOf, wholeOf } from './values.ts';

const COLUMNS = {
  'sales_teams.csv': ['sales_agent', 'manager', 'regional_office'],
  'products.csv': ['product'],
  'accounts.csv': [
    'account',
    'sector',
    'year_established',
    'revenue',
    'employees',
    'office_location',
    'subsidiary_of',
  ],
  'sales_pipeline.csv': [
    'opportunity_id',
    'sales_agent',
    'product',
    'account',
    'deal_stage',
    'engage_date',
    'close_date',
    'close_value',
  ],
} as const;
type FileName = keyof typeof COLUMNS;

/** What the API takes as a stage. */
const STAGE = /^[\p{L}\p{N}][\p{L}\p{N} _-]{0,39}$/u;
const LONGEST_NAME = 200;

/** A row was understood, or it is at fault: never neither. */
type Read<Thing> = { readonly thing: Thing } | { readonly code: FaultCode; readonly about: string };
const fault = (code: FaultCode, about: string): Read<never> => ({ code, about });

/**
 * Reads the four files of a folder. What is wrong with a row is told by file and line; the others go on.
 *
 * @throws {Error} whose message names the cure, when a file is missing or has other columns.
 */
export function readCompany(folder: string, locale: Locale): Company {
  const faults: RowFault[] = [];
  const rows: Record<string, number> = {};
  const read = <Thing>(
    file: FileName,
    keyOf: (thing: Thing) => string,
    one: (row: CsvRow['fields'], line: number) => Read<Thing>,
  ): Thing[] => {
    const csv = readCsv(readBytes(folder, file, locale), (fields) => 'thing' in one(fields, 0));
    checkColumns(file, csv.columns, locale);
    rows[file] = csv.rows.length + csv.faults.length;
    for (const { line, code, expected, found } of csv.faults) {
      faults.push({ file, line, code, about: code === 'columns' ? `${found} ≠ ${expected}` : '' });
    }
    const lines = new Map<string, number>();
    return csv.rows.flatMap(({ line, fields }) => {
      const answer = one(fields, line);
      const first = 'thing' in answer ? lines.get(keyOf(answer.thing)) : undefined;
      const wrong = first === undefined ? answer : fault('repeated', String(first));
      if ('code' in wrong) {
        faults.push({ file, line, code: wrong.code, about: wrong.about });
        return [];
      }
      lines.set(keyOf(wrong.thing), line);
      return [wrong.thing];
    });
  };

  const agents = read('sales_teams.csv', ({ name }: Agent) => name, readAgent);
  const products = read(
    'products.csv',
    (name: string) => name,
    ({ product = '' }) => named(product) ?? { thing: product },
  );
  const accounts = read('accounts.csv', ({ name }: Account) => name, readAccount);
  const finders = {
    agent: nameFinder(agents.map(({ name }) => name)),
    product: nameFinder(products),
    account: nameFinder(accounts.map(({ name }) => name)),
  };
  const deals = read(
    'sales_pipeline.csv',
    ({ id }: Deal) => id,
    (row, line) => readDeal(row, line, finders),
  );
  const order = Object.keys(COLUMNS);
  faults.sort(
    (left, right) => order.indexOf(left.file) - order.indexOf(right.file) || left.line - right.line,
  );
  const respelt = Object.values(finders).flatMap((finder) => finder.respelt);
  return { agents, products, accounts, deals, faults, rows, respelt };
}

function readAgent({
  sales_agent: name = '',
  manager = '',
  regional_office: office = '',
}: CsvRow['fields']): Read<Agent> {
  return named(name) ?? named(manager) ?? { thing: { name, manager, office } };
}

function readAccount(row: CsvRow['fields'], line: number): Read<Account> {
  const { account = '', sector = '', office_location: location = '', subsidiary_of: parent = '' } = row;
  const wrong = named(account) ?? named(sector) ?? named(location);
  if (wrong !== null) return wrong;
  const year = wholeOf(row.year_established ?? '');
  const revenue = numberOf(row.revenue ?? '');
  const employees = wholeOf(row.employees ?? '');
  if (year === null) return fault('bad-number', `year_established ${row.year_established}`);
  if (revenue === null) return fault('bad-number', `revenue ${row.revenue}`);
  if (employees === null) return fault('bad-number', `employees ${row.employees}`);
  const subsidiaryOf = parent === '' ? {} : { subsidiaryOf: parent };
  const profile = { name: account, sector, year, revenue, employees, location, ...subsidiaryOf };
  return { thing: { name: account, line, profile } };
}

interface Finders {
  readonly agent: NameFinder;
  readonly product: NameFinder;
  readonly account: NameFinder;
}

function readDeal(row: CsvRow['fields'], line: number, finders: Finders): Read<Deal> {
  const { opportunity_id: id = '', deal_stage: stage = '' } = row;
  const { engage_date: engaged = '', close_date: closed = '', close_value: value = '' } = row;
  const wrong = named(id);
  if (wrong !== null) return wrong;
  if (!STAGE.test(stage)) return fault('bad-stage', stage);
  const engagedOn = engaged === '' ? null : dayOf(engaged);
  const closedOn = closed === '' ? null : dayOf(closed);
  if (engaged !== '' && engagedOn === null) return fault('bad-day', `engage_date ${engaged}`);
  if (closed !== '' && closedOn === null) return fault('bad-day', `close_date ${closed}`);
  if (engagedOn !== null && closedOn !== null && closedOn < engagedOn)
    return fault('closed-before-engaged', `${closedOn} < ${engagedOn}`);
  const isOver = stage === 'Won' || stage === 'Lost';
  if (isOver && closedOn === null) return fault('bad-day', 'close_date ""');
  const amount = value === '' && !isOver ? 0 : amountOf(value);
  if (amount === null) return fault('bad-amount', value);
  const agent = finders.agent.find(row.sales_agent ?? '');
  if (agent === null) return fault('unknown-agent', row.sales_agent ?? '');
  const product = finders.product.find(row.product ?? '');
  if (product === null) return fault('unknown-product', row.product ?? '');
  const account = row.account === '' ? null : finders.account.find(row.account ?? '');
  if (account === null && row.account !== '') return fault('unknown-account', row.account ?? '');
  return { thing: { id, line, agent, account, stage, engagedOn, closedOn, amount } };
}

/** What is wrong with a name, or `null`. */
function named(name: string): Read<never> | null {
  if (name.trim() === '') return fault('empty', '');
  return name.length > LONGEST_NAME ? fault('too-long', `${name.slice(0, 20)}…`) : null;
}

function readBytes(folder: string, file: string, locale: Locale): Uint8Array {
  try {
    return readFileSync(join(folder, file));
  } catch {
    throw new Error(
      locale === 'en'
        ? `cannot read ${file} in ${folder}: --data names a folder with ${Object.keys(COLUMNS).join(', ')}`
        : `无法读取 ${folder} 中的 ${file}：--data 应指定含有 ${Object.keys(COLUMNS).join('、')} 的目录`,
    );
  }
}

function checkColumns(file: FileName, found: readonly string[], locale: Locale): void {
  const missing = COLUMNS[file].filter((column) => !found.includes(column));
  if (missing.length === 0) return;
  throw new Error(
    locale === 'en'
      ? `${file}: the header lacks ${missing.join(', ')}; expected ${COLUMNS[file].join(',')}`
      : `${file}：表头缺少 ${missing.join('、')}；应为 ${COLUMNS[file].join(',')}`,
  );
}
