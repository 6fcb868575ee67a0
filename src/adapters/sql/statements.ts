import { AT_ONCE, type Columns, type Dialect, equal } from './dialect.ts';
import type { Names } from './names.ts';

const PLACE = ['tenant', 'collection', 'id'];
const DOCUMENT: Columns = {
  tenant: 'name',
  collection: 'name',
  id: 'name',
  version: 'name',
  mac: 'code',
  index_keys: 'text',
  body: 'text',
};
const KEY: Columns = {
  tenant: 'name',
  index_name: 'name',
  index_key: 'name',
  collection: 'name',
  id: 'name',
};
const ENTRY: Columns = { tenant: 'name', id: 'name', mac: 'code', subjects: 'text', leaf: 'text' };
const NUMBERED: Columns = { n: 'count', tenant: 'name', id: 'name' };

/** Every statement the store runs, but those on a range of an index. Rows are given by one `?`, see `given`. */
export type Statements = ReturnType<typeof statementsFor>;

/** The statements on one installation. */
export function statementsFor(dialect: Dialect, names: Names) {
  const { given, lookUp } = dialect;
  const insert = (table: string, columns: Columns, end = ''): string => {
    const list = Object.keys(columns).join(', ');
    return `INSERT INTO ${table} (${list}) SELECT ${list} FROM ${given(columns)} WHERE ${AT_ONCE} ${end}`;
  };
  const entries = (from: string): string => `SELECT e.id, e.mac, e.subjects, e.leaf, l.position FROM ${from}`;
  const entryOf = (alias: string): string =>
    lookUp(names.entries, 'e', `e.tenant = ${alias}.tenant AND e.id = ${alias}.entry`);
  const subjectSql = (order: 'ASC' | 'DESC', beyond: '>' | '<'): string =>
    `${entries(`${names.entry_subjects} s`)} ${lookUp(names.log, 'l', equal('l', 's', ['tenant', 'position']))}
      ${entryOf('l')} WHERE s.tenant = ? AND s.subject = ? AND s.position ${beyond} ?
      ORDER BY s.position ${order} LIMIT ?`;
  return {
    lockShared: dialect.lockDocuments(names, 'share', true),
    lockSharedNow: dialect.lockDocuments(names, 'share', false),
    lockWritten: dialect.lockDocuments(names, 'update', true),
    lockWrittenNow: dialect.lockDocuments(names, 'update', false),
    lockWrittenInside: dialect.lockDocuments(names, 'update', false, dialect.joining?.settings?.set),
    whichAreThere: `SELECT r.n FROM ${given({ n: 'count', ...pick(DOCUMENT, PLACE) })}
      ${lookUp(names.documents, 'd', equal('d', 'r', PLACE))}`,
    getDocuments: `SELECT r.n, d.version, d.body, d.mac FROM ${given({ n: 'count', ...pick(DOCUMENT, PLACE) })}
      ${lookUp(names.documents, 'd', equal('d', 'r', PLACE))}`,
    insertDocuments: insert(names.documents, DOCUMENT),
    updateDocuments: dialect.update(names.documents, PLACE, { ...DOCUMENT, was: 'name' }, 'version'),
    deleteDocuments: dialect.deleteGiven(names.documents, pick(DOCUMENT, [...PLACE, 'version'])),
    addKeys: insert(names.index_keys, KEY, dialect.unlessThere(`${names.index_keys}.id`)),
    removeKeys: dialect.deleteGiven(names.index_keys, KEY),
    leavesOf: `SELECT e.tenant, e.id, e.leaf FROM ${given(pick(ENTRY, ['tenant', 'id']))}
      ${lookUp(names.entries, 'e', equal('e', 'r', ['tenant', 'id']))}`,
    insertEntries: insert(names.entries, ENTRY),
    // The number of an entry is drawn here, when its commit holds all of its locks: see `run-group.ts`.
    stage: (done: string): string =>
      `INSERT INTO ${names.staged} (tenant, entry) SELECT tenant, id FROM ${given(NUMBERED)} WHERE ${done} ORDER BY n`,
    staged: `SELECT s.seq, e.id, e.mac, e.subjects, e.leaf FROM ${names.staged} s ${entryOf('s')}
      WHERE s.tenant = ? ORDER BY s.seq LIMIT ?`,
    // The same without what takes room: a leaf is not looked at when it gets its place.
    nextStaged: `SELECT s.seq, e.id, e.subjects FROM ${names.staged} s ${entryOf('s')}
      WHERE s.tenant = ? ORDER BY s.seq LIMIT ?`,
    unstage: dialect.deleteGiven(names.staged, { tenant: 'name', seq: 'count' }),
    appendToLog: insert(names.log, { tenant: 'name', position: 'count', entry: 'name' }),
    addSubjects: insert(names.entry_subjects, { tenant: 'name', subject: 'name', position: 'count' }),
    readSize: `SELECT size FROM ${names.log_sizes} WHERE tenant = ?`,
    lockSize: `SELECT size FROM ${names.log_sizes} WHERE tenant = ? ${dialect.rowLocks === 'none' ? '' : 'FOR UPDATE'}`,
    beginLog: `INSERT INTO ${names.log_sizes} (tenant, size) VALUES (?, 0) ${dialect.unlessThere('tenant')}`,
    endLog: `DELETE FROM ${names.log_sizes} WHERE tenant = ?`,
    growLog: dialect.update(
      names.log_sizes,
      ['tenant'],
      { tenant: 'name', size: 'count', was: 'count' },
      'size',
    ),
    entriesFrom: `${entries(names.log)} l ${entryOf('l')}
      WHERE l.tenant = ? AND l.position >= ? ORDER BY l.position LIMIT ?`,
    entriesById: `SELECT r.n, e.id, e.mac, e.subjects, e.leaf, l.position FROM ${given(NUMBERED)}
      ${lookUp(names.entries, 'e', equal('e', 'r', ['tenant', 'id']))}
      ${lookUp(names.log, 'l', 'l.tenant = e.tenant AND l.entry = e.id', 'anyway')}`,
    entriesOfSubject: { ascending: subjectSql('ASC', '>'), descending: subjectSql('DESC', '<') },
  };
}

function pick(columns: Columns, names: readonly string[]): Columns {
  return Object.fromEntries(Object.entries(columns).filter(([name]) => names.includes(name)));
}
