import type { Clock, IdGenerator } from '../../ports/index.ts';
import { type ConformanceCase, makeClause, type SubjectKind } from '../conformance.ts';
import { expectThat, same } from '../expectations.ts';

const PORTS: SubjectKind<Clock | IdGenerator> = {
  claims: () => true,
  watch: (port, log) => log.watch(port, ''),
  close: async () => undefined,
};

/** 2001 in milliseconds; what lies below is most likely seconds. */
const LEAST_MILLIS = 1e12;

/** The contract of the clock port. */
export const clockCases: readonly ConformanceCase<Clock>[] = [
  makeClause<Clock>(
    {
      id: 'CL-01',
      title: 'tells whole Unix milliseconds',
      claim: null,
      hint: 'Answer `Date.now()`: no seconds, no fractions, no Date, no text.',
    },
    PORTS as SubjectKind<Clock>,
    async (clock) => {
      for (let at = 0; at < 3; at += 1) {
        const now = clock.now();
        expectThat(
          Number.isSafeInteger(now) && now > LEAST_MILLIS,
          'now',
          'whole milliseconds since 1970',
          now,
        );
      }
    },
  ),
];

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const MOMENTS = [0, 1, 1_774_396_800_000, 2 ** 47, 2 ** 48 - 1];

function idClause(
  id: string,
  title: string,
  hint: string,
  check: (ids: IdGenerator) => void,
): ConformanceCase<IdGenerator> {
  return makeClause<IdGenerator>(
    { id, title, claim: null, hint },
    PORTS as SubjectKind<IdGenerator>,
    async (ids) => check(ids),
  );
}

/** The contract of the port that makes ids. */
export const idGeneratorCases: readonly ConformanceCase<IdGenerator>[] = [
  idClause(
    'ID-01',
    'makes UUIDv7 in small letters',
    'Set the version to 7 and the variant to 10 in binary, and write hexadecimal digits in small letters with dashes.',
    (ids) => {
      for (const millis of MOMENTS) {
        for (let at = 0; at < 20; at += 1) {
          const made = ids.next(millis);
          expectThat(FORM.test(made), `an id for ${millis}`, 'a UUIDv7 in small letters', made);
        }
      }
    },
  ),

  idClause(
    'ID-02',
    'puts the time it is given into the id',
    'The first 48 bits are the milliseconds that were asked for, not those of another clock, nor seconds.',
    (ids) => {
      for (const millis of MOMENTS) {
        const made = ids.next(millis);
        const seen = Number.parseInt(made.replaceAll('-', '').slice(0, 12), 16);
        same(seen, millis, `the time in ${made}`);
      }
    },
  ),

  idClause(
    'ID-03',
    'never makes an id twice',
    'Draw at least 62 random bits for each id; a counter alone starts anew with the process.',
    (ids) => {
      const made = new Set<string>();
      for (let at = 0; at < 20_000; at += 1) made.add(ids.next(1_774_396_800_000 - (at % 3)));
      same(made.size, 20_000, 'different ids');
      const tails = new Set([...made].map((id) => id.slice(-12)));
      expectThat(tails.size > 19_900, 'their last 48 bits', 'random ones', `${tails.size} of 20,000 differ`);
    },
  ),
];
