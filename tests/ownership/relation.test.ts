import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, definePolicy } from '../../src/index.ts';
import { SENSITIVITIES } from '../../src/model/index.ts';
import { visibleTo } from '../../src/ownership/index.ts';

const relations = ['owner', 'supervisor', 'collaborator', 'claimant', 'other'] as const;

describe('what a relation shows', () => {
  it('is what the policy in force says, each time, and for an approver what it says of supervisors', () => {
    const some = fc.subarray([...SENSITIVITIES]);
    const visibility = fc.record(Object.fromEntries(relations.map((relation) => [relation, some])));
    fc.assert(
      fc.property(visibility, (given) => {
        const policy = definePolicy({ visibility: given as never });
        for (let again = 0; again < 2; again += 1) {
          for (const relation of relations) {
            expect([...visibleTo(relation, policy)].toSorted()).toEqual(given[relation]?.toSorted());
          }
          expect(visibleTo('approver', policy)).toEqual(visibleTo('supervisor', policy));
        }
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  it('a field that a new policy hides is hidden at once', () => {
    expect(visibleTo('collaborator', DEFAULT_POLICY).has('contact')).toBe(true);
    const stricter = definePolicy({ visibility: { collaborator: ['public'] } });
    expect(visibleTo('collaborator', stricter).has('contact')).toBe(false);
  });
});
