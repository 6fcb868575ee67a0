import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createMongoAbility, type MongoAbility } from '@casl/ability';
import { median } from 'simple-statistics';
import { type Decision, decide, type GuardDecision, type GuardInput } from '../../src/guard/decide.ts';
import type { Counts } from '../../src/guard/usage.ts';
import type { Alias, Instant, LocalDate } from '../../src/kernel/index.ts';
import {
  type Actor,
  type Customer,
  type Employee,
  type OrgChart,
  orgChartOf,
  type Sensitivity,
} from '../../src/model/index.ts';
import { standingTo, visibleTo } from '../../src/ownership/index.ts';
import { DEFAULT_POLICY } from '../../src/policy/index.ts';
import { seeded } from '../stores/seeded.ts';
import type { BenchRow } from './row.ts';

/** 1×, 10× and 100×; the last is the world that the goals are about. */
const SIZES = [
  { employees: 100, customers: 10_000 },
  { employees: 1_000, customers: 100_000 },
  { employees: 10_000, customers: 1_000_000 },
] as const;
/** So many that the branches cannot be learned, so few that it is decisions that are measured and not the memory. */
const QUESTIONS = 1_000;
const PASSES = 40;
const ROUNDS = 9;
const REPORTS = 7;
const TODAY = '2026-03-25' as LocalDate;
const ASKED: readonly Sensitivity[] = ['contact'];
const LATELY = { reveals: 0, exports: 0 } as const;
const policy = DEFAULT_POLICY;

/** Whether somebody may see the contact of a customer, and what the guard says to it. */
interface Question {
  readonly actor: Actor;
  readonly employee: Employee;
  readonly customer: Customer;
  readonly counts: Counts;
}

interface World {
  readonly org: OrgChart;
  readonly questions: readonly Question[];
}

/** Measures a decision with its reasons beside hand-written rules and CASL, over the same questions, at three sizes. */
export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const costs: { readonly ours: number; readonly byHand: number }[] = [];
  for (const size of SIZES) {
    const world = createWorld(size);
    const casl = caslRules(world);
    const contenders = {
      ours: (one: Question) => ours(world.org, one).decision,
      byHand: (one: Question) => handWritten(world.org, one).decision,
      casl: (one: Question) => casl(one),
    };
    expectSame(world.questions, contenders);
    const { ours: mine, byHand, casl: peer } = measure(world.questions, contenders);
    costs.push({ ours: 1 / mine, byHand: 1 / byHand });
    const where = `${size.employees.toLocaleString('en')} employees, ${size.customers.toLocaleString('en')} customers`;
    rows.push(
      compared(`guard decision with reasons, ${where}`, mine, 'CASL 7', peer, 13, '≥ 13'),
      compared(`guard decision with reasons, ${where}`, mine, 'hand-written rules', byHand, 1 / 3, '≥ 1/3'),
    );
  }
  const exponent = (of: 'ours' | 'byHand'): number =>
    Math.log((costs.at(-1)?.[of] as number) / (costs[0]?.[of] as number)) / Math.log(100);
  rows.push({
    name: `guard decision, growth of its time from 1× to 100× of the world`,
    ours: exponent('ours'),
    unit: 'exponent',
    against: 'hand-written rules, exponent',
    limit: exponent('byHand'),
    ratio: exponent('ours') / exponent('byHand'),
    goal: 'exponent ≤ 0.25: a deeper chain, and memory that no longer fits into the caches',
    met: exponent('ours') <= 0.25,
  });
  return rows;
}

/** The relation by manager chain or share, what it shows, and the decision with its reasons. */
function ours(org: OrgChart, { actor, employee, customer, counts }: Question): GuardDecision {
  const { relation } = standingTo(customer, null, actor, org, TODAY);
  const input: GuardInput = {
    operation: 'view',
    customers: 1,
    fields: ASKED,
    permitted: true,
    visible: visibleTo(relation, policy),
    status: employee.status,
    underReview: false,
    counts,
    lately: LATELY,
    steppedUp: false,
  };
  return decide(input, policy);
}

