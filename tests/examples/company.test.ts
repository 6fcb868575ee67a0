import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demo, type Ended, gamekeeper } from '../cli/command.ts';

const DATA = resolve(process.env.GAMEKEEPER_DATA ?? '../shared/data', 'crm-sales-opportunities');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gamekeeper-company-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  readonly status: string;
  readonly agents: number;
  readonly managers: number;
  readonly customers: number;
  readonly shares: number;
  readonly files: { readonly [file: string]: { readonly [what: string]: number } };
  readonly faults: readonly { readonly file: string; readonly line: number; readonly code: string }[];
  readonly respelt: readonly object[];
  readonly undated: number;
  readonly agentsWithoutDeals: readonly string[];
  readonly accountsWithoutDeals: readonly object[];
  readonly dealsWithoutAccount: readonly number[];
  readonly sample: { readonly owner: string };
  readonly ledger: { readonly entries: number; readonly status: string };
}

const answerOf = ({ stdout }: Ended): Answer => JSON.parse(stdout) as Answer;

describe('a small company with everything that goes wrong', () => {
  const teams = [
    'sales_agent,manager,regional_office',
    'A,M,East',
    'B,M,East',
    'C,N,West',
    'D,N,West',
    'A,N,West',
  ];
  const products = ['product,series,sales_price', 'GTX Pro,GTX,10', 'MG,MG,20'];
  const accounts = [
    'account,sector,year_established,revenue,employees,office_location,subsidiary_of',
    'K,retail,1990,10.5,100,"Here, there",',
    'L,retail,1991,20,200,Here,K',
    'Q,retail,1992,30,300,Here,',
    'K,retail,1990,10.5,100,Here,',
    'R,retail,soon,30,300,Here,',
  ];
  const deals: readonly (readonly [row: string, fault?: string])[] = [
    ['1,A,GTX Pro,K,Won,2017-01-10,2017-02-01,100'],
    ['2,B,GTXPro,K,Lost,2017-01-05,2017-03-01,0'],
    ['3,C,MG,L,Engaging,2017-01-07,,'],
    ['4,C,MG,L,Prospecting,,,'],
    ['5,C,MG,,Engaging,2017-01-07,,'],
    ['6,A,MG,K,Won,2017-01-10,2017-02-01', 'columns'],
    ['7,A,MG,"K,Won,2017-01-10,2017-02-01,100', 'open-quote'],
    ['8,A,MG,K,Won,2017-13-10,2017-02-01,100', 'bad-day'],
    ['9,A,MG,K,Won,2017-01-10,2017-02-01,-100', 'bad-amount'],
    ['10,A,MG,K,Won,2017-01-10,2017-02-01,NaN', 'bad-amount'],
    ['11,Z,MG,K,Won,2017-01-10,2017-02-01,100', 'unknown-agent'],
    ['12,A,MG,Z,Won,2017-01-10,2017-02-01,100', 'unknown-account'],
    ['13,A,Z,K,Won,2017-01-10,2017-02-01,100', 'unknown-product'],
    ['1,A,MG,K,Won,2017-01-10,2017-02-01,100', 'repeated'],
    ['14,A,MG,K,Won,2017-03-10,2017-02-01,100', 'closed-before-engaged'],
    [',A,MG,K,Won,2017-01-10,2017-02-01,100', 'empty'],
    ['15,A,MG,R,Won,2017-01-10,2017-02-01,100', 'unknown-account'],
    ['16,A,MG,K",Won,2017-01-10,2017-02-01,100', 'stray-quote'],
    ['17,A,MG,"K",Won,2017-01-10,2017-02-01,"100.25"'],
  ];
  let data: string;
  let text: Ended;
  let json: Ended;
  let chinese: Ended;
  beforeAll(async () => {
    data = join(folder, 'small');
    mkdirSync(data, { recursive: true });
    const header = 'opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value';
    const write = (file: string, lines: readonly string[], end: string): void =>
      writeFileSync(join(data, file), lines.join(end) + end);
    write('sales_teams.csv', teams, '\r\n');
    write('products.csv', products, '\n');
    write('accounts.csv', ['\ufeff', ...accounts].join('\n').replace('\n', '').split('\n'), '\n');
    write('sales_pipeline.csv', [header, ...deals.map(([row]) => row)], '\r\n');
    const work = (name: string): string => {
      mkdirSync(join(folder, name), { recursive: true });
      return join(folder, name);
    };
    text = await demo(work('text'), '--data', data);
    json = await demo(work('json'), '--data', data, '--json');
    chinese = await demo(work('json'), '--data', data, '--locale', 'zh-CN');
  });

  it('adds up', () => {
    expect(json.code, json.stderr).toBe(0);
    const answer = answerOf(json);
    expect(answer).toMatchObject({
      status: 'ok',
      agents: 4,
      managers: 2,
      customers: 2,
      shares: 1,
      undated: 1,
    });
    expect(answer.files).toEqual({
      'sales_teams.csv': { rows: 5, recorded: 4, faulty: 1 },
      'products.csv': { rows: 2, recorded: 2, faulty: 0 },
      'accounts.csv': { rows: 5, recorded: 2, withoutDeals: 1, faulty: 2 },
      'sales_pipeline.csv': { rows: 19, recorded: 5, withoutAccount: 1, faulty: 13 },
    });
    expect(answer.accountsWithoutDeals).toEqual([{ line: 4, name: 'Q' }]);
    expect(answer.agentsWithoutDeals).toEqual(['D']);
    expect(answer.dealsWithoutAccount).toEqual([6]);
  });

  it('names every row at fault by file, line and reason', () => {
    const expected = [
      { file: 'sales_teams.csv', line: 6, code: 'repeated' },
      { file: 'accounts.csv', line: 5, code: 'repeated' },
      { file: 'accounts.csv', line: 6, code: 'bad-number' },
      ...deals.flatMap(([, code], at) =>
        code === undefined ? [] : [{ file: 'sales_pipeline.csv', line: at + 2, code }],
      ),
    ];
    expect(answerOf(json).faults.map(({ file, line, code }) => ({ file, line, code }))).toEqual(expected);
    const unplaced = readFileSync(join(folder, 'text/out/not-placed.csv'), 'utf8');
    for (const { file, line } of expected) {
      expect(text.stdout).toContain(`${file}:${line} `);
      expect(chinese.stdout).toContain(`${file}:${line} `);
      expect(unplaced).toContain(`${file},${line},`);
    }
    expect(unplaced).toContain('sales_pipeline.csv,6,"names no account');
  });

  it('gives an account to whoever was engaged first, and takes GTXPro for GTX Pro', () => {
    expect(answerOf(json).respelt).toEqual([{ written: 'GTXPro', taken: 'GTX Pro', rows: 1 }]);
    expect(answerOf(json).sample).toMatchObject({ customer: 'K', owner: 'B' });
  });

  it('leaves a ledger that verifies, also a second time in the same place', async () => {
    expect([text.code, chinese.code]).toEqual([0, 0]);
    expect(text.stdout).toContain('npx gamekeeper verify out/ledger');
    for (const name of ['text', 'json']) {
      const out = join(folder, name, 'out');
      const { code } = await gamekeeper('verify', join(out, 'ledger'), '--key', join(out, 'ledger.vkey'));
      expect(code).toBe(0);
    }
  });

  it('does not delete what is no export', async () => {
    const ledger = join(folder, 'mine/out/ledger');
    mkdirSync(ledger, { recursive: true });
    writeFileSync(join(ledger, 'diary'), 'mine');
    const { code, stderr } = await demo(join(folder, 'mine'), '--data', data);
    expect(code).toBe(2);
    expect(stderr).toMatch(/holds something other than an exported ledger/);
    expect(existsSync(join(ledger, 'diary'))).toBe(true);
  });

  it('cannot run without a file, or with another header', async () => {
    const copy = join(folder, 'copy');
    cpSync(data, copy, { recursive: true });
    writeFileSync(join(copy, 'accounts.csv'), 'name,sector\nK,retail\n');
    const header = await demo(folder, '--data', copy);
    rmSync(join(copy, 'accounts.csv'));
    const missing = await demo(folder, '--data', copy);
    expect([header.code, missing.code]).toEqual([2, 2]);
    expect(header.stderr).toMatch(/accounts\.csv: the header lacks account, year_established/);
    expect(missing.stderr).toMatch(/cannot read accounts\.csv/);
  });
});

