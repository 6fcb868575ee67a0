import type { SqlDialect } from './dialect.ts';
import type { Names } from './names.ts';

/**
 * Views for the host's own SQL. They name customers and employees by the host's ids, as far as those are not erased.
 *
 * `gk_owner`: who owns each live customer and since when, or which pool it is in. `gk_access`: who may see what of it
 * by owning it or sharing it, and until which day; what comes of being somebody's manager is not in it.
 */
export function viewsFor(dialect: SqlDialect, names: Names): readonly string[] {
  const { create, text, alias, shares, share } = WORDS[dialect];
  const { documents } = names;
  const person = (name: string, of: string): string => `${documents} ${name}
  ON ${name}.tenant = c.tenant AND ${name}.collection = 'employee' AND ${name}.id = ${alias(of)}`;
  const live = `c.collection = 'customer' AND ${text('c.body', 'state')} = 'live' AND ${text('c.body', 'id')} IS NOT NULL`;
  return [
    `${create} ${names.owner} AS
SELECT c.tenant, ${text('c.body', 'id')} AS customer, ${text('e.body', 'id')} AS owner,
  ${text('c.body', 'pool')} AS pool, ${text('c.body', 'ownedSince')} AS owned_since
FROM ${documents} c LEFT JOIN ${person('e', text('c.body', 'owner'))}
WHERE ${live}`,
    `${create} ${names.access} AS
SELECT c.tenant, ${text('c.body', 'id')} AS customer, ${text('e.body', 'id')} AS employee,
  'owner' AS access, NULL AS until_on
FROM ${documents} c JOIN ${person('e', text('c.body', 'owner'))}
WHERE ${live}
UNION ALL
SELECT c.tenant, ${text('c.body', 'id')} AS customer, ${text('e.body', 'id')} AS employee,
  ${share('access')} AS access, ${share('untilOn')} AS until_on
FROM ${documents} c ${shares} JOIN ${person('e', share('employee'))}
WHERE ${live}`,
  ];
}

interface Words {
  readonly create: string;
  /** A member of a body, as text. */
  text(body: string, member: string): string;
  /** A text as it compares with ids. */
  alias(text: string): string;
  /** Joins the collaborators of customer `c` as `s`. */
  readonly shares: string;
  /** A member of `s`. */
  share(member: 'employee' | 'access' | 'untilOn'): string;
}

const WORDS: Readonly<Record<SqlDialect, Words>> = {
  postgresql: {
    create: 'CREATE OR REPLACE VIEW',
    text: (body, member) => `(${body}::json ->> '${member}')`,
    alias: (text) => text,
    shares: "CROSS JOIN LATERAL json_array_elements(c.body::json -> 'collaborators') AS s(value)",
    share: (member) => `(s.value ->> '${member}')`,
  },
  mysql: {
    create: 'CREATE OR REPLACE SQL SECURITY INVOKER VIEW',
    text: (body, member) => `JSON_VALUE(${body}, '$.${member}')`,
    // As ids are kept, or no index would serve.
    alias: (text) => `CONVERT(${text} USING ascii)`,
    shares: `JOIN JSON_TABLE(c.body, '$.collaborators[*]' COLUMNS (employee varchar(64) PATH '$.employee',
  access varchar(8) PATH '$.access', untilOn varchar(10) PATH '$.untilOn')) AS s`,
    share: (member) => `s.${member}`,
  },
  sqlite: {
    create: 'CREATE VIEW IF NOT EXISTS',
    text: (body, member) => `(${body} ->> '$.${member}')`,
    alias: (text) => text,
    shares: "JOIN json_each(c.body, '$.collaborators') AS s",
    share: (member) => `(s.value ->> '$.${member}')`,
  },
};
