import * as z from 'zod/mini';
import type { StateView } from './fold.ts';
import type { Employee } from './nouns.ts';
import { employeeAlias as alias, entryId, instant, localDate } from './stored-parts.ts';

/** How employment comes to its end. A closed list; what stands behind it is nobody's business here. */
export const NOTICE_KINDS = [
  'resignation',
  'termination',
  'contract_end',
  'retirement',
  'mutual_agreement',
] as const;
/** How employment comes to its end. */
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/**
 * One period of employment, once something is to be told of it beside its beginning: a notice, a departure,
 * a re-hiring. It stands for the handovers of that period too: there is at most one open at a time.
 */
export const episodeSchema = z.strictObject({
  schemaVersion: z.literal(1),
  employee: alias,
  number: z.int(),
  startedAt: instant,
  /** The notice in force; `null` before one is given and after it was withdrawn. */
  notice: z.nullable(z.strictObject({ kind: z.enum(NOTICE_KINDS), lastDayOn: localDate, givenAt: instant })),
  departed: z.nullable(z.strictObject({ at: instant, because: z.enum(['left', 'no_show']) })),
  /** The latest handover of this period, whatever became of it. */
  handover: z.nullable(entryId),
});
export type Episode = z.output<typeof episodeSchema>;

/** Where the episode that an employee is in lies, or was in last. */
export function episodeId(employee: Pick<Employee, 'alias' | 'episode'>): string {
  return `${employee.alias}.${employee.episode}`;
}

/** The episode that an employee is in, or was in last; a plain one where nothing is told of it yet. */
export function episodeOf(state: StateView, employee: Employee): Episode {
  return (
    state.get('episode', episodeId(employee)) ?? {
      departed: null,
      employee: employee.alias,
      handover: null,
      notice: null,
      number: employee.episode,
      schemaVersion: 1,
      startedAt: employee.hiredAt,
    }
  );
}
