import {
  type Alias,
  fail,
  isInstant,
  isLocalDate,
  type JsonValue,
  ok,
  type Result,
} from '../kernel/index.ts';
import type { Disposition, EventDraft, HandoverFieldType, OrgChart } from '../model/index.ts';
import {
  type HandoverContext,
  type ItemContext,
  manages,
  type Place,
  stillOpen,
  templateOf,
} from './context.ts';
import { isStep, kindOf } from './item-steps.ts';
import type { HandoverRefusal } from './refusals.ts';

/** An amount of money in minor units. */
export interface Amount {
  readonly amount: number;
  readonly currency: string;
}

/** What is proposed for an item. */
export interface Preparation {
  readonly fields: { readonly [field: string]: JsonValue };
  readonly disposition: Disposition;
  /** `null` where nobody of that id is known, `undefined` where none was named. */
  readonly to: Alias | null | undefined;
  readonly amount: Amount | null;
}

/** An event about an item, and in whose place it was decided. */
export interface ItemDecision {
  readonly event: EventDraft;
  readonly place: Place;
}

/**
 * Fills in an item: what the successor has to know, and what is to become of it. The leaver may, and whoever
 * manages the handover; nobody proposes themselves. What a template requires and nobody says blocks it. To whom it goes
 * the leaver proposes once: from then on it is for whoever offers it, under whose hand it must not change.
 *
 * @param outstanding What the customer's orders come to right now, one amount for each currency.
 */
export function decidePrepare(
  context: ItemContext,
  preparation: Preparation,
  outstanding: readonly Amount[],
): Result<ItemDecision, HandoverRefusal> {
  const { handover, actor, leaver, key, row, item, org } = context;
  const open = stillOpen(context);
  if (!open.ok) return open;
  const managing = manages(context);
  const place = managing ?? (actor.employee?.alias === leaver.alias ? { capacity: null } : null);
  if (place === null)
    return fail({ code: 'not-permitted', needs: 'the leaver, a supervisor or people.manage' });
  if (!isStep(row[1], 'prepare')) return fail({ code: 'wrong-step', status: row[1] });
  const rule = templateOf(handover).items[kindOf(key)];
  const { disposition, amount } = preparation;
  if (!(rule.dispositions as readonly Disposition[]).includes(disposition))
    return fail({ code: 'disposition-not-allowed', disposition });
  const receiver = disposition === 'transfer' ? receiverOf(context, org, preparation.to) : ok(null);
  if (!receiver.ok) return receiver;
  const isProposed = row[1] === 'prepared' || row[1] === 'offered';
  if (managing === null && isProposed && (receiver.value !== row[2] || disposition !== item?.disposition))
    return fail({ code: 'not-permitted', needs: 'a supervisor or HR in person' });
  // What has moved stays where it is: only what is said about it changes.
  const { moved } = context;
  const elsewhere =
    moved !== null &&
    (receiver.value !== moved.to || (disposition === 'write_off' ? 'terminate' : disposition) !== moved.as);
  if (elsewhere) return fail({ code: 'already-moved' });
  const wrong = Object.entries(preparation.fields).find(
    ([field, value]) => !isOfType(value, typeOf(rule.required, field)),
  );
  if (wrong !== undefined) return fail({ code: 'wrong-field', field: wrong[0] });
  const known = new Set([
    ...Object.keys(preparation.fields),
    ...Object.keys(item?.facts ?? {}),
    ...Object.keys(item?.texts ?? {}),
    ...(amount === null && item?.amount == null ? [] : ['amount']),
  ]);
  const wanted = [...Object.keys(rule.required), ...(disposition === 'write_off' ? ['amount'] : [])];
  const missing = wanted.filter((field) => !known.has(field));
  if (missing.length > 0) return fail({ code: 'missing-fields', fields: missing });
  const texts = Object.keys(preparation.fields).filter((field) => rule.required[field] === 'text');
  const facts = {
    ...item?.facts,
    ...Object.fromEntries(Object.entries(preparation.fields).filter(([field]) => !texts.includes(field))),
  };
  const subject = subjectOf(context);
  return ok({
    place,
    event: {
      type: 'handover-item-prepared',
      subjects: [...new Set([subject, ...(receiver.value === null ? [] : [receiver.value])])],
      data: {
        amount: (amount ?? item?.amount ?? null) as JsonValue,
        disposition,
        facts,
        handover: handover.id,
        item: key,
        reconciled: reconciled(facts.unsettled as Amount | undefined, outstanding),
        status: 'prepared',
        texts,
        to: receiver.value,
      },
      disclosures: Object.fromEntries(
        texts.map((field) => [`field.${field}`, { subject, value: preparation.fields[field] as JsonValue }]),
      ),
    },
  });
}

/** Whose personal values an item's texts are: the customer's, or the leaver's where it is about none. */
export function subjectOf({ about, leaver }: Pick<ItemContext, 'about' | 'leaver'>): Alias {
  return about ?? leaver.alias;
}

/** Who may get an item: somebody who stays, and neither the leaver nor whoever proposes. */
export function receiverOf(
  { actor, leaver }: Pick<HandoverContext, 'actor' | 'leaver'>,
  org: OrgChart,
  to: Alias | null | undefined,
): Result<Alias, HandoverRefusal> {
  if (to === undefined) return fail({ code: 'receiver-required' });
  const receiver = to === null ? undefined : org.byAlias.get(to);
  if (receiver === undefined) return fail({ code: 'unknown-employee' });
  if (receiver.alias === leaver.alias) return fail({ code: 'same-owner' });
  if (actor.interests.includes(receiver.alias)) return fail({ code: 'self-benefit' });
  if (receiver.status === 'departed') return fail({ code: 'receiver-departed' });
  if (receiver.status === 'on_notice') return fail({ code: 'receiver-leaving' });
  return ok(receiver.alias);
}

/** Whether what was stated as unsettled is what the orders come to; `null` where nothing was stated. */
function reconciled(stated: Amount | undefined, outstanding: readonly Amount[]): boolean | null {
  if (stated === undefined) return null;
  const owed = outstanding.filter(({ amount }) => amount !== 0);
  if (owed.length === 0) return stated.amount === 0;
  return owed.length === 1 && owed[0]?.amount === stated.amount && owed[0].currency === stated.currency;
}

function typeOf(
  required: { readonly [field: string]: HandoverFieldType },
  field: string,
): HandoverFieldType | null {
  return Object.hasOwn(required, field) ? (required[field] as HandoverFieldType) : null;
}

function isOfType(value: JsonValue, type: HandoverFieldType | null): boolean {
  switch (type) {
    case 'text':
      return (
        typeof value === 'string' && value.trim() !== '' && value.length <= 2_000 && value.isWellFormed()
      );
    case 'instant':
      return isInstant(value);
    case 'day':
      return isLocalDate(value);
    case 'number':
      return Number.isSafeInteger(value);
    case 'money':
      return isAmount(value);
    default:
      return false;
  }
}

function isAmount(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { amount, currency, ...more } = value as { [name: string]: JsonValue };
  return (
    Number.isSafeInteger(amount) &&
    (amount as number) >= 0 &&
    typeof currency === 'string' &&
    /^[A-Z]{3}$/.test(currency) &&
    Object.keys(more).length === 0
  );
}
