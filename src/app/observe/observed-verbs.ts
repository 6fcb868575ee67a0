import { errorOutcome, resultOutcome, type Sight, seen } from './observing.ts';

type Verb = (...args: readonly unknown[]) => unknown;
type Command = {
  readonly kind: 'command';
  readonly tenant: string;
  readonly area: string;
  readonly verb: string;
};

/**
 * The same verbs, seen by an observer. `all` answers page after page: it is seen from the first to the last.
 *
 * @param tenant Whose they are; left out, the first argument says so.
 */
export function observedVerbs<Verbs extends object>(
  verbs: Verbs,
  sight: Sight,
  area: string,
  tenant?: string,
): Verbs {
  const made = Object.entries(verbs).map(([verb, run]): readonly [string, unknown] => {
    if (typeof run !== 'function') return [verb, run];
    const call = run as Verb;
    const workOf = (args: readonly unknown[]): Command => ({
      kind: 'command',
      area,
      verb,
      tenant: tenant ?? nameIn(args[0]),
    });
    if (verb === 'all')
      return [verb, (...args: readonly unknown[]) => pages(sight, workOf(args), () => call(...args))];
    const once = async (args: readonly unknown[]): Promise<unknown> => call(...args);
    return [
      verb,
      (...args: readonly unknown[]) => seen(sight, workOf(args), () => once(args), resultOutcome),
    ];
  });
  return Object.fromEntries(made) as Verbs;
}

/** All areas of an actor, seen by an observer; each is made when it is first used. */
export function observedAreas<Areas extends object>(areas: Areas, sight: Sight, tenant: string): Areas {
  const made = new Map<string, object>();
  const properties = Object.keys(areas).map((area): readonly [string, PropertyDescriptor] => [
    area,
    {
      enumerable: true,
      get() {
        const known =
          made.get(area) ?? observedVerbs(areas[area as keyof Areas] as object, sight, area, tenant);
        made.set(area, known);
        return known;
      },
    },
  ]);
  return Object.defineProperties({}, Object.fromEntries(properties)) as Areas;
}

async function* pages(sight: Sight, work: Command, call: () => unknown): AsyncGenerator<unknown> {
  const { observer, timers } = sight;
  const from = timers.elapsed();
  const span = observer.begin(work);
  let outcome = 'ok';
  let items: AsyncIterator<unknown> | undefined;
  const next = (): Promise<IteratorResult<unknown>> => {
    let step: Promise<IteratorResult<unknown>> | undefined;
    span.enter(() => {
      items ??= call() as AsyncIterator<unknown>;
      step = items.next();
    });
    return step as Promise<IteratorResult<unknown>>;
  };
  try {
    for (let step = await next(); step.done !== true; step = await next()) yield step.value;
  } catch (error) {
    outcome = errorOutcome(error);
    throw error;
  } finally {
    await items?.return?.();
    span.end(outcome, timers.elapsed() - from);
  }
}

/** A tenant as it was named. What cannot be one is not repeated: it may be anything. */
function nameIn(tenant: unknown): string {
  return typeof tenant === 'string' && /^[\x21-\x7e]{1,128}$/.test(tenant) ? tenant : '';
}
