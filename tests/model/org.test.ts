import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alias } from '../../src/kernel/index.ts';
import { type Employee, managerChain, type OrgChart, orgChartOf, supervises } from '../../src/model/index.ts';

const COUNT = 7;
/** People whose managers are anybody: somebody else, themselves, nobody, or somebody who is not there. */
const charts = fc
  .array(
    fc.record({
      manager: fc.option(fc.integer({ min: 0, max: COUNT }), { freq: 5 }),
      status: fc.constantFrom('active', 'active', 'on_notice', 'departed'),
    }),
    { minLength: COUNT, maxLength: COUNT },
  )
  .map((people) =>
    orgChartOf(
      people.map(
        ({ manager, status }, at) =>
          ({
            alias: `e${at}`,
            id: `e${at}`,
            manager: manager === null ? null : `e${manager}`,
            status,
            delegation: null,
          }) as unknown as Employee,
      ),
    ),
  );

/** From one to the next, as long as it is somebody new. */
function climbed(org: OrgChart, alias: string): string[] {
  const met = [alias];
  for (;;) {
    const next = org.byAlias.get(org.byAlias.get(met.at(-1) as Alias)?.manager as Alias);
    if (next === undefined || met.includes(next.alias)) return met.slice(1);
    met.push(next.alias);
  }
}

describe('the manager chain', () => {
  it('goes up to the top, a loop or a gap, the same each time it is asked for', () => {
    let loops = 0;
    fc.assert(
      fc.property(charts, (org) => {
        for (const alias of [...org.byAlias.keys(), 'e-unknown' as Alias]) {
          const expected = climbed(org, alias);
          expect(managerChain(org, alias).map((manager) => manager.alias)).toEqual(expected);
          expect(managerChain(org, alias).map((manager) => manager.alias)).toEqual(expected);
          const last = org.byAlias.get((expected.at(-1) ?? alias) as Alias)?.manager;
          if (last !== null && last !== undefined && org.byAlias.has(last)) loops += 1;
        }
      }),
      { numRuns: 500, seed: 3 },
    );
    expect(loops).toBeGreaterThan(50);
  });

  it('makes supervisors of everybody on it who has not left, and of nobody else', () => {
    let supervisors = 0;
    fc.assert(
      fc.property(charts, (org) => {
        for (const alias of org.byAlias.keys()) {
          for (const above of org.byAlias.values()) {
            const expected = above.status !== 'departed' && climbed(org, alias).includes(above.alias);
            expect(supervises(org, above, alias)).toBe(expected);
            // Who asks may have been read apart from the chart.
            expect(supervises(org, { ...above }, alias)).toBe(expected);
            if (expected) supervisors += 1;
          }
        }
      }),
      { numRuns: 200, seed: 3 },
    );
    expect(supervisors).toBeGreaterThan(500);
  });

  it('is another in another chart of the same people: who was moved is no longer under their old manager', () => {
    const person = (alias: string, manager: string | null): Employee =>
      ({ alias, id: alias, manager, status: 'active', delegation: null }) as unknown as Employee;
    const [boss, lead, dana] = [person('boss', null), person('lead', null), person('dana', 'boss')];
    const before = orgChartOf([boss, lead, dana]);
    expect(supervises(before, boss, dana.alias)).toBe(true);
    const after = orgChartOf([boss, lead, person('dana', 'lead')]);
    expect([supervises(after, boss, dana.alias), supervises(after, lead, dana.alias)]).toEqual([false, true]);
    expect(supervises(before, boss, dana.alias)).toBe(true);
  });
});
