import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { beforeAll, describe, expect, it } from 'vitest';
import { DECISIONS, type Decision, decide, type GuardInput } from '../../src/guard/decide.ts';
import type { Alias, LocalDate } from '../../src/kernel/index.ts';
import {
  type Actor,
  type Customer,
  type Employee,
  type OrgChart,
  orgChartOf,
} from '../../src/model/index.ts';
import { standingTo, visibleTo } from '../../src/ownership/index.ts';
import type { Ladder, Policy, Thresholds } from '../../src/policy/index.ts';
import { seeded } from '../stores/seeded.ts';
import { CEDAR_POLICIES, QUESTIONS } from './cedar-policies.ts';
import { type Mutant, planted } from './mutant.ts';
import { MUTANTS } from './mutants.ts';
import { below, pick, type Random, randomInput, randomPolicy } from './random-guard.ts';

const CASES = process.env.LONG === '1' ? 100_000 : 2_000;
const TODAY = '2026-03-25' as LocalDate;

/** A case: who asks what about which customer, under which policy. */
interface Case {
  readonly org: OrgChart;
  readonly employee: Employee | null;
  readonly customer: Customer;
  readonly input: GuardInput;
  readonly policy: Policy;
}

/** A company of eight in a random tree, one customer, and one question about it. */
function randomCase(random: Random): Case {
  const people = Array.from({ length: 8 }, (_, at): Employee => {
    const status = pick(random, ['active', 'active', 'active', 'on_notice', 'on_notice', 'departed']);
    const manager = at === 0 ? null : `e${below(random, at)}`;
    return { alias: `e${at}`, manager, status, id: `e${at}`, delegation: null } as unknown as Employee;
  });
  const input = randomInput(random);
  const shared = random() < 0.5;
  const customer = {
    alias: 'c',
    state: 'live',
    owner: random() < 0.1 ? null : `e${2 + below(random, 6)}`,
    collaborators: shared
      ? [
          {
            employee: `e${below(random, 8)}`,
            access: pick(random, ['read', 'write']),
            untilOn: pick(random, [null, '2026-03-24', '2026-03-25', '2026-03-26']),
          },
        ]
      : [],
  } as unknown as Customer;
  const chain = people.filter(({ alias }) => alias === customer.owner || random() < 0.3);
  const employee = input.status === 'service' ? null : pick(random, chain.length > 0 ? chain : people);
  return { org: orgChartOf(people), employee, customer, input, policy: visiblePolicy(random) };
}

/** A policy whose relations see some sensitivities more often than not. */
function visiblePolicy(random: Random): Policy {
  const policy = randomPolicy(random);
  const all = policy.visibility.owner;
  const some = () => all.filter(() => random() < 0.9);
  const other = all.filter(() => random() < 0.6);
  return {
    ...policy,
    visibility: { ...policy.visibility, owner: some(), supervisor: some(), collaborator: some(), other },
  };
}

/** How the keeper decides: the relation first, what it shows, whether it permits the operation, the guard. */
function ours({ org, employee, customer, input, policy }: Case, judge = decide): Decision {
  const actor: Actor = {
    party: employee?.alias ?? 's_host',
    employee,
    capacities: employee === null ? [] : [employee],
    interests: employee === null ? [] : [employee.alias],
    can: () => employee === null,
  };
  const { relation, mayWrite } = standingTo(customer, null, actor, org, TODAY);
  const permitted = {
    view: true,
    check_duplicate: true,
    update: mayWrite,
    delete: relation === 'owner' || relation === 'supervisor',
    export: relation === 'owner' || relation === 'supervisor',
    transfer: relation === 'supervisor',
  }[input.operation];
  const status = employee?.status ?? 'service';
  return judge({ ...input, permitted, status, visible: visibleTo(relation, policy) }, policy).decision;
}

const RULES = {
  view: 'reveals',
  update: 'overwrites',
  delete: 'deletes',
  export: 'exports',
  transfer: 'ownerChanges',
  check_duplicate: 'duplicateChecks',
} as const;
const days = (day: string): number => Date.parse(day) / 86_400_000;
const entity = (type: string, id: string): cedar.TypeAndId => ({ type, id });
const thresholds = (of: Thresholds): cedar.CedarValueJson =>
  present({ h1: of['1h'], h24: of['24h'], d7: of['7d'], d30: of['30d'] });
const present = (values: Record<string, unknown>): Record<string, cedar.CedarValueJson> =>
  JSON.parse(JSON.stringify(values)) as Record<string, cedar.CedarValueJson>;