/** What somebody would write who needs these rules and no others: nothing can be set, one reason is given. */
function handWritten(
  org: OrgChart,
  { employee, customer, counts }: Question,
): { readonly decision: Decision; readonly reason: string | null } {
  if (employee.status === 'departed') return { decision: 'block', reason: 'departed' };
  let related = customer.owner === employee.alias;
  for (let next = customer.owner; !related && next !== null; ) {
    next = org.byAlias.get(next)?.manager ?? null;
    related = next === employee.alias;
  }
  for (let at = 0; !related && at < customer.collaborators.length; at += 1) {
    const share = customer.collaborators[at];
    related = share?.employee === employee.alias && (share.untilOn === null || TODAY <= share.untilOn);
  }
  if (!related) return { decision: 'block', reason: 'masked' };
  const left = employee.status === 'on_notice' ? 0.2 : 1;
  if (counts[1] + 1 >= 300 * left) return { decision: 'hold', reason: 'day' };
  if (counts[3] + 1 >= 3_000 * left) return { decision: 'hold', reason: 'month' };
  if (counts[1] + 1 >= 100 * left) return { decision: 'allow_and_alert', reason: 'day' };
  if (counts[3] + 1 >= 1_000 * left) return { decision: 'allow_and_alert', reason: 'month' };
  return { decision: 'allow', reason: null };
}

/**
 * The same rules for CASL, in its favour: an ability for each employee made beforehand, everybody who is related to
 * a customer handed in with it as one list, and the subject's type known without looking.
 */
function caslRules({ org, questions }: World): (question: Question) => Decision {
  const abilities = new Map<Alias, MongoAbility>();
  for (const { employee } of questions) {
    if (!abilities.has(employee.alias)) abilities.set(employee.alias, abilityOf(employee));
  }
  return ({ employee, customer, counts }) => {
    const subject = { near: relatedTo(org, customer), day: counts[1] + 1, month: counts[3] + 1 };
    const ability = abilities.get(employee.alias) as MongoAbility;
    const rule = ability.relevantRuleFor('view', subject as never, 'contact');
    return rule === null ? 'block' : ((rule.reason ?? 'allow') as Decision);
  };
}

/** The owner, everybody above, and who has a share in force. */
function relatedTo(org: OrgChart, { owner, collaborators }: Customer): readonly Alias[] {
  const related: Alias[] = [];
  for (const { employee, untilOn } of collaborators) {
    if (untilOn === null || TODAY <= untilOn) related.push(employee);
  }
  for (let next = owner; next !== null; next = org.byAlias.get(next)?.manager ?? null) related.push(next);
  return related;
}

/** Of several rules that fit, CASL takes the last. */
function abilityOf({ alias, status }: Employee): MongoAbility {
  const left = status === 'on_notice' ? 0.2 : 1;
  const contact = { action: 'view', subject: 'Customer', fields: ['contact', 'commercial'] };
  const over = (counted: 'day' | 'month', count: number, reason: Decision, inverted = false): object => ({
    ...contact,
    conditions: { near: alias, [counted]: { $gte: count * left } },
    reason,
    inverted,
  });
  const rules = [
    { ...contact, fields: ['public'] },
    { ...contact, conditions: { near: alias } },
    over('month', 1_000, 'allow_and_alert'),
    over('day', 100, 'allow_and_alert'),
    over('month', 3_000, 'hold', true),
    over('day', 300, 'hold', true),
  ];
  return createMongoAbility((status === 'departed' ? [] : rules) as never, {
    detectSubjectType: () => 'Customer',
  }) as MongoAbility;
}

type Contenders = Readonly<Record<'ours' | 'byHand' | 'casl', (question: Question) => Decision>>;

/** All three must say the same, or nothing is compared. */
function expectSame(questions: readonly Question[], { ours, byHand, casl }: Contenders): void {
  const met = new Map<Decision, number>();
  for (const question of questions) {
    const said = ours(question);
    if (byHand(question) !== said || casl(question) !== said) {
      throw new Error(`we say ${said}, by hand ${byHand(question)}, CASL ${casl(question)}`);
    }
    met.set(said, (met.get(said) ?? 0) + 1);
  }
  console.log(
    `     ${[...met].map(([said, times]) => `${said} ${((100 * times) / questions.length).toFixed(1)} %`).join(', ')}`,
  );
}

