import { toBase64 } from '../../src/kernel/index.ts';
import { type Leaf, parseCheckpoint } from '../../src/ledger/index.ts';
import type { CommitBatch, DocumentRef } from '../../src/ports/index.ts';
import type { Breach } from './promises.ts';
import { HELD_FROM, POLICY } from './scene.ts';
import type { CompanyView } from './view.ts';

/** Entries after which an owner has one more, and for which the cap therefore counts. */
const ACQUIRES: { readonly [type: string]: string } = {
  'claim-approved': 'claimant',
  'customer-transferred': 'to',
  'customer-restored': 'owner',
};

/** Entries that say who owns a customer from then on, and where they say it; `null` where nobody does. */
const SAYS_OWNER: { readonly [type: string]: string | null } = {
  ...ACQUIRES,
  'customer-released': null,
  'customer-deleted': null,
};

/** Entries that one question makes at most once about a customer. */
const ONCE = [
  'customer-updated',
  'customer-transferred',
  'customer-released',
  'follow-up-recorded',
  'order-recorded',
];

/** What has to hold of a company after each commit, looked at only where the commit changed something. */
export function createInvariants(view: CompanyView, breach: Breach) {
  const owned = new Map<string, number>();
  const ownerOf = new Map<string, string>();
  const said = new Map<string, { readonly id: string; readonly owner: string | null }>();
  const passed = new Map<string, number>();
  const done = new Set<string>();

  /** Each live customer has one owner or one pool; each owner's counter says how many there are. */
  const checkOwners = (batch: CommitBatch, leaves: readonly Leaf[]): void => {
    const touched = new Set<string>();
    for (const { ref } of batch.puts) {
      if (ref.collection !== 'customer') continue;
      const customer = view.document('customer', ref.id);
      if (customer === null) continue;
      const places = [customer.owner, customer.pool].filter((place) => place !== null);
      if (places.length !== (customer.state === 'live' ? 1 : 0))
        breach(
          'one owner',
          `${customer.state} customer ${customer.id} is in ${places.join(' and ') || 'nobody’s hands'}`,
        );
      if (customer.owner !== null && view.document('employee', customer.owner) === null)
        breach('one owner', `customer ${customer.id} belongs to nobody known: ${customer.owner}`);
      const before = ownerOf.get(ref.id);
      if (before !== undefined) {
        owned.set(before, (owned.get(before) ?? 0) - 1);
        touched.add(before);
      }
      ownerOf.delete(ref.id);
      if (customer.owner === null) continue;
      ownerOf.set(ref.id, customer.owner);
      owned.set(customer.owner, (owned.get(customer.owner) ?? 0) + 1);
      touched.add(customer.owner);
    }
    for (const { ref } of batch.adds) if (ref.collection === 'holdings') touched.add(ref.id);
    for (const owner of touched) {
      const count = owned.get(owner) ?? 0;
      const counter = view.counter('holdings', owner);
      if (count !== counter) breach('one owner', `${owner} owns ${count}, their counter says ${counter}`);
    }
    for (const { type, data } of leaves) {
      const who = ACQUIRES[type];
      const owner = who === undefined ? null : data[who];
      if (typeof owner === 'string' && (owned.get(owner) ?? 0) > POLICY.ownership.maxHeld)
        breach(
          'no quota over-issued',
          `${owner} owns ${owned.get(owner)} after ${type}, and may own ${POLICY.ownership.maxHeld}`,
        );
    }
  };

  /** The state says of each customer that an entry moved what the entries say, the last one last. */
  const checkFold = (leaves: readonly Leaf[]): void => {
    const moved = new Set<string>();
    for (const { data, id, type } of leaves) {
      const field = SAYS_OWNER[type];
      if (field === undefined) continue;
      const customer = String(data.customer);
      said.set(customer, { id, owner: field === null ? null : (data[field] as string | null) });
      moved.add(customer);
    }
    for (const alias of moved) {
      const { id, owner } = said.get(alias) as { readonly id: string; readonly owner: string | null };
      const stands = view.document('customer', alias)?.owner;
      if (stands !== owner)
        breach('one owner', `${id} says that ${owner} owns ${alias}, the state ${stands}`);
    }
  };

  /** What passes the guard without another person’s consent stays below the threshold; consent is used once. */
  const checkQuotas = (leaves: readonly Leaf[]): void => {
    for (const leaf of leaves) {
      const { actor, data, id, outcome, type } = leaf;
      if (outcome === 'refused') continue;
      if (type === 'hold-released') {
        const hold = view.document('hold', String(data.hold));
        if (hold !== null) add(`${hold.requester} consented ${measureOf(hold.operation)}`, hold.customers);
      }
      const once = ['hold-spent', 'hold-released', 'hold-denied', 'hold-expired'].includes(type)
        ? `${type === 'hold-spent' ? 'spent' : 'decided'} ${data.hold}`
        : ['permit-completed', 'permit-abandoned'].includes(type)
          ? `permit ${data.permit}`
          : ['claim-approved', 'claim-rejected', 'claim-withdrawn'].includes(type)
            ? `claim ${data.claim}`
            : null;
      if (once !== null && done.has(once))
        breach('no quota over-issued', `${once} a second time, by ${type} ${id}`);
      if (once !== null) done.add(once);
      const step = stepOf(leaf);
      if (step === null) continue;
      const total = add(`${actor} ${step.measure}`, step.count);
      const most = HELD_FROM[step.measure] - 1 + (passed.get(`${actor} consented ${step.measure}`) ?? 0);
      if (total > most)
        breach(
          'no quota over-issued',
          `${actor}: ${total} ${step.measure}, and only ${most} may pass; by ${type} ${id}`,
        );
    }
  };

  const add = (what: string, count: number): number => {
    const total = (passed.get(what) ?? 0) + count;
    passed.set(what, total);
    return total;
  };

  /** What is counted once for each customer a person has seen. */
  const seen = new Set<string>();
  const stepOf = ({
    actor,
    data,
    type,
  }: Leaf): { readonly measure: keyof typeof HELD_FROM; readonly count: number } | null => {
    if (!actor.startsWith('e_')) return null;
    switch (type) {
      case 'customer-deleted':
        return { measure: 'deletes', count: 1 };
      case 'customer-transferred':
      case 'customer-released':
        return data.handover === undefined ? { measure: 'ownerChanges', count: 1 } : null;
      case 'customer-updated':
        return (data.changed as string[]).includes('phone') ? { measure: 'overwrites', count: 1 } : null;
      case 'customer-viewed': {
        const name = `${actor} ${data.customer}`;
        if (!(data.fields as string[]).includes('phone') || seen.has(name)) return null;
        seen.add(name);
        return { measure: 'reveals', count: 1 };
      }
      case 'permit-issued':
        return measureOf(String(data.operation)) === null
          ? null
          : { measure: measureOf(String(data.operation)) as 'deletes', count: data.count as number };
      case 'export-started':
        return { measure: 'exports', count: data.count as number };
      default:
        return null;
    }
  };

  /** A signed head states the root of the entries that have positions, as we hash them. */
  const checkHeads = (batch: CommitBatch): void => {
    for (const { ref, body } of batch.puts) {
      if (ref.collection !== 'checkpoint') continue;
      const head = parseCheckpoint((JSON.parse(body) as { checkpoint: string }).checkpoint);
      if (
        head === null ||
        head.size > view.size ||
        toBase64(view.tree.root(head.size)) !== toBase64(head.root)
      )
        breach(
          'tamper-evident',
          `the checkpoint of ${head?.size} entries states another root than they have`,
        );
    }
  };

  /** What one question brought about is brought about once, however often its answer was lost. */
  const checkOnce = (leaves: readonly Leaf[]): void => {
    for (const { correlation, data, id, outcome, type } of leaves) {
      if (outcome === 'refused' || correlation === undefined || !ONCE.includes(type)) continue;
      const name = `${correlation} ${type} ${data.customer}`;
      if (done.has(name))
        breach('no quota over-issued', `${type} ${id} was done a second time for one question`);
      done.add(name);
    }
  };

  /** Nothing personal in what is kept for ever, and in what names and finds. */
  const checkSecrets = (batch: CommitBatch): void => {
    for (const { id, leaf, subjects } of batch.entries)
      if (`${leaf} ${subjects.join(' ')}`.includes('CANARY'))
        breach('privacy', `entry ${id} holds a personal value: ${leaf.slice(0, 200)}`);
    for (const { ref, body, keys, version } of batch.puts) {
      const open = ref.collection === 'customer' || ref.collection === 'employee';
      const named = `${ref.collection}/${ref.id} ${version} ${keys.map(({ index, key }) => `${index} ${key}`).join(' ')}`;
      if (named.includes('CANARY') || (!open && `${body}${inTheClear(ref, body)}`.includes('CANARY')))
        breach('privacy', `${ref.collection}/${ref.id} holds a personal value outside of its place`);
    }
  };

  return {
    check(batch: CommitBatch, leaves: readonly Leaf[]): void {
      checkOwners(batch, leaves);
      checkFold(leaves);
      checkQuotas(leaves);
      checkOnce(leaves);
      checkHeads(batch);
      checkSecrets(batch);
    },
  };
}

/** What a sealed value says to whoever has no key: nothing, unless it is not sealed. */
function inTheClear({ collection }: DocumentRef, body: string): string {
  if (collection !== 'disclosure') return '';
  const { sealed } = JSON.parse(body) as { sealed: string };
  const texts =
    Buffer.from(sealed, 'base64url')
      .toString('latin1')
      .match(/WyI[\w-]{20,}/g) ?? [];
  return texts.map((text) => Buffer.from(text, 'base64url').toString('latin1')).join(' ');
}

/** What an operation counts as; `null` where it is not counted here. */
function measureOf(operation: string): keyof typeof HELD_FROM | null {
  const measures: { readonly [operation: string]: keyof typeof HELD_FROM } = {
    delete: 'deletes',
    export: 'exports',
    transfer: 'ownerChanges',
    update: 'overwrites',
    view: 'reveals',
  };
  return measures[operation] ?? null;
}
