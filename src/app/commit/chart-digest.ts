import { toBase64url } from '../../kernel/index.ts';
import type { Primitives } from '../../ports/index.ts';

/** One value for who is employed, and at which version each of them stands. */
export interface ChartDigest {
  /** An employee stands at another version now. */
  set(alias: string, version: string): void;
  /** The digest, 43 characters. */
  text(): string;
}

/** The name under which an entry's basis states the org chart that its decision rested on. */
export const CHART = 'people';

/**
 * A digest of the org chart, kept up to date one employee at a time: the XOR of a hash for each.
 *
 * People are cached by the version of the head, so a decision's read set does not list them. This tells all the
 * same when one of them was set back to an older, once valid version while somebody decided.
 */
export function createChartDigest({ sha256 }: Primitives): ChartDigest {
  const sum = new Uint8Array(32);
  const versions = new Map<string, string>();
  const toggle = (alias: string, version: string): void => {
    for (const [at, byte] of sha256(`${alias} ${version}`).entries()) sum[at] = (sum[at] as number) ^ byte;
  };
  return {
    set(alias, version) {
      const before = versions.get(alias);
      if (before !== undefined) toggle(alias, before);
      versions.set(alias, version);
      toggle(alias, version);
    },
    text: () => toBase64url(sum),
  };
}
