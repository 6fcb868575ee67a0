import type { TenantId } from '../../kernel/index.ts';
import type { CommitBatch, CommitOutcome, DocumentRef, Store } from '../../ports/index.ts';
import { type Dice, diceOf } from '../dice.ts';
import { same } from '../expectations.ts';
import { modelStore } from '../model-store.ts';
import { type Call, callMaker, perform } from '../random-calls.ts';
import { NAME_FAMILIES } from '../random-names.ts';
import { seeded } from '../seeded.ts';
import { clause, clauseIf, idsOf, sequenceAll, tenant } from '../store-harness.ts';

/** How much the random clauses do, and from which numbers. */
export interface RandomPlan {
  readonly seed: number;
  /** How many scripts of calls for each family of names. */
  readonly scripts: number;
  readonly callsOfScript: number;
  /** How many rounds of commits that run at once. */
  readonly rounds: number;
  readonly commitsOfRound: number;
}

/** What the suite runs by itself: a second or two on a disk. */
export const SHORT_PLAN: RandomPlan = {
  seed: 20_260_325,
  scripts: 2,
  callsOfScript: 40,
  rounds: 10,
  commitsOfRound: 24,
};

/** Clauses that compare with a model of the contract, over calls made up from a seed. */
export const randomCases = (plan: RandomPlan) => [
  clause('ST-120', 'answers any calls as the contract says, also under names that look alike', (store) =>
    compare(plan, async () => store),
  ),

  clauseIf('multiProcess', 'ST-121', 'answers so through any handle', async (store, reopen) => {
    const handles = [store, await reopen(), await reopen()];
    await compare(plan, async (dice) => dice.pick(handles));
  }),

  clauseIf(
    'durable',
    'ST-122',
    'answers so after it was closed and opened again',
    async (store, reopen, harness) => {
      let handle = store;
      await compare(plan, async (dice) => {
        if (!dice.once(12)) return handle;
        await harness.close();
        handle = await reopen();
        return handle;
      });
    },
  ),

  clause(
    'ST-123',
    'applies commits that run at once one after the other: the log replays to the same state',
    (store) => race(plan, [store]),
  ),

  clauseIf('multiProcess', 'ST-124', 'does so among several handles', async (store, reopen) =>
    race(plan, [store, await reopen(), await reopen()]),
  ),
];

/** Puts the same calls to a store and to the model. */
async function compare(plan: RandomPlan, handleFor: (dice: Dice) => Promise<Store>): Promise<void> {
  const dice = diceOf(seeded(plan.seed));
  const model = modelStore();
  let script = 0;
  for (const [family, names] of Object.entries(NAME_FAMILIES)) {
    const [first, second] = dice.some(names, 2, 2) as [TenantId, TenantId];
    for (let left = plan.scripts; left > 0; left -= 1) {
      script += 1;
      const maker = callMaker(dice, names, `s${script}`);
      for (let at = 0; at < plan.callsOfScript; at += 1) {
        const tenant = dice.pick([first, second]);
        await ask(await maker.next(model, tenant), tenant, family);
      }
      for (const tenant of [first, second])
        for (const call of maker.everything()) await ask(call, tenant, family);
    }
  }

  async function ask(call: Call, tenant: TenantId, family: string): Promise<void> {
    const expected = await answerOf(perform(model, tenant, call));
    const seen = await answerOf(perform(await handleFor(dice), tenant, call));
    same(seen, expected, `${call.method} among ${family}, seed ${plan.seed}`);
  }
}

interface Ran {
  readonly batch: CommitBatch;
  readonly outcome: CommitOutcome;
}

/** Lets commits meet, then puts those that went through to the model in the order of the log. */
async function race(plan: RandomPlan, handles: readonly Store[]): Promise<void> {
  const dice = diceOf(seeded(plan.seed));
  const model = modelStore();
  const [store] = handles as readonly [Store, ...Store[]];
  const maker = callMaker(dice, ['a', 'b', 'c'], 'r');
  const pages = handles.map((handle) => sequencing(handle));
  let replayed = 0;
  for (let round = 1; round <= plan.rounds; round += 1) {
    const batches: CommitBatch[] = [];
    for (let at = 0; at < plan.commitsOfRound; at += 1) batches.push(await maker.batch(model, tenant));
    const [ran] = await Promise.all([
      Promise.all(
        batches.map(
          async (batch): Promise<Ran> => ({ batch, outcome: await dice.pick(handles).commit(tenant, batch) }),
        ),
      ),
      ...pages.map((page) => page(round % 2 === 0 ? 2 : 0)),
    ]);
    await sequenceAll(store);
    const log = await store.readEntries(tenant, { by: 'index', from: replayed, limit: 1000 });
    replayed += log.length;
    const step = (what: string): string => `${what} of round ${round}, seed ${plan.seed}`;
    const done = ran.filter(({ outcome }) => outcome.status === 'committed');
    same(
      idsOf(log).toSorted(),
      done.flatMap(({ batch }) => idsOf(batch.entries)).toSorted(),
      step('the log'),
    );
    for (const { id } of log) {
      const { batch, outcome } = done.find(({ batch }) => batch.entries[0]?.id === id) as Ran;
      same(outcome, await model.commit(tenant, batch), step(`the outcome of ${id}, where the log has it,`));
    }
    await sequenceAll(model);
    for (const call of maker.everything()) {
      same(
        await perform(dice.pick(handles), tenant, call),
        await perform(model, tenant, call),
        step(call.method),
      );
    }
  }
}

/** Gives indexes a few at a time, while others commit. */
function sequencing(store: Store): (times: number) => Promise<void> {
  return async (times) => {
    for (let at = 0; at < times; at += 1) {
      const { size } = await store.sequence(tenant, { size: 0, limit: 0 });
      await store.sequence(tenant, { size, limit: 3 });
    }
  };
}

/** An answer as the contract has it: no order is promised of the references that stood in the way. */
async function answerOf(work: Promise<unknown>): Promise<unknown> {
  let answer: unknown;
  try {
    answer = await work;
  } catch {
    return 'rejected';
  }
  const { refs, ...rest } = answer as { readonly refs?: readonly DocumentRef[] };
  if (refs === undefined) return answer;
  return { ...rest, refs: [...new Set(refs.map(({ collection, id }) => `${collection} ${id}`))].toSorted() };
}
