import { uuidv7 } from '../../kernel/index.ts';
import type { Clock, IdGenerator, Primitives } from '../../ports/index.ts';

/** The machine's clock. */
export function systemClock(): Clock {
  return { now: () => Date.now() };
}

/** UUIDv7 ids from 74 random bits a piece. */
export function randomIds(primitives: Primitives): IdGenerator {
  return { next: (millis) => uuidv7(millis, primitives.randomBytes(10)) };
}
