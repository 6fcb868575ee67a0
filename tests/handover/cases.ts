import type { HandoverContext, ItemContext } from '../../src/handover/index.ts';
import type { Alias } from '../../src/kernel/index.ts';
import type { Actor, Handover, HandoverItem, HandoverRow, OrgChart } from '../../src/model/index.ts';
import { DEFAULT_HANDOVER_TEMPLATE } from '../../src/policy/handover-template.ts';
import { actorIn, aliasOf, companyOf, NOW, personIn } from '../people.ts';

/** A handover of dana's, which is being worked on. */
export function handoverOf(more: Partial<Handover> = {}, template: object = {}): Handover {
  return {
    buckets: 1,
    certificate: null,
    clearedAt: null,
    departedAt: null,
    episode: 1,
    found: null,
    id: 'handover-1' as Handover['id'],
    job: null,
    kind: 'resignation',
    lastDayOn: '2026-03-31' as Handover['lastDayOn'],
    leaver: aliasOf('dana'),
    monitoredUntil: null,
    openedAt: NOW as Handover['openedAt'],
    schemaVersion: 1,
    signatures: [],
    state: 'preparing',
    template: { ...DEFAULT_HANDOVER_TEMPLATE, ...template } as never,
    ...more,
  };
}

/** Somebody looks at it. */
export function contextOf(
  actor: Actor | string,
  org: OrgChart = companyOf(),
  more: Partial<Handover> = {},
  template: object = {},
): HandoverContext {
  return {
    actor: typeof actor === 'string' ? actorIn(org, actor) : actor,
    handover: handoverOf(more, template),
    leaver: personIn(org, 'dana'),
    org,
  };
}

export const CUSTOMER = 'c_0123456789abcdefghijkl' as Alias;
export const KEY = `customer.${CUSTOMER}`;

export const rowOf = (status: HandoverRow[1], to: string | null = 'eve'): HandoverRow => [
  'entry-0' as HandoverRow[0],
  status,
  to === null ? null : aliasOf(to),
  false,
];

export function itemOf(more: Partial<HandoverItem> = {}): HandoverItem {
  return {
    amount: null,
    changedAt: NOW as HandoverItem['changedAt'],
    channel: null,
    disposition: 'transfer',
    facts: {},
    handover: 'handover-1' as HandoverItem['handover'],
    item: KEY,
    kind: 'customer',
    reasonIn: null,
    reconciled: null,
    reportedIn: null,
    schemaVersion: 1,
    status: 'pending',
    texts: {},
    to: null,
    ...more,
  };
}

/** Somebody looks at one of its items: a customer of dana's, if nothing else is said. */
export function about(
  actor: Actor | string,
  row: HandoverRow,
  more: Partial<ItemContext> = {},
  org: OrgChart = companyOf(),
): ItemContext {
  return {
    ...contextOf(actor, org),
    about: CUSTOMER,
    key: KEY,
    row,
    item: itemOf({ status: row[1], to: row[2] }),
    moved: null,
    ...more,
  };
}

export const refused = (code: string, more: object = {}): object => ({ ok: false, error: { code, ...more } });
export const notPermitted = (needs: string): object => refused('not-permitted', { needs });
