import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ephemeralKeys } from '../../src/adapters/node/index.ts';
import { unwrap } from '../../src/index.ts';
import { expectPartition } from './partition.ts';
import { createWorld, expectWhole, openWorld, type World } from './world.ts';

const LONG = process.env.LONG === '1';
const CUSTOMERS = ['c-0', 'c-1', 'c-2'];
const SELLERS = ['dana', 'eve', 'finn'];
const MANAGER: Record<string, string> = {
  dana: 'boss',
  eve: 'boss',
  finn: 'lead',
  boss: 'chief',
  lead: 'chief',
};
const CAP = 2;

type Step =
  | { readonly do: 'register'; readonly who: string; readonly id: string }
  | { readonly do: 'approve' | 'reject' | 'withdraw'; readonly who: string; readonly id: string }
  | { readonly do: 'transfer'; readonly who: string; readonly id: string; readonly to: string }
  | { readonly do: 'release'; readonly who: string; readonly id: string }
  | { readonly do: 'erase'; readonly id: string };

const who = fc.constantFrom(...SELLERS, 'boss', 'lead', 'chief', 'director', 'ada');
const id = fc.constantFrom(...CUSTOMERS);
const decider = fc.constantFrom('ada', 'chief', 'director', 'boss', 'lead', 'dana');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('register' as const), who: fc.constantFrom(...SELLERS), id }),
  },
  { weight: 7, arbitrary: fc.record({ do: fc.constant('approve' as const), who: decider, id }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('reject' as const, 'withdraw' as const), who, id }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('transfer' as const),
      who: decider,
      id,
      to: fc.constantFrom(...SELLERS, 'boss', 'director'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('release' as const), who, id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('erase' as const), id }) },
);

// The reference: who has what, in plain words.
interface Held {
  state: 'none' | 'candidate' | 'live';
  claimant: string;
  owner: string | null;
  /** Whether anything is kept of it: a rejected claim leaves a customer behind that can be erased. */
  known: boolean;
}
const above = (manager: string, person: string): boolean => {
  for (let next = MANAGER[person]; next !== undefined; next = MANAGER[next])
    if (next === manager) return true;
  return false;
};
const isAdmin = (person: string): boolean => person === 'ada' || person === 'ben';
const mayDecide = (person: string, claimant: string): boolean =>
  person !== claimant && (above(person, claimant) || isAdmin(person) || person === 'director');

/** What the reference says of a step, having taken it: whether it is granted. */
function take(held: Record<string, Held>, one: Step): boolean {
  const customer = held[one.id] as Held;
  const owns = (person: string): number => Object.values(held).filter(({ owner }) => owner === person).length;
  switch (one.do) {
    case 'register':
      if (customer.state !== 'none') return false;
      Object.assign(customer, { state: 'candidate', claimant: one.who, known: true });
      return true;
    case 'withdraw':
    case 'reject':
      if (customer.state !== 'candidate') return false;
      if (one.do === 'withdraw' ? one.who !== customer.claimant : !mayDecide(one.who, customer.claimant))
        return false;
      customer.state = 'none';
      return true;
    case 'approve':
      if (customer.state !== 'candidate' || !mayDecide(one.who, customer.claimant)) return false;
      if (owns(customer.claimant) >= CAP) return false;
      Object.assign(customer, { state: 'live', owner: customer.claimant });
      return true;
    case 'transfer': {
      const entitled =
        isAdmin(one.who) ||
        one.who === 'director' ||
        (customer.owner !== null && above(one.who, customer.owner));
      if (one.who === customer.owner) return false;
      if (customer.state !== 'live' || !entitled || one.to === one.who || one.to === customer.owner)
        return false;
      if (owns(one.to) >= CAP) return false;
      customer.owner = one.to;
      return true;
    }
    case 'release':
      if (customer.state !== 'live' || customer.owner === null) return false;
      if (one.who !== customer.owner && !above(one.who, customer.owner)) return false;
      customer.owner = null;
      return true;
    case 'erase':
      if (!customer.known) return false;
      Object.assign(customer, { state: 'none', owner: null, known: false });
      return true;
  }
}

