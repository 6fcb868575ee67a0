import fc from 'fast-check';
import { expect } from 'vitest';
import { type Result, unwrap } from '../../src/index.ts';
import { type Item, isDone, type Party, type Reference } from './handover-reference.ts';
import { known } from './handover-world.ts';
import { expectPartition } from './partition.ts';
import type { World } from './world.ts';

export const CUSTOMERS = ['c-0', 'c-1', 'c-2'] as const;
const LEAVERS = ['dana', 'eve', 'finn', 'boss'];
const ACTORS = ['dana', 'eve', 'boss', 'chief', 'hr', 'fin', 'ada'];

/** What a campaign went through: how often what was granted and refused. */
export const met = new Map<string, number>();
function count(what: string): void {
  met.set(what, (met.get(what) ?? 0) + 1);
}

export interface Real {
  readonly world: World;
  /** The latest handover of each leaver. */
  readonly handovers: Map<string, string>;
  /** The digest of each that was looked at since anything changed. */
  readonly digests: Map<string, string>;
}

/** A command of which the reference says whether it is granted, and what it changes then. */
export interface Step extends fc.AsyncCommand<Reference, Real> {
  readonly expected: (model: Reference) => boolean;
  /** Carries it out; answers whether it was granted. */
  take(model: Reference, real: Real): Promise<boolean>;
}

function step(
  name: string,
  expected: (model: Reference) => boolean,
  act: (real: Real) => Promise<boolean>,
): Step {
  const take: Step['take'] = async (model, real) => {
    const wanted = expected(model);
    const got = await act(real);
    const [kind] = name.split(' ');
    count(`${kind} ${got ? 'granted' : 'refused'}`);
    if (got !== wanted) throw new Error(`${name}: ${got ? 'granted' : 'refused'}, expected otherwise`);
    if (got && kind !== 'sign') {
      real.digests.clear();
      await expectPartition(real.world);
    }
    return got;
  };
  return {
    expected,
    take,
    check: () => true,
    run: async (model, real) => void (await take(model, real)),
    toString: () => name,
  };
}

/** Steps one after the other; those that lead from one to the next stop where one is refused. */
function row(
  all: readonly Step[],
  { chained = false, check = () => true }: { chained?: boolean; check?: (model: Reference) => boolean } = {},
): Step {
  const take: Step['take'] = async (model, real) => {
    for (const one of all) {
      if (!one.check(model)) continue;
      if (!(await one.take(model, real)) && chained) return false;
    }
    return true;
  };
  return {
    expected: () => false,
    take,
    check,
    run: async (model, real) => void (await take(model, real)),
    toString: () => all.join(' then '),
  };
}

const granted = async (result: Promise<Result<unknown, unknown>>): Promise<boolean> => (await result).ok;
const itemGranted = async (
  result: Promise<Result<{ items: readonly { result: Result<unknown, unknown> }[] }, unknown>>,
) => {
  const answered = await result;
  return answered.ok && answered.value.items[0]?.result.ok === true;
};

/** A leaver's handover and its digest, in step with what is held, as whoever looks at a handover brings it. */
async function look(real: Real, leaver: string): Promise<{ id: string; digest: string }> {
  const id = real.handovers.get(leaver) ?? 'none';
  let digest = real.digests.get(leaver);
  if (digest === undefined) {
    const view = await real.world.as('ada').handovers.get(id);
    digest = view.ok ? view.value.signing.digest : 'none';
    real.digests.set(leaver, digest);
  }
  return { id, digest };
}
const about = (model: Reference, leaver: string, customer: string): Item | null => {
  model.sync(leaver);
  return model.work(leaver)?.items.get(customer) ?? null;
};
const has = (item: Item | null, ...statuses: Item['status'][]): item is Item =>
  item !== null && statuses.includes(item.status);
const isKnown = (model: Reference, who: string): boolean => model.is(who) !== 'departed';

