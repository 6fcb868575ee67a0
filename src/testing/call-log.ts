import { messageOf, shown } from './expectations.ts';

/** The last calls of a clause, for its message when it fails. */
export interface CallLog {
  /** The same implementation, with its calls noted; `name` tells several handles apart. */
  watch<Port extends object>(port: Port, name: string): Port;
  /** The last calls, oldest first, each with what came of it. */
  last(): readonly string[];
}

interface Call {
  readonly name: string;
  readonly input: readonly unknown[];
  readonly answer: () => string;
}

const MOST = 6;
const WIDEST = 300;

/** Notes calls without a change of what they do: also those that throw, and those of classes and frozen objects. */
export function callLog(): CallLog {
  const calls: Call[] = [];

  function note(name: string, input: readonly unknown[], work: () => unknown): unknown {
    let answer = 'no answer yet';
    calls.push({ name, input, answer: () => answer });
    if (calls.length > MOST) calls.shift();
    const keep = (value: unknown): void => {
      answer = shown(value, WIDEST);
    };
    const fail = (error: unknown): void => {
      answer = `an error: ${messageOf(error)}`;
    };
    try {
      const value = work();
      if (value instanceof Promise) value.then(keep, fail);
      else keep(value);
      return value;
    } catch (error) {
      fail(error);
      throw error;
    }
  }

  return {
    watch: <Port extends object>(port: Port, name: string): Port =>
      // Over an empty object: that of a frozen one must answer its own properties.
      new Proxy({} as Port, {
        get(_, property) {
          const value = Reflect.get(port, property, port) as unknown;
          if (typeof value !== 'function') return value;
          return (...input: readonly unknown[]): unknown =>
            note(`${name}${String(property)}`, input, () => Reflect.apply(value, port, input));
        },
        has: (_, property) => property in port,
      }),
    last: () =>
      calls.map(({ name, input, answer }) => {
        const inputs = input.map((value) => shown(compact(value), WIDEST)).join(', ');
        return `${name}(${inputs}) → ${answer()}`;
      }),
  };
}

/** Without lists that are empty: of a batch, what matters. */
function compact(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
    return value;
  return Object.fromEntries(
    Object.entries(value).filter(([, part]) => !(Array.isArray(part) && part.length === 0)),
  );
}
