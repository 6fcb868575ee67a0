import type { Desk } from './desk.ts';

/** How each verb of an area answers: once, or page after page. */
export type Verbs<Area> = { readonly [Verb in keyof Area]: 'once' | 'pages' };

type Callable = { readonly [verb: string]: (...args: readonly unknown[]) => unknown };

/**
 * An area whose code is loaded when its first verb is called: a host that imports the package pays for what
 * it uses. All verbs answer later anyway, so nobody notices.
 *
 * @param place Where it stands: a desk, mostly.
 * @param verbs Every verb by name, so that the area can be looked at before it is loaded.
 */
export function onDemand<Area extends object, Place = Desk>(
  place: Place,
  load: () => Promise<(place: Place) => Area>,
  verbs: Verbs<Area>,
): Area {
  let area: Callable | null = null;
  let loading: Promise<Callable> | null = null;
  const open = (): Promise<Callable> => {
    loading ??= load().then((create) => {
      area = create(place) as Callable;
      return area;
    });
    return loading;
  };
  const once =
    (verb: string) =>
    (...args: readonly unknown[]): unknown => {
      if (area !== null) return area[verb]?.(...args);
      const given = args.map(asGiven);
      return open().then((opened) => opened[verb]?.(...given));
    };
  const pages = (verb: string) =>
    async function* (...args: readonly unknown[]): AsyncGenerator<unknown> {
      const given = args.map(asGiven);
      yield* (await open())[verb]?.(...given) as AsyncGenerator<unknown>;
    };
  return Object.fromEntries(
    Object.entries<'once' | 'pages'>(verbs).map(([verb, answers]) => [
      verb,
      answers === 'once' ? once(verb) : pages(verb),
    ]),
  ) as Area;
}

/** An argument as it is now: the caller may change it while the code is being loaded. */
function asGiven(argument: unknown): unknown {
  try {
    return structuredClone(argument);
  } catch {
    return argument;
  }
}
