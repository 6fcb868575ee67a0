import type { NameKind } from './key-value-store.ts';
import { overKeys, overTables, renaming, type Saboteur, saboteur } from './saboteur.ts';

/** What databases and programs do to a name, and how it reads then. */
const CHANGES: readonly (readonly [string, (name: string) => string])[] = [
  ['cuts % at 64 bytes', (name) => name.slice(0, 64)],
  ['cuts % at 191 bytes', (name) => name.slice(0, 191)],
  ['cuts % at 255 bytes', (name) => name.slice(0, 255)],
  ['cuts % at 500 bytes', (name) => name.slice(0, 500)],
  ['folds the case of %', (name) => name.toLowerCase()],
  ['reads % as numbers', (name) => (/^\d+(\.\d+)?$/.test(name) ? String(Number(name)) : name)],
  ['reads % as numbers with exponents', (name) => (/^\d+e\d+$/.test(name) ? String(Number(name)) : name)],
  ['reads % as floats', (name) => (/^\d{16,}$/.test(name) ? String(Number(name)) : name)],
  ['makes % properties of an object', (name) => (name in {} ? '[object Object]' : name)],
  ['decodes % like addresses', (name) => decoded(name)],
  [
    'normalises % like paths',
    (name) =>
      name
        .replace(/\/\.\//g, '/')
        .replace(/\/+/g, '/')
        .replace(/(.)\/$/, '$1'),
  ],
  [
    'reads % as UUIDs',
    (name) => (name.replaceAll('-', '').length === 32 ? name.replaceAll('-', '').toLowerCase() : name),
  ],
  ['reads % as moments', (name) => (/^\d{4}-\d\d-\d\dT/.test(name) ? new Date(name).toISOString() : name)],
];

const CAUGHT_BY: Readonly<Record<NameKind, readonly [plural: string, byLength: string, otherwise: string]>> =
  {
    tenant: ['tenants', 'ST-04', 'ST-14'],
    collection: ['collections', 'ST-04', 'ST-02'],
    id: ['ids', 'ST-04', 'ST-02'],
    index: ['indexes', 'ST-04', 'ST-03'],
    key: ['keys', 'ST-04', 'ST-03'],
    version: ['versions', 'ST-04', 'ST-11'],
    subject: ['subjects', 'ST-04', 'ST-12'],
    entry: ['entries', 'ST-04', 'ST-12'],
  };

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Stores that take two names for one. */
export const saboteursOfNames: readonly Saboteur[] = [
  ...Object.entries(CAUGHT_BY).flatMap(([kind, [plural, byLength, otherwise]]) =>
    CHANGES.map(([what, change]) =>
      saboteur(
        what.startsWith('cuts') ? byLength : otherwise,
        what.replace('%', plural),
        renaming(kind as NameKind, change),
      ),
    ),
  ),
  ...['/', ':', '|', '.', '-', '_', ',', '#', '~', '!', '::', ''].map((joint) =>
    saboteur(
      'ST-13',
      `joins names by ${joint === '' ? 'nothing' : joint}`,
      overKeys({ join: (parts) => parts.join(joint) }),
    ),
  ),
  ...[768, 1024, 1500].map((most) =>
    saboteur(
      'ST-04',
      `cuts joined names at ${most} bytes`,
      overKeys({ join: (parts) => parts.join('\0').slice(0, most) }),
    ),
  ),
  saboteur(
    'ST-14',
    'lets the tenant run into the collection',
    overKeys({ join: ([kind, tenant, ...rest]) => [kind, `${tenant}/${rest.join('\0')}`].join('\0') }),
  ),
  ...['.', '~', '_', '0', 's', '/', '='].map((end) =>
    saboteur(
      'ST-02',
      `trims ${end} from the end of collections`,
      renaming('collection', (name) => (name.length > 1 && name.endsWith(end) ? name.slice(0, -1) : name)),
    ),
  ),
  saboteur('ST-02', 'compares names by NOCASE', overTables({ nameType: 'TEXT COLLATE NOCASE' })),
  saboteur('ST-02', 'keeps names in columns of numbers', overTables({ nameType: 'NUMERIC' })),
  saboteur(
    'ST-02',
    'looks for documents by LIKE',
    overTables({ documentMatch: 'tenant = ? AND collection = ? AND id LIKE ?' }),
  ),
  saboteur(
    'ST-02',
    'looks for documents by GLOB',
    overTables({ documentMatch: 'tenant = ? AND collection = ? AND id GLOB ?' }),
  ),
  saboteur('ST-12', 'looks for entries by LIKE', overTables({ entryMatch: 'id LIKE ?2' })),
  saboteur(
    'ST-12',
    'looks for subjects by LIKE',
    overTables({ subjectMatch: `subjects LIKE '%"' || ?2 || '"%'` }),
  ),
  saboteur(
    'ST-12',
    'looks for subjects anywhere in a list',
    overTables({ subjectMatch: 'instr(subjects, ?2) > 0' }),
  ),
  saboteur(
    'ST-16',
    'looks for subjects in the text of a list',
    overTables({ subjectMatch: `instr(subjects, '"' || ?2 || '"') > 0` }),
  ),
  saboteur(
    'ST-10',
    'takes keys away from every tenant',
    overTables({ removeKeys: 'DELETE FROM keys WHERE ? IS NOT NULL AND collection = ? AND id = ?' }),
  ),
];
