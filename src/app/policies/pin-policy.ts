import { toBase64url } from '../../kernel/index.ts';
import { type Policy, pinOf } from '../../policy/index.ts';
import type { Platform } from '../commit/session.ts';

/** The pin of a policy under a platform's hash. */
export function pinPolicy({ primitives }: Platform, number: number, policy: Policy): string {
  return pinOf(number, policy, (text) => toBase64url(primitives.sha256(text)));
}
