import { canonicalize, type JsonValue } from '../kernel/index.ts';

/**
 * Characters that make a spreadsheet read a cell as a formula (OWASP, CSV injection), also where they are as
 * wide as a Chinese character.
 */
const FORMULA = /^[\s\u00a0\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/u;

/** A value as a cell of a CSV file (RFC 4180), never a formula. Empty where there is none. */
function csvCell(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : canonicalize(value);
  // A number is no formula, whatever its sign.
  const safe = typeof value !== 'number' && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A row of a CSV file, its line end included. */
export function csvRow(values: readonly (JsonValue | undefined)[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}
