import type { Alias, Result } from '../kernel/index.ts';
import type { ProfileShape } from '../model/index.ts';
import type { Caller } from './caller.ts';
import { type AnyRefusal, type Command, execute, type ShellRefusal } from './execute.ts';
import type { Session } from './session.ts';
import type { Transaction } from './transaction.ts';

/** Where a caller's commands are taken: every area of the API stands on one. */
export interface Desk {
  readonly caller: Caller;
  readonly shape: ProfileShape;
  /** @throws {GamekeeperError} `ERR_UNKNOWN_TENANT`, `ERR_CLOSED` */
  open(): Promise<Session>;
  /** Seals what is staged, and answers once it is. */
  seal(session: Session): Promise<void>;
}

/** Carries out a command on behalf of the desk's caller. */
export async function perform<Value, Refusal extends AnyRefusal>(
  desk: Desk,
  command: Command<Value, Refusal>,
): Promise<Result<Value, Refusal | ShellRefusal>> {
  return execute(await desk.open(), desk.caller, command);
}

/** Looks something up on behalf of the desk's caller; the attempt may ask for an entry that tells of it. */
export async function look<Value, Refusal extends AnyRefusal>(
  desk: Desk,
  attempt: string,
  decide: (
    transaction: Transaction,
    about: (...subjects: readonly Alias[]) => void,
  ) => Promise<Result<Value, Refusal>>,
): Promise<Result<Value, Refusal | ShellRefusal>> {
  let seen: Value;
  let subjects: readonly Alias[] = [];
  return perform(desk, {
    attempt,
    arguments: null,
    subjects: () => subjects,
    async decide(transaction) {
      const result = await decide(transaction, (...about) => {
        subjects = about;
      });
      if (result.ok) seen = result.value;
      return result;
    },
    answer: () => seen,
  });
}
