import { type Alias, fail, type JsonValue, ok, type Result } from '../kernel/index.ts';
import type { Actor, Approval, EventDraft, NotPermitted } from '../model/index.ts';
import { type LoosenedField, loosenedFields, type Policy } from '../policy/index.ts';

/** Why a policy is not adopted. */
export type PolicyRefusal =
  | NotPermitted
  | { readonly code: 'unchanged' }
  | { readonly code: 'second-person-required' };

/** A decided step towards a policy: adopted, or waiting for a second person. */
export type PolicyStep =
  | { readonly status: 'adopted'; readonly event: EventDraft }
  | {
      readonly status: 'awaiting-second-person';
      readonly event: EventDraft;
      readonly loosens: readonly LoosenedField[];
    };

/**
 * Adopts a policy. What loosens a rule waits until another administrator asks for the very same.
 *
 * @param waiting What waits already, if anything does.
 */
export function decideAdopt(
  actor: Actor,
  current: { readonly number: number; readonly policy: Policy; readonly pin: string },
  next: { readonly policy: Policy; readonly pin: string },
  waiting: Approval | null,
): Result<PolicyStep, PolicyRefusal> {
  if (!actor.can('policies.adopt')) return fail({ code: 'not-permitted', needs: 'policies.adopt' });
  const person = actor.employee;
  if (person === null) return fail({ code: 'not-permitted', needs: 'a person' });
  if (digestPart(current.pin) === digestPart(next.pin)) return fail({ code: 'unchanged' });
  const loosens = loosenedFields(current.policy, next.policy);
  if (loosens.length === 0)
    return ok({ status: 'adopted', event: adopted(next, current.number + 1, [person.alias]) });
  if (waiting?.digest !== next.pin) {
    const event: EventDraft = {
      type: 'approval-requested',
      subjects: [person.alias],
      data: {
        approval: 'policy',
        digest: next.pin,
        kind: 'adopt-policy',
        loosens: loosens.map(({ path }) => path),
      },
    };
    return ok({ status: 'awaiting-second-person', event, loosens });
  }
  if (waiting.requestedBy === person.alias) return fail({ code: 'second-person-required' });
  return ok({
    status: 'adopted',
    event: adopted(next, current.number + 1, [waiting.requestedBy, person.alias]),
  });
}

/** The event of an adoption, also of a tenant's first policy. */
export function adopted(
  next: { readonly policy: Policy; readonly pin: string },
  number: number,
  by: readonly Alias[],
): EventDraft {
  return {
    type: 'policy-adopted',
    subjects: by,
    data: { by, number, pin: next.pin, policy: next.policy as unknown as JsonValue },
  };
}

function digestPart(pin: string): string {
  return pin.slice(pin.indexOf(':') + 1);
}
