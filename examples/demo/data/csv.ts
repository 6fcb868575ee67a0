/** A row of a CSV file: the line it begins at, and its fields by column name. */
export interface CsvRow {
  readonly line: number;
  readonly fields: { readonly [column: string]: string };
}

/** Why a row cannot be read. */
export type CsvFaultCode = 'columns' | 'open-quote' | 'stray-quote' | 'not-utf8';

/** A row that cannot be read. */
export interface CsvFault {
  readonly line: number;
  readonly code: CsvFaultCode;
  readonly expected?: number;
  readonly found?: number;
}

/** A CSV file, read to its end whatever is wrong with it: as many rows and faults as there are records. */
export interface CsvFile {
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
  readonly faults: readonly CsvFault[];
}

/** A quoted field that goes on for longer was never closed. */
const MOST_LINES = 50;

/**
 * Reads CSV as RFC 4180 says, with a header: quoted fields, doubled quotes, line breaks within quotes, CRLF
 * or LF, a byte order mark, empty lines left out.
 *
 * A record that is wrong costs one physical line: reading goes on at the next, so a quote that is never
 * closed swallows nothing. Two wrong quotes can make one record of many lines that looks right:
 * `makesSense` is asked about those that span several lines.
 */
export function readCsv(
  bytes: Uint8Array,
  makesSense: (fields: CsvRow['fields']) => boolean = () => true,
): CsvFile {
  const text = new TextDecoder('utf-8', { ignoreBOM: false }).decode(bytes);
  const rows: CsvRow[] = [];
  const faults: CsvFault[] = [];
  let columns: readonly string[] | null = null;
  for (let at = 0, line = 1; at < text.length; ) {
    const record = readRecord(text, at);
    const isEmpty = record.code === null && record.fields.length === 1 && record.fields[0] === '';
    const code = isEmpty ? null : faultOf(record, columns, makesSense);
    if (isEmpty) {
      // Not a record: RFC 4180 knows none, editors leave them behind.
    } else if (code !== null) {
      const counts =
        code === 'columns' ? { expected: columns?.length ?? 0, found: record.fields.length } : {};
      faults.push({ line, code, ...counts });
    } else if (columns === null) columns = record.fields.map((name) => name.trim());
    else rows.push({ line, fields: byColumn(columns, record.fields) });
    const next = code === null ? record.end : afterLine(text, at);
    line += code === null ? record.lines : 1;
    at = next;
  }
  return { columns: columns ?? [], rows, faults };
}

function faultOf(
  record: CsvRecord,
  columns: readonly string[] | null,
  makesSense: (fields: CsvRow['fields']) => boolean,
): CsvFaultCode | null {
  const { code, fields, lines } = record;
  if (code !== null) return code;
  if (fields.some((field) => field.includes('\ufffd'))) return 'not-utf8';
  if (columns === null) return null;
  if (columns.length !== fields.length) return 'columns';
  return lines > 1 && !makesSense(byColumn(columns, fields)) ? 'open-quote' : null;
}

function byColumn(columns: readonly string[], fields: readonly string[]): { [column: string]: string } {
  return Object.fromEntries(columns.map((column, at) => [column, fields[at] ?? '']));
}

interface CsvRecord {
  readonly fields: readonly string[];
  /** Where the next record begins. */
  readonly end: number;
  /** How many lines this one took. */
  readonly lines: number;
  readonly code: 'open-quote' | 'stray-quote' | null;
}

function readRecord(text: string, start: number): CsvRecord {
  const fields: string[] = [];
  let lines = 1;
  for (let at = start; ; at += 1) {
    let field = '';
    if (text[at] === '"') {
      const quoted = readQuoted(text, at);
      if (quoted === null) return { fields, end: text.length, lines, code: 'open-quote' };
      ({ field, end: at } = quoted);
      lines += quoted.breaks;
    } else {
      const end = endOfField(text, at);
      field = text.slice(at, end);
      at = end;
    }
    fields.push(field);
    if (text[at] === ',') continue;
    if (at >= text.length) return { fields, end: at, lines, code: null };
    if (text[at] === '\n') return { fields, end: at + 1, lines, code: null };
    if (text.startsWith('\r\n', at)) return { fields, end: at + 2, lines, code: null };
    return { fields, end: at, lines, code: 'stray-quote' };
  }
}

/** A field in quotes; `null` when they are not closed. */
function readQuoted(text: string, start: number): { field: string; end: number; breaks: number } | null {
  let field = '';
  let breaks = 0;
  for (let at = start + 1; ; ) {
    const quote = text.indexOf('"', at);
    const part = text.slice(at, quote === -1 ? at : quote);
    breaks += part.split('\n').length - 1;
    if (quote === -1 || breaks > MOST_LINES) return null;
    field += part;
    if (text[quote + 1] !== '"') return { field, end: quote + 1, breaks };
    field += '"';
    at = quote + 2;
  }
}

/** Where a field without quotes ends: at a comma, a line break, or a quote that does not belong there. */
function endOfField(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === ',' || character === '\n' || character === '"') return at;
    if (character === '\r' && text[at + 1] === '\n') return at;
  }
  return text.length;
}

function afterLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end + 1;
}
