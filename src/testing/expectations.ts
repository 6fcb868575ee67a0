/** Fails unless both values hold the same data. */
export function same(actual: unknown, expected: unknown, what: string): void {
  if (isSame(actual, expected)) return;
  throw new Error(`${what}: expected ${shown(expected)}, got ${shown(actual)}`);
}

/** Fails unless the promise rejects. */
export async function rejects(promise: Promise<unknown>, what: string): Promise<void> {
  let answer: unknown;
  try {
    answer = await promise;
  } catch {
    return;
  }
  throw new Error(`${what}: expected a rejection, got ${shown(answer)}`);
}

function isSame(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every(
      (key) =>
        Object.hasOwn(right, key) &&
        isSame((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]),
    )
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 500 ? text : `${text.slice(0, 500)}… (${text.length} characters)`;
}