const levels = ({ mode: _, ...given }: Ladder): cedar.CedarValueJson =>
  Object.fromEntries(Object.entries(given).map(([level, of]) => [level, thresholds(of as Thresholds)]));

/** How Cedar decides: one question after the other, from nothing said to not blocked. */
function theirs({ org, employee, customer, input, policy }: Case): Decision {
  const { guard, visibility } = policy;
  const rule = guard[RULES[input.operation]];
  const [h1, h24, d7, d30] = input.counts;
  const share = customer.collaborators[0];
  const resource = present({
    owner: customer.owner === null ? undefined : { __entity: entity('Employee', customer.owner) },
    share: share && {
      employee: { __entity: entity('Employee', share.employee) },
      write: share.access === 'write',
      until: share.untilOn === null ? undefined : days(share.untilOn),
    },
  });
  const call = {
    principal: employee === null ? entity('Service', 'host') : entity('Employee', employee.alias),
    resource: entity('Customer', customer.alias),
    preparsedPolicySetId: 'guard',
    context: {
      operation: input.operation,
      fields: [...input.fields],
      customers: input.customers,
      counted: { h1, h24, d7, d30 },
      steppedUp: input.steppedUp,
      underReview: input.underReview,
      ...input.lately,
      mode: rule.mode,
      rule: levels(rule),
      services: guard.services,
      percent: guard.onNoticePercent,
      sequenceReveals: guard.sequenceReveals,
      sees: present({ ...visibility, orders: undefined }),
      today: days(TODAY),
    },
    entities: [
      { uid: entity('Service', 'host'), attrs: {}, parents: [] },
      { uid: entity('Customer', customer.alias), attrs: resource, parents: [] },
      ...[...org.byAlias.values()].map(({ alias, status, manager }: Employee) => ({
        uid: entity('Employee', alias),
        attrs: { status },
        parents: manager === null ? [] : [entity('Employee', manager as Alias)],
      })),
    ],
  };
  for (const [at, question] of QUESTIONS.entries()) {
    const answer = cedar.statefulIsAuthorized({ ...call, action: entity('Action', question) });
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
    // A policy that fails is skipped by Cedar: it would compare nothing.
    expect(answer.response.diagnostics.errors).toEqual([]);
    if (answer.response.decision === 'allow') return DECISIONS[at] as Decision;
  }
  return 'block';
}

/** What Cedar said to each case; asked once. */
const asked: (readonly [Case, Decision])[] = [];
beforeAll(() => {
  expect(cedar.preparsePolicySet('guard', { staticPolicies: CEDAR_POLICIES })).toEqual({ type: 'success' });
  const random = seeded(23);
  for (let at = 0; at < CASES; at += 1) {
    const one = randomCase(random);
    asked.push([one, theirs(one)]);
  }
}, 3_600_000);

describe('the guard and Cedar', () => {
  it(`say the same in ${CASES.toLocaleString('en')} companies: relations, masks, status, thresholds, sequences`, () => {
    const met = new Map<Decision, number>();
    for (const [one, said] of asked) {
      const decision = ours(one);
      if (said !== decision) {
        const { input, org, ...rest } = one;
        const told = { ...rest, ...input, visible: undefined, people: [...org.byAlias.values()] };
        expect.fail(`we say ${decision}, Cedar ${said}: ${JSON.stringify(told)}`);
      }
      met.set(decision, (met.get(decision) ?? 0) + 1);
    }
    const shares = [...met].map(([decision, times]) => `${decision} ${((100 * times) / CASES).toFixed(1)} %`);
    console.log(`Cedar ${cedar.getCedarVersion()}, ${CASES} cases: ${shares.join(', ')}`);
    for (const decision of DECISIONS) expect(met.get(decision) ?? 0, decision).toBeGreaterThan(CASES / 100);
  });

  it.each([
    'a missing right is not asked for',
    'who left may go on',
    'hidden fields are shown',
    'notice does not tighten',
    'services are held to the rules as people are',
    'what went through before is forgotten',
    'a proof of who one is replaces another person',
    'a sequence never holds',
    'a rule that warns acts',
    'what is left of a threshold is rounded down',
  ])('Cedar finds a planted bug: %s', (name) => {
    const broken = planted(MUTANTS.find((mutant) => mutant.name === name) as Mutant);
    expect(asked.some(([one, said]) => ours(one, broken) !== said)).toBe(true);
  });
});
