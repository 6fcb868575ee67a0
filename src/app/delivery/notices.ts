import { askedToUnmask, audienceOf, concernedBy } from '../../alerts/index.ts';
import { type HoldParties, reviewersOf, standsApart } from '../../guard/index.ts';
import { type Alias, type Instant, instantOf, type JsonValue } from '../../kernel/index.ts';
import type { Leaf } from '../../ledger/index.ts';
import {
  type Alert,
  type Capability,
  type Claim,
  type Customer,
  type Employee,
  NOTICE_TYPES,
  type NoticeType,
  type StateCollection,
  type StateDocuments,
} from '../../model/index.ts';
import { approverAtLevel } from '../../ownership/index.ts';
import type { Notice } from '../../ports/index.ts';
import { pseudonymOf } from '../alerts/pseudonyms.ts';
import { grants } from '../commit/caller.ts';
import { hostIdOf } from '../commit/host-ids.ts';
import { type Session, todayAt } from '../commit/session.ts';

/** What an entry tells, and whom. */
interface Told {
  readonly audience: readonly Alias[];
  /** The employee or customer it is about: its notices keep their order. */
  readonly subject: Alias;
  readonly data: { readonly [name: string]: JsonValue };
}

type Teller = (session: Session, leaf: Leaf) => Promise<Told | null>;

/**
 * The notice that an entry comes to now; `null` when it is none, or nobody is left to be told. The audience is
 * worked out from the org chart of this moment: who has left since, or has nothing to do with it any more, is
 * not told.
 */
export async function noticeOf(session: Session, leaf: Leaf, index: number): Promise<Notice | null> {
  if (leaf.outcome !== 'done' || !isNoticeType(leaf.type)) return null;
  const told = await tellers[leaf.type](session, leaf);
  if (told === null) return null;
  const { org } = session.company;
  const present = told.audience.filter((alias) => org.byAlias.get(alias)?.status !== 'departed');
  const audience = [...new Set(present.flatMap((alias) => hostIdOf(org, alias) ?? []))].sort();
  if (audience.length === 0) return null;
  return {
    id: leaf.id,
    tenant: session.tenant,
    type: leaf.type,
    at: leaf.at as Instant,
    index,
    audience,
    subject: session.codec.keyedHash('notice', told.subject),
    data: told.data,
  };
}

function isNoticeType(type: string): type is NoticeType {
  return (NOTICE_TYPES as readonly string[]).includes(type);
}

const tellers: { readonly [Type in NoticeType]: Teller } = {
  'alert-raised': tellOfAlert,
  'alert-repeated': tellOfAlert,
  'alert-escalated': tellOfAlert,
  'alert-confirmed': tellOfAlert,
  'alert-dismissed': tellOfAlert,
  'alert-resolved': tellOfAlert,
  'alert-unmask-requested': tellOfAlert,
  'claim-submitted': tellOfClaim,
  'claim-escalated': tellOfClaim,
  'follow-up-reminded': tellOfFollowUp,
  'follow-up-escalated': tellOfFollowUp,
  'first-contact-reminded': tellOfFollowUp,
  'first-contact-escalated': tellOfFollowUp,
  'hold-placed': tellReviewers,
  'hold-escalated': tellReviewers,
  'hold-released': tellRequester,
  'hold-denied': tellRequester,
  'hold-expired': tellRequester,
};

/** An alert's audience, but for whoever did it; a request to unmask goes to who may agree. */
async function tellOfAlert(session: Session, leaf: Leaf): Promise<Told | null> {
  const id = leaf.type === 'alert-raised' ? leaf.id : (leaf.data.alert as string);
  const alert: Alert | null = await read(session, 'alert', id);
  if (alert === null) return null;
  const customer = alert.subject.startsWith('c_') ? await read(session, 'customer', alert.subject) : null;
  const concerned = concernedBy(alert, customer?.owner ?? null);
  const { org } = session.company;
  const rights = rightsIn(session);
  const told =
    leaf.type === 'alert-unmask-requested'
      ? askedToUnmask(concerned, leaf.actor as Alias, org, today(session), rights)
      : audienceOf(alert, concerned, org, today(session), rights);
  return {
    audience: told.map(({ alias }) => alias).filter((alias) => alias !== leaf.actor),
    subject: alert.subject,
    data: {
      alert: alert.id,
      about: customer === null ? 'employee' : 'customer',
      pseudonym: customer === null ? pseudonymOf(session, alert.subject) : null,
      repeats: alert.repeats,
      rule: alert.rule,
      severity: alert.severity,
      state: alert.state,
    },
  };
}

