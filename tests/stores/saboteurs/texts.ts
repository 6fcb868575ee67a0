import type { CommitBatch, StagedEntry } from '../../../src/ports/index.ts';
import {
  committing,
  type Opener,
  overKeys,
  overTables,
  rewriting,
  type Saboteur,
  saboteur,
} from './saboteur.ts';

/** What databases, drivers and formats do to a text. */
const CHANGES: readonly (readonly [string, string, (text: string) => string])[] = [
  ['ST-05', 'composes letters (NFC)', (text) => text.normalize('NFC')],
  ['ST-05', 'takes letters apart (NFD)', (text) => text.normalize('NFD')],
  ['ST-05', 'normalises forms of letters (NFKC)', (text) => text.normalize('NFKC')],
  [
    'ST-05',
    'keeps three bytes of a letter (utf8mb3)',
    (text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, '?'),
  ],
  ['ST-05', 'writes Latin-1', (text) => Buffer.from(text, 'latin1').toString('latin1')],
  ['ST-05', 'drops a byte order mark at the start', (text) => text.replace(/^\ufeff/, '')],
  ['ST-05', 'drops U+FEFF anywhere', (text) => text.replaceAll('\ufeff', '')],
  ['ST-05', 'replaces noncharacters', (text) => text.replaceAll('\uffff', '\ufffd')],
  ['ST-05', 'drops joiners of no width', (text) => text.replaceAll('\u200d', '')],
  ['ST-05', 'makes line ends one', (text) => text.replaceAll('\r\n', '\n')],
  ['ST-05', 'makes returns line ends', (text) => text.replace(/\r(?!\n)/g, '\n')],
  ['ST-05', 'breaks lines at U+2028', (text) => text.replaceAll('\u2028', '\n')],
  ['ST-05', 'breaks lines at U+0085', (text) => text.replaceAll('\u0085', '\n')],
  ['ST-05', 'makes tabs spaces', (text) => text.replaceAll('\t', ' ')],
  ['ST-05', 'makes fixed spaces spaces', (text) => text.replaceAll('\u00a0', ' ')],
  ['ST-05', 'trims spaces at the end', (text) => text.replace(/ +$/, '')],
  ['ST-05', 'trims spaces at the start', (text) => text.replace(/^ +/, '')],
  ['ST-05', 'keeps nothing for a space', (text) => (text === ' ' ? '' : text)],
  ['ST-05', 'keeps a space for nothing', (text) => text || ' '],
  ['ST-05', 'drops control characters', (text) => text.replaceAll('\u0001', '').replaceAll('\u0008', '')],
  ['ST-05', 'drops escape characters', (text) => text.replaceAll('\u001b', '')],
  ['ST-05', 'drops U+007F', (text) => text.replaceAll('\u007f', '')],
  ['ST-05', 'takes backslashes for escapes', (text) => text.replaceAll('\\\\', '\\')],
  ['ST-05', 'doubles quotes', (text) => text.replaceAll("'", "''")],
  ['ST-05', 'decodes entities', (text) => text.replaceAll('&amp;', '&')],
  ['ST-05', 'decodes percent signs', (text) => text.replaceAll('%00', '')],
  ['ST-15', 'parses JSON and writes it again', (text) => reparsed(text)],
  ['ST-15', 'keeps JSON in the order of jsonb', (text) => asJsonb(text)],
  ['ST-15', 'writes numbers its own way', (text) => text.replaceAll('1e+21', '1000000000000000000000')],
  ['ST-15', 'drops leading zeros', (text) => text.replace(/^0+(?=\d)/, '')],
  [
    'ST-15',
    'loses digits of large numbers',
    (text) => text.replaceAll('9007199254740993', '9007199254740992'),
  ],
  ['ST-15', 'knows nothing for null', (text) => (text === 'null' ? '' : text)],
  ['ST-19', 'cuts texts at 65,535 bytes', (text) => text.slice(0, 65_535)],
  ['ST-19', 'cuts texts at 1 MiB', (text) => text.slice(0, 1_048_576)],
  ['ST-08', 'cuts texts at 1,000 characters', (text) => text.slice(0, 1000)],
  ['ST-06', 'cuts texts at NUL', (text) => text.split('\0')[0] ?? ''],
  ['ST-06', 'replaces lone surrogates', (text) => text.toWellFormed()],
];

