import type { Alias, Result } from '../kernel/index.ts';
import type { ProfileShape } from '../model/index.ts';
import type { Caller } from './commit/caller.ts';
import { type AnyRefusal, type Command, execute, type ShellRefusal } from './commit/execute.ts';
import type { Session } from './commit/session.ts';
import type { Transaction } from './commit/transaction.ts';

/** Where a caller's commands are taken: every area of the API stands on one. */
export interface Desk {
  readonly caller: Caller;
  readonly shape: ProfileShape;
  /** @throws {GamekeeperError} `ERR_UNKNOWN_TENANT`, `ERR_CLOSED` */
  open(): Promise<Session>;
  /** Seals what is staged, and answers once it is. */
  seal(session: Session): Promise<void>;
  /** Asks the host to prove anew who the actor is; `null` where the host has no way to. */
  readonly stepUp: StepUp | null;
}

/** What somebody wants to do that is to be proved anew. */
export interface StepUpRequest {
  readonly tenant: string;
  /** The host's id of the employee; `null` for a service. */
  readonly employee: string | null;
  readonly service: string | null;
  /** The verb, such as `delete-customers`. */
  readonly attempt: string;
  readonly requestId: string | null;
}

/** Proves anew who an actor is, by a second factor, say. Answers whether it was proved. */
export type StepUp = (request: StepUpRequest) => Promise<boolean>;

/** Carries out a command on behalf of the desk's caller. */
export async function perform<Value, Refusal extends AnyRefusal>(
  desk: Desk,
  command: Command<Value, Refusal>,
): Promise<Result<Value, Refusal | ShellRefusal>> {
  const session = await desk.open();
  const result = await execute(session, desk.caller, command);
  if (result.ok || result.error.code !== 'step-up-required' || desk.stepUp === null) return result;
  const { tenant, employee = null, service = null, requestId = null } = desk.caller;
  const proved = await desk.stepUp({ tenant, employee, service, requestId, attempt: command.attempt });
  return proved === true ? execute(session, { ...desk.caller, steppedUp: true }, command) : result;
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
    kind: 'look',
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