/** HR stands in for them: it would be their own. */
const isOwn = (model: Reference, who: string): boolean => model.places('hr').includes(who);

function opens(model: Reference, who: string): void {
  const open = model.cases.get(who);
  const episode = model.episode.get(who) ?? 1;
  if (open?.state === 'preparing' && open.episode === episode) return;
  model.cases.set(who, { state: 'preparing', episode, items: new Map(), signed: new Map() });
  model.sync(who);
}

const NOTICE = { lastDayOn: '2026-12-31', kind: 'resignation' } as const;

export const own = (id: string, who: string): Step =>
  step(
    `own ${id} ${who}`,
    (model) => {
      if (model.owner.has(id) || !isKnown(model, who)) return false;
      model.owner.set(id, who);
      return true;
    },
    async ({ world }) => {
      const claim = await world.as(who).customers.register({ name: id }, { id });
      return claim.ok && granted(world.as('ada').claims.approve(claim.value.claim));
    },
  );

const transfer = (id: string, to: string): Step =>
  step(
    `transfer ${id} ${to}`,
    (model) => {
      const owner = model.owner.get(id);
      if (owner === undefined || owner === to || !isKnown(model, to)) return false;
      model.owner.set(id, to);
      return true;
    },
    ({ world }) => itemGranted(world.as('ada').ownership.transfer(id, { to, reason: 'r' })),
  );

const release = (id: string): Step =>
  step(
    `release ${id}`,
    (model) => {
      const owner = model.owner.get(id);
      if (owner === undefined || owner === 'pool') return false;
      model.owner.set(id, 'pool');
      return true;
    },
    ({ world }) => itemGranted(world.as('chief').ownership.release(id, { reason: 'r' })),
  );

export const notice = (who: string): Step =>
  step(
    `notice ${who}`,
    (model) => {
      if (model.is(who) !== 'active' || isOwn(model, who)) return false;
      model.status.set(who, 'on_notice');
      opens(model, who);
      return true;
    },
    async ({ world, handovers }) => {
      const result = await world.as('hr').people.giveNotice(who, NOTICE);
      if (result.ok) handovers.set(who, result.value.handover as string);
      return result.ok;
    },
  );

const withdraw = (who: string): Step =>
  step(
    `withdraw ${who}`,
    (model) => {
      if (model.is(who) !== 'on_notice' || isOwn(model, who)) return false;
      model.status.set(who, 'active');
      const open = model.cases.get(who);
      if (open === undefined || open.state === 'withdrawn') return true;
      open.state = 'withdrawn';
      for (const [id, item] of open.items) {
        const lies =
          item.to !== null &&
          model.owner.get(id) === item.to &&
          (item.to !== 'pool' || item.status === 'pooled');
        if (lies && item.ours && model.bug !== 'a withdrawal gives back') model.owner.set(id, who);
      }
      return true;
    },
    ({ world }) => granted(world.as('hr').people.withdrawNotice(who)),
  );

const depart = (who: string): Step =>
  step(
    `depart ${who}`,
    (model) => {
      if (!isKnown(model, who) || isOwn(model, who)) return false;
      model.status.set(who, 'departed');
      const open = model.cases.get(who);
      if (open === undefined || open.state === 'withdrawn' || open.episode !== (model.episode.get(who) ?? 1))
        opens(model, who);
      return true;
    },
    async ({ world, handovers }) => {
      const result = await world.as('hr').people.depart(who);
      if (result.ok) handovers.set(who, result.value.handover as string);
      return result.ok;
    },
  );

const hire = (who: string): Step =>
  step(
    `hire ${who}`,
    (model) => {
      if (model.is(who) !== 'departed') return false;
      model.status.set(who, 'active');
      model.standIn.delete(who);
      const open = model.cases.get(who);
      if (open?.state === 'preparing') open.state = 'withdrawn';
      model.episode.set(who, (model.episode.get(who) ?? 1) + 1);
      return true;
    },
    ({ world }) =>
      granted(
        world.as('hr').people.hire({ id: who, name: who, managerId: who === 'boss' ? 'chief' : 'boss' }),
      ),
  );