function reparsed(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

/** As PostgreSQL's `jsonb` prints objects: keys by length first, and spaces. */
function asJsonb(text: string): string {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return text;
    const members = Object.entries(value).sort(
      ([left], [right]) => left.length - right.length || (left < right ? -1 : 1),
    );
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}: ${JSON.stringify(member)}`).join(', ')}}`;
  } catch {
    return text;
  }
}

const entering = (change: (entry: StagedEntry) => StagedEntry): Opener =>
  rewriting((batch) => ({ ...batch, entries: batch.entries.map(change) }));
const putting = (change: (put: CommitBatch['puts'][number]) => CommitBatch['puts'][number]): Opener =>
  rewriting((batch) => ({ ...batch, puts: batch.puts.map(change) }));

/** The members of a list that fit into a column of 64 KiB. */
function fitting<Member>(members: readonly Member[]): Member[] {
  let length = 2;
  return members.filter((member) => {
    length += JSON.stringify(member).length + 1;
    return length <= 65_535;
  });
}

/** Stores that keep something else than they were given. */
export const saboteursOfTexts: readonly Saboteur[] = [
  ...CHANGES.map(([caughtBy, name, text]) => saboteur(caughtBy, name, overKeys({ text }))),
  saboteur('ST-15', 'keeps texts in a column of numbers', overTables({ textType: 'NUMERIC' })),
  saboteur(
    'ST-05',
    'trims leaves',
    entering((entry) => ({ ...entry, leaf: entry.leaf.trim() })),
  ),
  saboteur(
    'ST-05',
    'trims bodies',
    putting((put) => ({ ...put, body: put.body.trim() })),
  ),
  saboteur(
    'ST-07',
    'cuts codes of documents at 44 characters',
    putting((put) => ({ ...put, mac: put.mac.slice(0, 44) })),
  ),
  saboteur(
    'ST-07',
    'cuts codes of entries at 44 characters',
    entering((entry) => ({ ...entry, mac: entry.mac.slice(0, 44) })),
  ),
  saboteur(
    'ST-07',
    'reads codes as numbers',
    putting((put) => ({ ...put, mac: /^0+$/.test(put.mac) ? '0' : put.mac })),
  ),
  saboteur(
    'ST-07',
    'drops the padding of codes',
    putting((put) => ({ ...put, mac: put.mac.replace(/=+$/, '') })),
  ),
  saboteur(
    'ST-09',
    'cuts leaves at 16 KiB',
    entering((entry) => ({ ...entry, leaf: entry.leaf.slice(0, 16_384) })),
  ),
  saboteur(
    'ST-09',
    'cuts lists of subjects at 64 KiB',
    entering((entry) => ({ ...entry, subjects: fitting(entry.subjects) })),
  ),
  saboteur(
    'ST-09',
    'cuts lists of keys at 64 KiB',
    putting((put) => ({ ...put, keys: fitting(put.keys) })),
  ),
  saboteur(
    'ST-09',
    'indexes at most 1,000 keys of a document',
    putting((put) => ({ ...put, keys: put.keys.slice(0, 1000) })),
  ),
  saboteur(
    'ST-08',
    'takes at most 100 documents',
    committing((inner) => async (tenant, batch) => {
      if (batch.puts.length > 100) throw new Error('too many parameters');
      return inner.commit(tenant, batch);
    }),
  ),
  saboteur(
    'ST-08',
    'takes at most 1 MiB',
    committing((inner) => async (tenant, batch) => {
      if (JSON.stringify(batch).length > 1_048_576) throw new Error('packet too large');
      return inner.commit(tenant, batch);
    }),
  ),
  saboteur(
    'ST-16',
    'sorts subjects',
    entering((entry) => ({ ...entry, subjects: entry.subjects.toSorted() })),
  ),
  saboteur(
    'ST-16',
    'keeps each subject once',
    entering((entry) => ({ ...entry, subjects: [...new Set(entry.subjects)] })),
  ),
  saboteur(
    'ST-16',
    'joins subjects by commas',
    entering((entry) => ({
      ...entry,
      subjects: entry.subjects.length === 0 ? [] : entry.subjects.join(',').split(','),
    })),
  ),
];