describe('the CRM data', () => {
  it.skipIf(!existsSync(DATA))(
    `is all accounted for (skipped where ${DATA.split('/').at(-1)} is not beside the checkout)`,
    async () => {
      const place = join(folder, 'crm');
      mkdirSync(place);
      const { code, stdout, stderr } = await demo(place, '--data', DATA);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/35 agents hired below 6 managers/);
      expect(stdout).toMatch(/85 accounts registered, approved/);
      expect(stdout).toMatch(/8,800 rows +7,375 orders recorded \+ 1,425 without account\n/);
      expect(stdout).toMatch(/1,480 rows say GTXPro: taken as GTX Pro/);
      const [, seconds, megabytes] = /([\d.]+) s, (\d+) MB of memory/.exec(stdout) ?? [];
      expect(Number(seconds)).toBeLessThan(60);
      expect(Number(megabytes)).toBeLessThan(300);
      const verified = await gamekeeper('verify', join(place, 'out/ledger'));
      expect(verified.code).toBe(0);
    },
    120_000,
  );

  it.skipIf(!existsSync(DATA))(
    'is counted anew when rows are dropped, doubled and broken',
    async () => {
      const place = join(folder, 'changed');
      const copy = join(place, 'data');
      cpSync(DATA, copy, { recursive: true });
      const file = join(copy, 'sales_pipeline.csv');
      const [header = '', ...rows] = readFileSync(file, 'utf8').split('\n').slice(0, 601);
      const kept = rows.filter((_, at) => at % 10 !== 0);
      const broken = kept.map((row, at) => (at % 50 === 7 ? row.replace(/,/, ',"') : row));
      const doubled = [...broken, kept[0] ?? '', kept[1] ?? ''];
      writeFileSync(file, [header, ...doubled, ''].join('\n'));
      const answer = answerOf(await demo(place, '--data', copy, '--json'));
      const deals = answer.files['sales_pipeline.csv'] ?? {};
      const faulty = [...broken.keys()].filter((at) => at % 50 === 7).map((at) => at + 2);
      expect(answer.status).toBe('ok');
      expect(deals).toMatchObject({ rows: 542, faulty: faulty.length + 2 });
      expect((deals.recorded ?? 0) + (deals.withoutAccount ?? 0) + (deals.faulty ?? 0)).toBe(542);
      expect(answer.faults.map(({ line, code }) => [line, code])).toEqual([
        ...faulty.map((line) => [line, expect.stringMatching(/open-quote|stray-quote/)]),
        [542, 'repeated'],
        [543, 'repeated'],
      ]);
      const { recorded = 0, withoutDeals = 0 } = answer.files['accounts.csv'] ?? {};
      expect(recorded + withoutDeals).toBe(85);
    },
    60_000,
  );
});