const delegate = (from: string, to: string): Step =>
  step(
    `delegate ${from} ${to}`,
    (model) => {
      if (model.is(to) !== 'active') return false;
      model.standIn.set(from, to);
      return true;
    },
    ({ world }) => granted(world.as('ada').people.delegate(from, { to, untilOn: '2026-12-31' })),
  );

/** Proposes to whom an item goes: somebody, or `pool`. */
const prepare = (from: string, id: string, by: string, to: string): Step =>
  step(
    `prepare ${from} ${id} by ${by} to ${to}`,
    (model) => {
      const item = about(model, from, id);
      const may = isKnown(model, by) && (model.manages(by, from) || by === from);
      if (!may || !has(item, 'pending', 'prepared', 'offered', 'returned')) return false;
      if (to === from || model.is(to) === 'departed') return false;
      if (model.is(to) === 'on_notice' && model.bug !== 'who leaves gets nothing') return false;
      if (model.places(by).includes(to) && model.bug !== 'nobody gets what they propose') return false;
      // The leaver proposes once: from then on it is for whoever offers.
      if (!model.manages(by, from) && has(item, 'prepared', 'offered') && item.to !== to) return false;
      const owner = model.owner.get(id);
      if (owner !== from && owner !== to) return false;
      model.touch(item, 'prepared', to);
      item.ours = true;
      return true;
    },
    async (real) => {
      const whither = to === 'pool' ? ({ disposition: 'return_to_pool' } as const) : { to };
      const { id: handover } = await look(real, from);
      const fields = known(real.world);
      return granted(real.world.as(by).handovers.prepare(handover, id, { fields, ...whither }));
    },
  );

const offer = (from: string, id: string, by: string): Step =>
  step(
    `offer ${from} ${id} by ${by}`,
    (model) => {
      const item = about(model, from, id);
      if (!isKnown(model, by) || !has(item, 'prepared') || !model.manages(by, from)) return false;
      if (item.to === 'pool') {
        model.owner.set(id, 'pool');
        model.touch(item, 'pooled');
        return true;
      }
      if (model.is(item.to as string) !== 'active' || model.places(by).includes(item.to as string))
        return false;
      model.touch(item, 'offered');
      return true;
    },
    async (real) => itemGranted(real.world.as(by).handovers.offer((await look(real, from)).id, id)),
  );

const accept = (from: string, id: string, by: string): Step =>
  step(
    `accept ${from} ${id} by ${by}`,
    (model) => {
      const item = about(model, from, id);
      if (!isKnown(model, by) || !has(item, 'offered')) return false;
      const asReceiver =
        model.places(by).includes(item.to as string) || model.bug === 'only the receiver accepts';
      if (!asReceiver || model.is(item.to as string) !== 'active') return false;
      model.owner.set(id, item.to as string);
      model.touch(item, 'transferred');
      return true;
    },
    async (real) => itemGranted(real.world.as(by).handovers.accept((await look(real, from)).id, id)),
  );

const sendBack = (from: string, id: string, by: string): Step =>
  step(
    `return ${from} ${id} by ${by}`,
    (model) => {
      const item = about(model, from, id);
      if (!isKnown(model, by) || !has(item, 'prepared', 'offered', 'transferred')) return false;
      const places = model.places(by);
      const asReceiver = !places.includes(from) && places.includes(item.to as string);
      const reviews = by === 'fin' && !places.includes(from);
      if (!asReceiver && !reviews && !model.manages(by, from)) return false;
      model.touch(item, 'returned');
      return true;
    },
    async (real) =>
      granted(real.world.as(by).handovers.return((await look(real, from)).id, id, { reason: 'r' })),
  );

