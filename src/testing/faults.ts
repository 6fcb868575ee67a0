import { GamekeeperError } from '../kernel/index.ts';
import type { Store, TenantStore } from '../ports/index.ts';

/** The five calls of a store, and the two of a store with `wholeTenants`. */
export type StoreMethod = 'commit' | 'get' | 'find' | 'sequence' | 'readEntries' | 'measure' | 'purge';

/** What can go wrong in a call. */
export type StoreFault =
  /** Nothing happened, and the promise rejects. */
  | 'failed'
  /** It was done, and the promise rejects all the same. */
  | 'stored-but-reported-lost'
  /** It was done, and no answer ever comes. */
  | 'hang'
  /** Nothing happened, and the call throws instead of rejecting. */
  | 'throw'
  /** Nothing happened, and the answer is `undefined`. */
  | 'undefined'
  /** Nothing happened, and the answer is of another type. */
  | 'wrong-type'
  /** For reads: the answer that an equal call got before, or that of an empty store. */
  | 'stale';

/** Which call goes wrong, and how. */
export interface StoreFaultPlan {
  readonly method: StoreMethod;
  /** The first call is 1. `'every'` means all of them. */
  readonly call: number | 'every';
  readonly fault: StoreFault;
}

/** A store that counts. `measure` and `purge` are those of the store beneath, if its capabilities say that it has them. */
export interface CountingStore extends TenantStore {
  /** How often each method was called so far. */
  calls(): Readonly<Record<StoreMethod, number>>;
  /** How many calls went wrong on purpose. A test that injected nothing has tested nothing. */
  injected(): number;
}

/**
 * The same store, where chosen calls go wrong.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` for a plan that makes no sense.
 */
export function failing(store: Store, ...plans: readonly StoreFaultPlan[]): CountingStore {
  for (const { method, fault } of plans) {
    if (fault === 'stale' && ['commit', 'sequence', 'purge'].includes(method)) {
      throw new GamekeeperError('ERR_INVALID_INPUT', `only reads can be stale, ${method} is none`);
    }
  }
  const turnsStale = (method: StoreMethod): boolean =>
    plans.some((plan) => plan.method === method && plan.fault === 'stale');
  const seen = new Map<string, unknown>();
  let injected = 0;
  const wrapped = intercepting(store, (method, call, input, work) => {
    const plan = plans.find(
      (candidate) => candidate.method === method && (candidate.call === 'every' || candidate.call === call),
    );
    if (plan === undefined) return turnsStale(method) ? remember(seen, `${method} ${input()}`, work) : work();
    injected += 1;
    return inject(plan, work, () => seen.get(`${method} ${input()}`) ?? emptyAnswer(method, input()));
  });
  return { ...wrapped, injected: () => injected };
}

/** The same store, where `wait` decides how long each call takes before and after its work. */
export function delaying(
  store: Store,
  wait: (method: StoreMethod, moment: 'before' | 'after') => Promise<void>,
): CountingStore {
  const wrapped = intercepting(store, async (method, _call, _input, work) => {
    await wait(method, 'before');
    const answer = await work();
    await wait(method, 'after');
    return answer;
  });
  return { ...wrapped, injected: () => 0 };
}

type Intercept = (
  method: StoreMethod,
  call: number,
  input: () => string,
  work: () => Promise<unknown>,
) => Promise<unknown>;

function intercepting(store: Store, intercept: Intercept): Omit<CountingStore, 'injected'> {
  const calls = { commit: 0, get: 0, find: 0, sequence: 0, readEntries: 0, measure: 0, purge: 0 };
  const whole = store as TenantStore;
  function around<Answer>(
    method: StoreMethod,
    input: readonly unknown[],
    work: () => Promise<Answer>,
  ): Promise<Answer> {
    calls[method] += 1;
    // A fault may answer nonsense: that is its purpose.
    return intercept(method, calls[method], () => JSON.stringify(input), work) as Promise<Answer>;
  }
  return {
    specificationVersion: store.specificationVersion,
    capabilities: store.capabilities,
    commit: (tenant, batch) => around('commit', [tenant, batch], () => store.commit(tenant, batch)),
    get: (tenant, refs) => around('get', [tenant, refs], () => store.get(tenant, refs)),
    find: (tenant, query) => around('find', [tenant, query], () => store.find(tenant, query)),
    sequence: (tenant, request) =>
      around('sequence', [tenant, request], () => store.sequence(tenant, request)),
    readEntries: (tenant, query) =>
      around('readEntries', [tenant, query], () => store.readEntries(tenant, query)),
    measure: (tenant) => around('measure', [tenant], () => whole.measure(tenant)),
    purge: (tenant, request) => around('purge', [tenant, request], () => whole.purge(tenant, request)),
    calls: () => ({ ...calls }),
  };
}

async function remember(
  seen: Map<string, unknown>,
  name: string,
  work: () => Promise<unknown>,
): Promise<unknown> {
  const answer = await work();
  seen.set(name, answer);
  return answer;
}

function inject(plan: StoreFaultPlan, work: () => Promise<unknown>, stale: () => unknown): Promise<unknown> {
  const error = new Error(`injected: ${plan.method} ${plan.fault}`);
  switch (plan.fault) {
    case 'failed':
      return Promise.reject(error);
    case 'stored-but-reported-lost':
      return work().then(() => Promise.reject(error));
    case 'hang':
      return work().then(() => new Promise(() => undefined));
    case 'throw':
      throw error;
    case 'undefined':
      return Promise.resolve(undefined);
    case 'wrong-type':
      return Promise.resolve('nonsense');
    case 'stale':
      return Promise.resolve(stale());
  }
}

/** What a store without data would say. */
function emptyAnswer(method: StoreMethod, input: string): unknown {
  const [, question] = JSON.parse(input) as [
    string,
    readonly unknown[] & { readonly ranges?: readonly unknown[] },
  ];
  if (method === 'measure') return { documents: [], entries: { count: 0, bytes: 0 } };
  if (method === 'get') return question.map(() => null);
  if (method === 'find') return (question.ranges ?? []).map(() => []);
  return [];
}