async function carryOut(world: World, one: Step, claims: Map<string, string>): Promise<boolean> {
  const claim = claims.get(one.id) ?? '0';
  switch (one.do) {
    case 'register': {
      const made = await world.as(one.who).customers.register({ name: 'N' }, { id: one.id });
      if (made.ok) claims.set(one.id, made.value.claim);
      return made.ok;
    }
    case 'approve':
    case 'reject':
    case 'withdraw':
      return (await world.as(one.who).claims[one.do](claim)).ok;
    case 'transfer':
      return (
        unwrap(await world.as(one.who).ownership.transfer(one.id, { to: one.to, reason: 'r' })).items[0]
          ?.result.ok === true
      );
    case 'release':
      return (
        unwrap(await world.as(one.who).ownership.release(one.id, { reason: 'r' })).items[0]?.result.ok ===
        true
      );
    case 'erase': {
      const first = await world.as('ada').privacy.erase(one.id, { basis: 'court-order' });
      if (!first.ok) return false;
      const second = await world.as('ben').privacy.erase(one.id, { basis: 'court-order' });
      return second.ok && second.value.status === 'erased';
    }
  }
}

async function viewOf(world: World): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const customer of CUSTOMERS) {
    const view = await world.as('ada').customers.get(customer);
    if (!view.ok) continue;
    const { state, owner, pool } = view.value;
    found[customer] = { state, owner, pool };
  }
  return found;
}

/** Nobody owns more than they may, and nothing is owned twice or by nobody. */
async function expectOwned(world: World): Promise<void> {
  for (const count of (await expectPartition(world)).values()) expect(count).toBeLessThanOrEqual(CAP);
}

const company = {
  create: { policy: { ownership: { maxHeld: CAP } } },
  staff: ['chief', 'boss', 'lead', 'dana', 'eve', 'finn', 'director'],
};
const runs = (count: number): { numRuns: number; seed?: number } => ({
  numRuns: LONG ? count * 50 : count,
  ...(LONG ? {} : { seed: 3 }),
});

describe('a live customer has exactly one owner or is in exactly one pool', () => {
  it('after any sequence of commands, as the reference says', async () => {
    const decided = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const world = await createWorld(company);
        const claims = new Map<string, string>();
        const held = Object.fromEntries(
          CUSTOMERS.map((customer) => [customer, { state: 'none', claimant: '', owner: null, known: false }]),
        ) as Record<string, Held>;
        for (const [at, one] of steps.entries()) {
          world.clock.advance(1000);
          const expected = take(held, one);
          expect(await carryOut(world, one, claims), `${at}: ${JSON.stringify(one)}`).toBe(expected);
          const place = `${one.do} ${expected}`;
          decided.set(place, (decided.get(place) ?? 0) + 1);
        }
        const expected = Object.entries(held)
          .filter(([, { state }]) => state !== 'none')
          .map(([customer, { state, owner }]) => [
            customer,
            { state, owner, pool: state === 'live' && owner === null ? 'main' : null },
          ]);
        expect(await viewOf(world)).toEqual(Object.fromEntries(expected));
        await expectOwned(world);
        await expectWhole(world);
      }),
      runs(60),
    );
    // The campaign did something: each command was granted and refused.
    for (const what of ['register', 'approve', 'reject', 'withdraw', 'transfer', 'release', 'erase'])
      for (const outcome of [true, false])
        expect(decided.get(`${what} ${outcome}`) ?? 0, `${what} ${outcome}`).toBeGreaterThan(0);
  }, 60_000);

  it('after any commands that ran at once in two keepers', async () => {
    let granted = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 2, maxLength: 8 }), { minLength: 2, maxLength: 5 }),
        async (rounds) => {
          const keys = ephemeralKeys();
          const world = await createWorld({ ...company, keeper: { keys } });
          const other = openWorld({ store: world.store, keeper: { keys } });
          const claims = new Map<string, string>();
          for (const round of rounds) {
            for (const { clock } of [world, other]) clock.advance(1000);
            const outcomes = await Promise.all(
              round.map((one, at) => carryOut(at % 2 === 0 ? world : other, one, claims)),
            );
            granted += outcomes.filter(Boolean).length;
            await expectOwned(world);
          }
          expect(await viewOf(other)).toEqual(await viewOf(world));
          await expectWhole(world);
        },
      ),
      runs(40),
    );
    expect(granted).toBeGreaterThan(100);
  }, 60_000);
});