const sign = (from: string, side: Party, by: string): Step =>
  step(
    `sign ${from} for ${side} by ${by}`,
    (model) => {
      model.sync(from);
      return isKnown(model, by) && model.maySign(by, side, from);
    },
    async (real) => {
      const { id, digest } = await look(real, from);
      const signed = await real.world.as(by).handovers.sign(id, { party: side, digest });
      if (signed.ok && signed.value.cleared) await checkCleared(real.world, id, from);
      return signed.ok;
    },
  );

const force = (from: string): Step =>
  step(
    `force ${from}`,
    (model) => {
      model.sync(from);
      const open = model.cases.get(from);
      if (open?.state !== 'preparing' || model.places('hr').includes(from)) return false;
      open.state = 'forced';
      return true;
    },
    async (real) =>
      granted(real.world.as('hr').handovers.forceExit((await look(real, from)).id, { reason: 'r' })),
  );

/** What holds of every handover that is cleared, whatever the reference says. */
async function checkCleared(world: World, id: string, from: string): Promise<void> {
  count('cleared');
  const coverage = unwrap(await world.as('ada').handovers.coverage(id));
  expect(coverage.complete).toBe(true);
  const view = unwrap(await world.as('ada').handovers.get(id, { limit: 500 }));
  expect(view.counts).toEqual(
    Object.fromEntries(Object.entries(view.counts).filter(([status]) => isDone({ status } as Item))),
  );
  const gainers = new Set(view.items.map(({ to }) => to));
  const people = view.signing.parties.flatMap(({ by, onBehalfOf }) => [
    by,
    ...(onBehalfOf === null ? [] : [onBehalfOf]),
  ]);
  expect(new Set(people).size).toBe(people.length);
  for (const person of people) expect(person === from || gainers.has(person)).toBe(false);
  expect(unwrap(await world.as('ada').people.get(from)).owned).toBe(0);
}

// Mostly one leaver, so that their handover gets somewhere.
const leaver = fc.constantFrom('dana', 'dana', 'dana', 'dana', ...LEAVERS);
const customer = fc.constantFrom(...CUSTOMERS);
const actor = fc.constantFrom(...ACTORS);
const manager = fc.constantFrom('boss', 'chief', 'ada');
const receiver = fc.constantFrom('eve', 'finn', 'dana', 'boss');
const whither = fc.constantFrom('eve', 'finn', 'dana', 'boss', 'pool');
const party = fc.constantFrom<Party>('supervisor', 'hr', 'finance');
const ALL_SIGN = [
  ['supervisor', 'boss'],
  ['supervisor', 'chief'],
  ['hr', 'hr'],
  ['hr', 'ada'],
  ['finance', 'fin'],
  ['finance', 'ada'],
] as const;

/** An item all the way to a receiver, or as far as it goes. */
const pass = (from: string, id: string, by: string, to: string): Step =>
  row([prepare(from, id, by, to), offer(from, id, by), ...(to === 'pool' ? [] : [accept(from, id, to)])], {
    chained: true,
    check: isAt(from, id, 'pending', 'prepared', 'offered', 'returned'),
  });
/** An item of theirs that somebody could be at work on, so that deeper steps are not asked in vain each time. */
const isAt =
  (from: string, id: string, ...statuses: Item['status'][]) =>
  (model: Reference): boolean =>
    has(model.work(from)?.items.get(id) ?? null, ...statuses);
const isAllDone =
  (from: string) =>
  (model: Reference): boolean =>
    model.cases.get(from)?.state === 'preparing' &&
    [...(model.work(from)?.items.values() ?? [])].every(isDone);
/** Signed, corrected, and signed again: what was signed first is void. */
const correct = (from: string, id: string, to: string): Step =>
  row(
    [
      sign(from, 'hr', 'hr'),
      row([sendBack(from, id, 'fin'), pass(from, id, 'chief', to)], { chained: true }),
      sign(from, 'hr', 'hr'),
    ],
    { check: isAllDone(from) },
  );

