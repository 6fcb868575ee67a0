import type { Result } from './result.ts';

/** Everything a `GamekeeperError` can mean. A closed list: hosts may switch over it. */
export type GamekeeperErrorCode =
  /** An argument has the wrong shape; `path` names the field. Nothing was written. */
  | 'ERR_INVALID_INPUT'
  /** Other writers were faster until the time for retries ran out. Nothing was written. */
  | 'ERR_CONFLICT'
  /** The store threw, hung or answered nonsense. Nothing was granted. */
  | 'ERR_STORE_FAILED'
  /** The store holds something that nobody wrote through the keeper. Nothing was granted. */
  | 'ERR_STORE_CORRUPT'
  /** A key or a signature could not be had. */
  | 'ERR_SIGNER_FAILED'
  /** A risk model threw or answered nonsense. */
  | 'ERR_MODEL_FAILED'
  /** The keeper was closed. */
  | 'ERR_CLOSED'
  /** No tenant of that id was created here. */
  | 'ERR_UNKNOWN_TENANT'
  /** `unwrap` met a refusal; `refusal` holds it. */
  | 'ERR_REFUSED';

/** What else an error can tell. Never personal data: ids of entries, sizes, paths of fields. */
export interface GamekeeperErrorDetails {
  /** Path of the offending field, such as `profile.phone` or `rows[3].amount`. */
  readonly path?: string;
  /** The refusal that `unwrap` met. */
  readonly refusal?: unknown;
  readonly cause?: unknown;
}

const brand = Symbol.for('gamekeeper.error');

/** The one error class: wrong arguments and broken infrastructure. Rules refuse by `Result` instead. */
export class GamekeeperError extends Error {
  readonly code: GamekeeperErrorCode;
  readonly path: string | null;
  readonly refusal: unknown;

  constructor(code: GamekeeperErrorCode, message: string, details: GamekeeperErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'GamekeeperError';
    this.code = code;
    this.path = details.path ?? null;
    this.refusal = details.refusal ?? null;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether `error` is a `GamekeeperError`, of that code if one is named. Works across ESM and CJS copies. */
export function isGamekeeperError(error: unknown, code?: GamekeeperErrorCode): error is GamekeeperError {
  return (
    typeof error === 'object' &&
    error !== null &&
    (error as Record<symbol, unknown>)[brand] === true &&
    (code === undefined || (error as GamekeeperError).code === code)
  );
}

/**
 * The value of a granted result, for those who prefer exceptions.
 *
 * @throws {GamekeeperError} `ERR_REFUSED`, with the refusal in `error.refusal`.
 */
export function unwrap<Value>(result: Result<Value, unknown>): Value {
  if (result.ok) return result.value;
  const code = (result.error as { readonly code?: unknown } | null)?.code;
  throw new GamekeeperError('ERR_REFUSED', `refused: ${String(code)}`, { refusal: result.error });
}