/** Decisions a second: medians of rounds in which each has its turn over all questions. */
function measure(questions: readonly Question[], contenders: Contenders): Record<keyof Contenders, number> {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const rates = { ours: [] as number[], byHand: [] as number[], casl: [] as number[] };
  const names = Object.keys(rates) as (keyof Contenders)[];
  let allowed = 0;
  for (let round = -2; round < ROUNDS; round += 1) {
    for (const name of names) {
      const judge = contenders[name];
      const start = performance.now();
      for (let pass = 0; pass < PASSES; pass += 1) {
        for (const question of questions) if (judge(question) === 'allow') allowed += 1;
      }
      const seconds = (performance.now() - start) / 1_000;
      if (round >= 0) rates[name].push((PASSES * questions.length) / seconds);
    }
  }
  if (allowed === 0) throw new Error('nothing was allowed: nothing was measured');
  return { ours: median(rates.ours), byHand: median(rates.byHand), casl: median(rates.casl) };
}

function createWorld(size: { readonly employees: number; readonly customers: number }): World {
  const random = seeded(41);
  const below = (bound: number): number => Math.floor(random() * bound);
  const aliasOf = (kind: 'e' | 'c', at: number): string => `${kind}_${String(at).padStart(22, 'x')}`;
  // As they come from a store: every string parsed from text, so that no two are the same one.
  const parsed = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;
  const people = Array.from({ length: size.employees }, (_, at): Employee => {
    const manager = at === 0 ? null : aliasOf('e', Math.floor((at - 1) / REPORTS));
    const chance = random();
    const status = chance < 0.02 ? 'departed' : chance < 0.1 ? 'on_notice' : 'active';
    return parsed({
      schemaVersion: 1,
      alias: aliasOf('e', at) as Alias,
      id: `person-${at}`,
      name: `Person ${at}`,
      roles: [],
      team: null,
      grade: null,
      manager: manager as Alias | null,
      administrator: false,
      calendar: null,
      delegation: null,
      episode: 1,
      status,
      hiredAt: '2020-01-01T00:00:00.000Z' as Instant,
    });
  });
  const org = orgChartOf(people);
  const actors = people.map(
    (employee): Actor => ({
      party: employee.alias,
      employee,
      capacities: [employee],
      interests: [employee.alias],
      can: () => false,
    }),
  );
  const customers = Array.from(
    { length: size.customers },
    (_, at): Customer =>
      parsed({
        schemaVersion: 1,
        alias: aliasOf('c', at) as Alias,
        id: `customer-${at}`,
        state: 'live',
        claim: null,
        owner: aliasOf('e', below(size.employees)) as Alias,
        pool: null,
        ownedSince: '2026-01-01T00:00:00.000Z' as Instant,
        collaborators:
          at % 10 === 0
            ? [{ employee: aliasOf('e', below(size.employees)) as Alias, access: 'read', untilOn: null }]
            : [],
        profile: { name: `Customer ${at}`, contact: '+86 138 0000 0000' },
        registeredAt: '2026-01-01T00:00:00.000Z' as Instant,
      }),
  );
  const questions = Array.from({ length: QUESTIONS }, (): Question => {
    const customer = customers[below(customers.length)] as Customer;
    const asker = askerOf(org, customer, random()) ?? (people[below(people.length)] as Employee);
    const day = random() < 0.95 ? below(15) : below(400);
    const counts = [below(day + 1), day, day + below(60), day + 60 + below(100)] as const;
    const at = Number.parseInt(asker.alias.replaceAll(/\D+/g, ''), 10);
    return { actor: actors[at] as Actor, employee: asker, customer, counts };
  });
  return { org, questions };
}

/** Four in ten ask about their own customers, four about those of somebody below them, one by a share, one by chance. */
function askerOf(org: OrgChart, { owner, collaborators }: Customer, chance: number): Employee | undefined {
  if (chance < 0.1) return undefined;
  const share = collaborators[0];
  if (chance < 0.2) return share === undefined ? undefined : org.byAlias.get(share.employee);
  let asker = org.byAlias.get(owner as Alias);
  for (let up = chance < 0.6 ? 0 : Math.ceil((chance - 0.6) * 10); up > 0 && asker?.manager; up -= 1) {
    asker = org.byAlias.get(asker.manager);
  }
  return asker;
}

function compared(
  name: string,
  ours: number,
  against: string,
  limit: number,
  least: number,
  goal: string,
): BenchRow {
  const ratio = ours / limit;
  const unit = 'decisions/s';
  return { name, ours, unit, against, limit, ratio, goal, met: ratio >= least };
}