/** The steps, those that lead deeper more often; and several in a row, so that the end is reached at all. */
export const steps: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<Step> }[] = [
  {
    weight: 1,
    arbitrary: fc.tuple(customer, fc.constantFrom('dana', 'dana', 'eve')).map(([id, who]) => own(id, who)),
  },
  { weight: 1, arbitrary: fc.tuple(customer, receiver).map(([id, to]) => transfer(id, to)) },
  { weight: 1, arbitrary: customer.map((id) => release(id)) },
  { weight: 1, arbitrary: leaver.map((who) => notice(who)) },
  { weight: 1, arbitrary: leaver.map((who) => withdraw(who)) },
  { weight: 1, arbitrary: leaver.map((who) => depart(who)) },
  { weight: 1, arbitrary: leaver.map((who) => hire(who)) },
  { weight: 1, arbitrary: leaver.map((who) => row([depart(who), hire(who)], { chained: true })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('boss', 'dana', 'chief'), fc.constantFrom('fin', 'eve', 'hr'))
      .map(([from, to]) => delegate(from, to)),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(leaver, customer, actor, whither)
      .map(([from, id, by, to]) => prepare(from, id, by, to)),
  },
  { weight: 1, arbitrary: fc.tuple(leaver, customer, actor).map(([from, id, by]) => offer(from, id, by)) },
  { weight: 1, arbitrary: fc.tuple(leaver, customer, actor).map(([from, id, by]) => accept(from, id, by)) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(leaver, customer, actor)
      .map(([from, id, by]) => row([offer(from, id, by)], { check: isAt(from, id, 'prepared') })),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(leaver, customer, actor)
      .map(([from, id, by]) => row([accept(from, id, by)], { check: isAt(from, id, 'offered') })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(leaver, customer, manager, receiver).map(([from, id, by, to]) =>
      row([prepare(from, id, by, to), offer(from, id, by)], {
        chained: true,
        check: isAt(from, id, 'pending', 'prepared', 'offered', 'returned'),
      }),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(leaver, customer, manager, receiver, actor).map(([from, id, by, to, other]) =>
      row([prepare(from, id, by, to), offer(from, id, by), accept(from, id, other)], {
        chained: true,
        check: isAt(from, id, 'pending', 'prepared', 'offered', 'returned'),
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(leaver, customer, fc.constantFrom('fin', 'eve', 'boss'))
      .map(([from, id, by]) => sendBack(from, id, by)),
  },
  { weight: 2, arbitrary: fc.tuple(leaver, party, actor).map(([from, side, by]) => sign(from, side, by)) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(leaver, party, actor)
      .map(([from, side, by]) => row([sign(from, side, by)], { check: isAllDone(from) })),
  },
  { weight: 1, arbitrary: leaver.map((from) => force(from)) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(leaver, customer, manager, whither)
      .map(([from, id, by, to]) => pass(from, id, by, to)),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(leaver, manager, whither)
      .map(([from, by, to]) => row(CUSTOMERS.map((id) => pass(from, id, by, to)))),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(customer, receiver)
      .map(([id, to]) => row([notice('boss'), prepare('dana', id, 'boss', to)])),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(leaver, customer, receiver).map(([from, id, to]) =>
      row([sendBack(from, id, 'fin'), pass(from, id, 'chief', to)], {
        chained: true,
        check: isAt(from, id, 'prepared', 'offered', 'transferred'),
      }),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(leaver, customer, receiver).map(([from, id, to]) => correct(from, id, to)),
  },
  {
    weight: 8,
    arbitrary: fc.tuple(leaver, fc.shuffledSubarray([...ALL_SIGN], { minLength: 3 })).map(([from, all]) =>
      row(
        all.map(([side, by]) => sign(from, side, by)),
        { check: isAllDone(from) },
      ),
    ),
  },
];
