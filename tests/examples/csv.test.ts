import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../examples/demo/data/csv.ts';
import { amountOf, dayOf, nameFinder } from '../../examples/demo/data/values.ts';

const read = (text: string, makesSense?: Parameters<typeof readCsv>[1]): ReturnType<typeof readCsv> =>
  readCsv(new TextEncoder().encode(text), makesSense);
const onOneLine = (fields: { readonly [column: string]: string }): boolean =>
  !Object.values(fields).some((field) => field.includes('\n'));
const quoted = (field: string): string => `"${field.replaceAll('"', '""')}"`;

describe('readCsv', () => {
  it('reads back whatever was written, with the line each row begins at', () => {
    const field = fc.oneof(fc.string(), fc.constantFrom('a\nb', 'a\r\nb', '"', 'a,b', '', ' '));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(field, field), { maxLength: 20 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.boolean(),
        (rows, end, mark, last) => {
          const lines = [['one', 'two'] as const, ...rows].map((row) => row.map(quoted).join(','));
          const file = read((mark ? '\ufeff' : '') + lines.join(end) + (last ? end : ''));
          expect(file.faults).toEqual([]);
          expect(file.columns).toEqual(['one', 'two']);
          expect(file.rows.map(({ fields }) => [fields.one, fields.two])).toEqual(rows);
          let line = 2;
          for (const [at, row] of rows.entries()) {
            expect(file.rows[at]?.line).toBe(line);
            line += (lines[at + 1] as string).split('\n').length;
            expect(row).toHaveLength(2);
          }
        },
      ),
    );
  });

  it('loses no other line to one that is broken', () => {
    const line = fc.constantFrom(
      '1,"2',
      '1,2"',
      '"1"x,2',
      '1',
      '1,2,3',
      '1,"2"',
      '1,2',
      '\ufffd,1',
      '"',
      '""""',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const text = ['one,two', ...lines.flatMap((one) => [one, 'good,row']), ''].join('\n');
        const { rows, faults } = read(text, onOneLine);
        expect(rows.filter(({ fields }) => fields.one === 'good' && fields.two === 'row')).toHaveLength(
          lines.length,
        );
        expect(rows.length + faults.length).toBe(2 * lines.length);
      }),
    );
  });

  it.each([
    ['too few columns', 'a,b\n1\n2,3', { line: 2, code: 'columns', expected: 2, found: 1 }],
    ['too many columns', 'a,b\n1,2,3', { line: 2, code: 'columns', expected: 2, found: 3 }],
    ['a quote never closed', 'a,b\n1,2\n"3,4\n5,6', { line: 3, code: 'open-quote' }],
    ['a quote in a field', 'a,b\n1,2"3', { line: 2, code: 'stray-quote' }],
    ['something after a quote', 'a,b\n"1"2,3', { line: 2, code: 'stray-quote' }],
  ])('names %s', (_, text, fault) => {
    expect(read(text).faults).toEqual([fault]);
  });

  it('names bytes that are no UTF-8', () => {
    const bytes = new Uint8Array([...new TextEncoder().encode('a,b\n1,'), 0xff, 0x0a]);
    expect(readCsv(bytes).faults).toEqual([{ line: 2, code: 'not-utf8' }]);
  });

  it('stays quick however many quotes are never closed', () => {
    const began = performance.now();
    const { faults } = read(`a,b\n${'"1,2\n'.repeat(20_001)}`);
    expect(faults.length).toBeGreaterThan(10_000);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('reads an empty file as nothing', () => {
    expect(read('')).toEqual({ columns: [], rows: [], faults: [] });
  });
});

describe('values', () => {
  it.each([
    ['2017-02-28', '2017-02-28'],
    ['2017-02-29', null],
    ['2017-2-8', null],
    ['28.02.2017', null],
    ['1969-12-31', null],
  ])('the day %s is %s', (text, day) => {
    expect(dayOf(text)).toBe(day);
  });

  it.each([
    ['1054', 105_400],
    ['0', 0],
    ['10.5', 1050],
    ['10.05', 1005],
    ['-1', null],
    ['NaN', null],
    ['1e3', null],
    ['1,000', null],
    ['10.001', null],
    ['', null],
    ['99999999999999', null],
  ])('the amount %s is %s', (text, amount) => {
    expect(amountOf(text)).toBe(amount);
  });

  it('joins a name that differs in spaces and case, when it can be one only', () => {
    const finder = nameFinder(['GTX Pro', 'GTX Plus', 'a b', 'A B']);
    expect(['GTX Pro', 'GTXPro', 'GTXPro', 'gtx plus', 'ab', 'GTK'].map((name) => finder.find(name))).toEqual(
      ['GTX Pro', 'GTX Pro', 'GTX Pro', 'GTX Plus', null, null],
    );
    expect(finder.respelt).toContainEqual({ written: 'GTXPro', taken: 'GTX Pro', rows: 2 });
  });
});
