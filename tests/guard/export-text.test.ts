import { describe, expect, it } from 'vitest';
import { csvRow } from '../../src/guard/index.ts';

describe('a row of an export', () => {
  it('is cells by commas and a line end; nothing where there is nothing', () => {
    expect(csvRow(['a', 1, true, null, undefined, 'b'])).toBe('a,1,true,,,b\r\n');
    expect(csvRow([{ b: 1, a: [2] }])).toBe('"{""a"":[2],""b"":1}"\r\n');
  });

  it.each([
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    ['two\rlines', '"two\rlines"'],
    [' before', '" before"'],
    ['after ', '"after "'],
    ['plain text', 'plain text'],
  ])('quotes what would not come back otherwise: %j', (text, cell) => {
    expect(csvRow([text])).toBe(`${cell}\r\n`);
  });

  it.each([
    ['=1', "'=1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@x', "'@x"],
    ['\t=1', "'\t=1"],
    ['\tx', "'\tx"],
    ['\rx', `"'\rx"`],
    ['  =1', "'  =1"],
    ['\u00a0\ufeff=1', "'\u00a0\ufeff=1"],
    ['＝1', "'＝1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠x', "'＠x"],
    ['1=1', '1=1'],
    ['a-b', 'a-b'],
  ])('is no formula: %j', (text, cell) => {
    expect(csvRow([text])).toBe(`${cell}\r\n`);
  });

  it('leaves numbers as they are, whatever their sign', () => {
    expect(csvRow([-5, 0])).toBe('-5,0\r\n');
  });
});
