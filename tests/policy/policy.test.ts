import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_POLICY,
  definePolicy,
  loosenedFields,
  type Policy,
  policyJsonSchema,
} from '../../src/index.ts';

const levels = ['public', 'internal', 'contact', 'commercial'] as const;
type Node = {
  type?: string;
  properties?: Record<string, Node>;
  description?: string;
  'x-description-zh-CN'?: string;
  required?: string[];
  additionalProperties?: boolean;
  minimum?: number;
  maximum?: number;
};

const policies: fc.Arbitrary<Policy> = fc
  .record({
    visibility: fc.record({
      owner: fc.subarray([...levels]),
      supervisor: fc.subarray([...levels]),
      collaborator: fc.subarray([...levels]),
      claimant: fc.subarray([...levels]),
      other: fc.subarray([...levels]),
      orders: fc.subarray(['owner', 'supervisor', 'collaborator'] as (
        | 'owner'
        | 'supervisor'
        | 'collaborator'
      )[]),
    }),
    claims: fc.record({ escalateAfterWorkingDays: fc.integer({ min: 1, max: 60 }) }),
    ownership: fc.record({ maxHeld: fc.integer({ min: 1, max: 1000 }) }),
    followUps: fc.record({
      remindAfterDays: fc.integer({ min: 1, max: 100 }),
      escalateAfterDays: fc.integer({ min: 100, max: 365 }),
      workingDays: fc.boolean(),
      minimumLength: fc.integer({ min: 1, max: 1000 }),
      lateAfterHours: fc.integer({ min: 1, max: 720 }),
    }),
  })
  .map((overrides) => definePolicy(overrides as never));

describe('a policy', () => {
  it('of nothing is the default, and every part left out keeps it', () => {
    expect(definePolicy()).toEqual(DEFAULT_POLICY);
    expect(definePolicy({ followUps: { remindAfterDays: 2 } })).toEqual({
      ...DEFAULT_POLICY,
      followUps: { ...DEFAULT_POLICY.followUps, remindAfterDays: 2 },
    });
  });

  it('has the defaults of the domain: two working days, three and seven days, 48 hours, 200 customers', () => {
    expect(DEFAULT_POLICY).toMatchObject({
      claims: { escalateAfterWorkingDays: 2 },
      ownership: { maxHeld: 200 },
      followUps: { remindAfterDays: 3, escalateAfterDays: 7, lateAfterHours: 48 },
      visibility: { claimant: ['public', 'internal'], other: ['public'] },
    });
  });

  it('describes every field in both languages, in a schema that a form can be made of', () => {
    const schema = policyJsonSchema() as Node & { $schema: string };
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(Object.keys(schema.properties ?? {})).toEqual(Object.keys(DEFAULT_POLICY));
    for (const [area, node] of Object.entries(schema.properties ?? {})) {
      expect(node).toMatchObject({ type: 'object', additionalProperties: false });
      const names = Object.keys((DEFAULT_POLICY as never as Record<string, object>)[area] ?? {});
      expect(Object.keys(node.properties ?? {}).toSorted()).toEqual(names.toSorted());
      expect(node.required?.toSorted()).toEqual(names.toSorted());
      for (const [name, fieldNode] of Object.entries(node.properties ?? {})) {
        expect(fieldNode.description, `${area}.${name}`).toMatch(/^[A-Z].{15,}\.$/);
        expect(fieldNode['x-description-zh-CN'], `${area}.${name}`).toMatch(/[\u4e00-\u9fff]{4,}.*。$/);
        expect(['integer', 'array', 'boolean', 'string', 'object']).toContain(fieldNode.type);
        if (fieldNode.type === 'integer')
          expect([fieldNode.minimum, typeof fieldNode.maximum]).toEqual([1, 'number']);
      }
    }
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });

  it.each([
    [{ ownership: { maxHeld: 0 } }, 'policy.ownership.maxHeld'],
    [{ ownership: { maxHeld: 1.5 } }, 'policy.ownership.maxHeld'],
    [{ ownership: { maxHold: 5 } }, 'policy.ownership'],
    [{ followUps: { remindAfterDays: 8 } }, 'policy.followUps.remindAfterDays'],
    [{ followUps: { workingDays: 'yes' } }, 'policy.followUps.workingDays'],
    [{ visibility: { owner: ['secret'] } }, 'policy.visibility.owner[0]'],
    [{ visibility: [] }, 'policy.visibility'],
    [{ claims: null }, 'policy.claims'],
    [{ sales: {} }, 'policy'],
    [null, 'policy'],
    ['strict', 'policy'],
  ])('%j is refused at %s', (overrides, path) => {
    expect(() => definePolicy(overrides as never)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_INPUT', path }),
    );
  });
});

describe('what loosens', () => {
  it.each([
    [{ visibility: { owner: ['public'] } }, []],
    [{ visibility: { other: ['public', 'contact'] } }, ['visibility.other']],
    [{ visibility: { claimant: ['public', 'internal', 'commercial'] } }, ['visibility.claimant']],
    [{ visibility: { orders: ['owner', 'supervisor', 'collaborator'] } }, ['visibility.orders']],
    [{ claims: { escalateAfterWorkingDays: 3 } }, ['claims.escalateAfterWorkingDays']],
    [{ claims: { escalateAfterWorkingDays: 1 } }, []],
    [{ ownership: { maxHeld: 201 } }, ['ownership.maxHeld']],
    [{ followUps: { remindAfterDays: 2 } }, []],
    [{ followUps: { remindAfterDays: 4 } }, ['followUps.remindAfterDays']],
    [{ followUps: { escalateAfterDays: 8 } }, ['followUps.escalateAfterDays']],
    [{ followUps: { minimumLength: 9 } }, ['followUps.minimumLength']],
    [{ followUps: { minimumLength: 11 } }, []],
    [{ followUps: { lateAfterHours: 49 } }, ['followUps.lateAfterHours']],
    [{ followUps: { workingDays: true } }, ['followUps.workingDays']],
  ] as const)('%j loosens %j', (overrides, paths) => {
    expect(loosenedFields(DEFAULT_POLICY, definePolicy(overrides as never)).map(({ path }) => path)).toEqual(
      paths,
    );
  });

  it('a change is loosening one way or the other, or both, never neither; and nothing loosens itself', () => {
    fc.assert(
      fc.property(policies, policies, (left, right) => {
        expect(loosenedFields(left, left)).toEqual([]);
        const there = new Set(loosenedFields(left, right).map(({ path }) => path));
        const back = new Set(loosenedFields(right, left).map(({ path }) => path));
        for (const [area, values] of Object.entries(left)) {
          for (const [name, value] of Object.entries(values as object)) {
            const other = (right as never as Record<string, Record<string, unknown>>)[area]?.[name];
            const path = `${area}.${name}`;
            const same = JSON.stringify([value].flat().sort()) === JSON.stringify([other].flat().sort());
            expect(there.has(path) || back.has(path), path).toBe(!same);
          }
        }
      }),
    );
  });
});