/** Whoever is asked at present; administrators once nobody else is left. */
async function tellOfClaim(session: Session, leaf: Leaf): Promise<Told | null> {
  const id = leaf.type === 'claim-submitted' ? leaf.id : (leaf.data.claim as string);
  const claim: Claim | null = await read(session, 'claim', id);
  if (claim === null || claim.status !== 'submitted') return null;
  const { org } = session.company;
  const approver = approverAtLevel(claim, org);
  const others = [...org.byAlias.values()].filter(
    (person) => person.administrator && person.alias !== claim.claimant,
  );
  return {
    audience: (approver === null ? others : [approver]).map(({ alias }) => alias),
    subject: claim.customer,
    data: { claim: claim.id, customer: await customerId(session, claim.customer) },
  };
}

/** The owner, or the supervisor: whom the entry says is told. */
async function tellOfFollowUp(session: Session, { data }: Leaf): Promise<Told | null> {
  const told = data.told as Alias | null;
  const customer = data.customer as Alias;
  const id = await customerId(session, customer);
  if (told === null || id === null) return null;
  return { audience: [told], subject: customer, data: { customer: id, since: data.since ?? null } };
}

/**
 * Who may decide a hold: the nearest supervisor who stays, the next one too once it escalated, and by then, or
 * where there is nobody above, whose roles let them. Never who asked or would gain, nor who stands in for them: where
 * that is the nearest supervisor, it is the next.
 */
async function tellReviewers(session: Session, leaf: Leaf): Promise<Told | null> {
  const { org } = session.company;
  const requester = (leaf.data.requester ?? leaf.actor) as Alias;
  const placed = leaf.type === 'hold-placed';
  const parties: HoldParties = {
    requester,
    onBehalfOf: (leaf.onBehalfOf ?? null) as Alias | null,
    beneficiary: (leaf.data.beneficiary ?? null) as Alias | null,
  };
  const above = reviewersOf(parties, org, today(session)).slice(0, placed ? 1 : 2);
  const byRole = [...org.byAlias.values()].filter(
    (person) =>
      rightsIn(session)(person, 'holds.release') && standsApart(parties, person, org, today(session)),
  );
  return {
    audience: (placed && above.length > 0 ? above : [...above, ...byRole]).map(({ alias }) => alias),
    subject: requester,
    data: {
      expireAt: leaf.data.expireAt ?? null,
      hold: placed ? leaf.id : (leaf.data.hold ?? null),
      operation: leaf.data.operation ?? null,
    },
  };
}

/** Who asked hears what became of it. */
async function tellRequester(_session: Session, { data }: Leaf): Promise<Told | null> {
  const requester = data.requester as Alias;
  return {
    audience: [requester],
    subject: requester,
    data: { hold: data.hold ?? null, operation: data.operation ?? null },
  };
}

function rightsIn({ platform }: Session): (employee: Employee, capability: Capability) => boolean {
  return (employee, capability) => grants(employee, capability, platform.rights.roles);
}

function today(session: Session): ReturnType<typeof todayAt> {
  return todayAt(session, instantOf(session.platform.clock.now()));
}

async function customerId(session: Session, alias: Alias): Promise<string | null> {
  const customer: Customer | null = await read(session, 'customer', alias);
  return customer?.id ?? null;
}

async function read<Name extends StateCollection>(
  { store, tenant, codec }: Session,
  collection: Name,
  id: string,
): Promise<StateDocuments[Name] | null> {
  const [document] = await store.get(tenant, [{ collection, id }]);
  return document == null ? null : codec.decode<StateDocuments[Name]>(document);
}
