import type { ActingKeeper, Result } from '../../src/index.ts';
import type { Dice } from '../../src/testing/dice.ts';
import { customerOf, personOf } from './relations.ts';
import { ADMINS, CUSTOMERS, canary, EVERYBODY, POLICY, type SceneProfile, SELLERS } from './scene.ts';
import type { CompanyView } from './view.ts';

type Acting = ActingKeeper<SceneProfile>;
type Answer = Result<unknown, { readonly code: string }>;

/** Something that somebody asks of a keeper. */
export interface Command {
  readonly name: string;
  readonly actor: { readonly employee: string } | { readonly service: string };
  /** May be asked several times: after an answer was lost, under the same key. */
  ask(acting: Acting, idempotencyKey: string | undefined): Promise<Answer>;
  /** Whether it takes a key, and is one change of one thing. */
  readonly keyed: boolean;
}

/** What a command is made of. */
interface Chance {
  readonly dice: Dice;
  /** What lies in the store, so that a command is about something that is there. */
  readonly view: CompanyView;
  /** A number that no other command has. */
  readonly number: number;
  /** The time, as the one who asks has it. */
  readonly at: string;
}

type Maker = (chance: Chance) => Command | null;

/** Keeps what is typed under a key, if there is one. */
const under = (idempotencyKey: string | undefined): { idempotencyKey?: string } =>
  idempotencyKey === undefined ? {} : { idempotencyKey };

const by = (employee: string): { employee: string } => ({ employee });

/** The id of somebody who can do something about an employee, or anybody. */
function decider({ dice }: Chance): string {
  return dice.once(6) ? dice.pick(EVERYBODY) : dice.pick(['boss', 'boss', 'chief', 'ada', 'ben', 'director']);
}

/** Customers, mostly such as somebody works with. */
function customers({ dice, view }: Chance, most = 1): readonly [string, ...string[]] {
  const live = [...view.all('customer')].flatMap(({ id, state }) =>
    state === 'live' && id !== null ? [id] : [],
  );
  return dice.some(live.length === 0 || dice.once(8) ? CUSTOMERS : live, most, 1) as [string];
}

/** The host's id of the owner, so that most commands are somebody's to give. */
function ownerOf({ dice, view }: Chance, customer: string): string {
  const owner = customerOf(view, customer)?.owner ?? null;
  const id = owner === null ? null : (view.document('employee', owner)?.id ?? null);
  return id === null || dice.once(6) ? dice.pick(EVERYBODY) : id;
}

function some<Value>({ dice }: Chance, values: Iterable<Value>): Value | null {
  const all = [...values];
  return all.length === 0 ? null : dice.pick(all);
}

function* waitingClaims({ view }: Chance) {
  for (const claim of view.all('claim')) if (claim.status === 'submitted') yield claim;
}

function* openHolds({ view }: Chance) {
  for (const hold of view.all('hold')) if (['waiting', 'escalated'].includes(hold.status)) yield hold;
}

function* openHandovers({ view }: Chance) {
  for (const handover of view.all('handover'))
    if (['opened', 'preparing'].includes(handover.state)) yield handover;
}

const register: Maker = ({ dice, number, view }) => {
  const free = CUSTOMERS.filter((one) => !['candidate', 'live'].includes(customerOf(view, one)?.state ?? ''));
  const id = dice.pick(free.length === 0 || dice.once(8) ? CUSTOMERS : free);
  return {
    name: `register ${id}`,
    actor: by(dice.pick(SELLERS)),
    keyed: true,
    ask: (acting, key) =>
      acting.customers.register(
        {
          name: canary(view.tenant, id, 'name'),
          phone: canary(view.tenant, id, 'phone', number),
          need: canary(view.tenant, id, 'need', number),
        },
        { id, ...under(key) },
      ),
  };
};

const decideClaim: Maker = (chance) => {
  const claim = some(chance, waitingClaims(chance));
  if (claim === null) return null;
  const verb = chance.dice.pick(['approve', 'approve', 'approve', 'reject'] as const);
  return {
    name: `${verb} a claim`,
    actor: by(decider(chance)),
    keyed: true,
    ask: (acting, key) => acting.claims[verb](claim.id, under(key)),
  };
};

const withdraw: Maker = (chance) => {
  const claim = some(chance, waitingClaims(chance));
  if (claim === null) return null;
  return {
    name: 'withdraw a claim',
    actor: by(chance.dice.pick(SELLERS)),
    keyed: true,
    ask: (acting, key) => acting.claims.withdraw(claim.id, under(key)),
  };
};

const view: Maker = (chance) => {
  const [id] = customers(chance);
  return {
    name: `view ${id}`,
    actor: by(chance.dice.once(2) ? ownerOf(chance, id) : chance.dice.pick(EVERYBODY)),
    keyed: false,
    ask: (acting) => acting.customers.get(id),
  };
};

const list: Maker = ({ dice }) => ({
  name: 'list customers',
  actor: by(dice.pick(EVERYBODY)),
  keyed: false,
  ask: (acting) => acting.customers.list({ limit: 10 }),
});

const history: Maker = (chance) => {
  const [id] = customers(chance);
  return {
    name: `history of ${id}`,
    actor: by(ownerOf(chance, id)),
    keyed: false,
    ask: (acting) => acting.customers.history(id),
  };
};

const update: Maker = (chance) => {
  const { dice, number } = chance;
  const { tenant } = chance.view;
  const [id] = customers(chance);
  const field = dice.pick(['phone', 'need'] as const);
  return {
    name: `update ${field} of ${id}`,
    actor: by(ownerOf(chance, id)),
    keyed: true,
    ask: (acting, key) =>
      acting.customers.update(id, { [field]: canary(tenant, id, field, number) }, under(key)),
  };
};

const remove: Maker = (chance) => {
  const ids = customers(chance, 2);
  return {
    name: `delete ${ids}`,
    actor: by(ownerOf(chance, ids[0])),
    keyed: ids.length === 1,
    ask: (acting, key) => acting.customers.delete(ids, { reason: 'no use any more', ...under(key) }),
  };
};

const restore: Maker = (chance) => {
  const deletion = some(chance, chance.view.all('deletion'));
  const id = deletion === null ? null : (chance.view.document('customer', deletion.customer)?.id ?? null);
  if (id === null) return null;
  return {
    name: `restore ${id}`,
    actor: by(chance.dice.pick(['ada', 'boss', ...SELLERS])),
    keyed: true,
    ask: (acting, key) => acting.customers.restore(id, under(key)),
  };
};

const exported: Maker = ({ dice }) => ({
  name: 'export',
  actor: by(dice.pick([...SELLERS, 'boss', 'ada'])),
  keyed: false,
  async ask(acting) {
    const result = await acting.customers.export({ format: dice.pick(['csv', 'json'] as const) });
    if (!result.ok) return result;
    let text = '';
    for await (const part of result.value.text) text += part;
    return { ok: true, value: { export: result.value.export, text } };
  },
});

const transfer: Maker = (chance) => {
  const ids = customers(chance, 2);
  const to = chance.dice.pick([...SELLERS, ...SELLERS, 'boss']);
  return {
    name: `transfer ${ids} to ${to}`,
    actor: by(decider(chance)),
    keyed: ids.length === 1,
    ask: (acting, key) => acting.ownership.transfer(ids, { to, reason: 'a better match', ...under(key) }),
  };
};

const release: Maker = (chance) => {
  const [id] = customers(chance);
  return {
    name: `release ${id}`,
    actor: by(ownerOf(chance, id)),
    keyed: true,
    ask: (acting, key) => acting.ownership.release(id, { reason: 'too many', ...under(key) }),
  };
};

const share: Maker = (chance) => {
  const [id] = customers(chance);
  const colleague = chance.dice.pick(SELLERS);
  const access = chance.dice.pick(['read', 'write', 'none'] as const);
  return {
    name: `share ${id} with ${colleague}: ${access}`,
    actor: by(ownerOf(chance, id)),
    keyed: true,
    ask: (acting, key) => acting.ownership.share(id, { with: colleague, access, ...under(key) }),
  };
};

const followUp: Maker = (chance) => {
  const [id] = customers(chance);
  const text = `${canary(chance.view.tenant, id, 'text', chance.number)} spoke about the delivery`;
  return {
    name: `follow up ${id}`,
    actor: by(ownerOf(chance, id)),
    keyed: true,
    ask: (acting, key) => acting.followUps.record(id, { kind: 'call', text, ...under(key) }),
  };
};

const order: Maker = (chance) => {
  const { at, number } = chance;
  const [customer] = customers(chance);
  return {
    name: `order of ${customer}`,
    actor: { service: 'erp' },
    keyed: false,
    ask: (acting) =>
      acting.orders.record([
        { id: `o-${number}`, customer, amount: { amount: 100, currency: 'CNY' }, stage: 'won', at },
      ]),
  };
};

const request: Maker = (chance) => {
  const ids = customers(chance, 3);
  const operation = chance.dice.pick(['delete', 'export', 'transfer'] as const);
  return {
    name: `ask the guard to ${operation} ${ids}`,
    actor: by(ownerOf(chance, ids[0])),
    keyed: true,
    ask: (acting, key) => acting.guard.request({ operation, customers: ids, ...under(key) }),
  };
};

const complete: Maker = (chance) => {
  const permits = [...chance.view.all('permit')].filter(({ status }) => status === 'open');
  const permit = some(chance, permits);
  const employee = permit === null ? null : (chance.view.document('employee', permit.actor)?.id ?? null);
  if (permit === null || employee === null) return null;
  return {
    name: 'complete a permit',
    actor: by(employee),
    keyed: true,
    ask: (acting, key) => acting.guard.complete(permit.id, { affected: 1, ...under(key) }),
  };
};

const decideHold: Maker = (chance) => {
  const hold = some(chance, openHolds(chance));
  if (hold === null) return null;
  const verb = chance.dice.pick(['release', 'release', 'deny'] as const);
  return {
    name: `${verb} a hold`,
    actor: by(decider(chance)),
    keyed: true,
    ask: (acting, key) => acting.holds[verb](hold.id, { reason: 'looked at it', ...under(key) }),
  };
};

const alert: Maker = (chance) => {
  const one = some(chance, chance.view.all('alert'));
  if (one === null) return null;
  const verb = chance.dice.pick(['acknowledge', 'dismiss', 'confirm', 'get'] as const);
  return {
    name: `${verb} an alert`,
    actor: by(decider(chance)),
    keyed: verb !== 'get',
    ask(acting, key) {
      if (verb === 'get') return acting.alerts.get(one.id);
      if (verb === 'acknowledge') return acting.alerts.acknowledge(one.id, under(key));
      return acting.alerts[verb](one.id, { reason: 'looked at the exports of that day', ...under(key) });
    },
  };
};

const NOTICE = { lastDayOn: '2026-12-31', kind: 'resignation' } as const;

const leave: Maker = ({ dice }) => {
  const who = dice.pick([...SELLERS, ...SELLERS, 'boss', 'director']);
  const verb = dice.pick(['giveNotice', 'giveNotice', 'withdrawNotice', 'depart'] as const);
  return {
    name: `${verb} ${who}`,
    actor: by(dice.once(8) ? dice.pick(SELLERS) : dice.pick(['hr', 'hr', 'ada'])),
    keyed: true,
    ask: (acting, key) =>
      verb === 'giveNotice'
        ? acting.people.giveNotice(who, { ...NOTICE, ...under(key) })
        : acting.people[verb](who, under(key)),
  };
};

const hire: Maker = (chance) => {
  const gone = SELLERS.filter((id) => personOf(chance.view, id)?.status === 'departed');
  const id = some(chance, gone) ?? 'gina';
  return {
    name: `hire ${id}`,
    actor: by(chance.dice.pick(['hr', 'ada', 'dana'])),
    keyed: true,
    ask: (acting, key) =>
      acting.people.hire({
        id,
        name: canary(chance.view.tenant, id, 'name'),
        managerId: 'boss',
        ...under(key),
      }),
  };
};

const reorganise: Maker = ({ dice }) => {
  const who = dice.pick([...SELLERS, 'boss']);
  const managerId = dice.pick(['boss', 'chief', 'finn', null]);
  return {
    name: `put ${who} under ${managerId}`,
    actor: by(dice.pick(['hr', 'ada'])),
    keyed: true,
    ask: (acting, key) => acting.people.update(who, { managerId, ...under(key) }),
  };
};

const delegate: Maker = ({ dice }) => {
  const from = dice.pick([...SELLERS, 'boss', 'chief']);
  const to = dice.pick([...SELLERS, 'fin']);
  return {
    name: `let ${to} stand in for ${from}`,
    actor: by(dice.pick([from, 'hr', 'ada'])),
    keyed: true,
    ask: (acting, key) => acting.people.delegate(from, { to, untilOn: '2027-12-31', ...under(key) }),
  };
};

/** The next step of an item of a handover, or one out of turn. */
const handOver: Maker = (chance) => {
  const { dice, view } = chance;
  const handover = some(chance, openHandovers(chance));
  if (handover === null) return null;
  const begun = [...view.all('handover-item')].filter((one) => one.handover === handover.id);
  const row = dice.once(3) ? null : some(chance, begun);
  const held = [...view.all('customer')].filter(({ owner }) => owner === handover.leaver);
  const item = row?.item ?? some(chance, held)?.id ?? dice.pick(CUSTOMERS);
  const receiver = row?.to == null ? null : (view.document('employee', row.to)?.id ?? null);
  const to = receiver ?? dice.pick(SELLERS);
  const next = row?.status === 'prepared' ? 'offer' : row?.status === 'offered' ? 'accept' : 'prepare';
  const verb = dice.once(8) ? dice.pick(['return', 'get', 'accept'] as const) : next;
  return {
    name: `${verb} ${item} of a handover`,
    actor: by(verb === 'accept' ? to : dice.pick(['boss', 'chief', 'hr', 'ada'])),
    keyed: false,
    ask(acting) {
      switch (verb) {
        case 'prepare': {
          const fields = {
            lastFollowUpAt: chance.at,
            need: 'two rollers before summer',
            unsettled: { amount: 0, currency: 'CNY' },
          };
          return acting.handovers.prepare(handover.id, item, { fields, to });
        }
        case 'return':
          return acting.handovers.return(handover.id, item, { reason: 'not reconciled' });
        case 'get':
          return acting.handovers.get(handover.id);
        default:
          return acting.handovers[verb](handover.id, item);
      }
    },
  };
};

const sign: Maker = (chance) => {
  const handover = some(chance, openHandovers(chance));
  if (handover === null) return null;
  const [party, who] = chance.dice.pick([
    ['supervisor', 'boss'],
    ['supervisor', 'chief'],
    ['hr', 'hr'],
    ['finance', 'fin'],
  ] as const);
  return {
    name: `sign a handover for ${party}`,
    actor: by(who),
    keyed: false,
    async ask(acting) {
      const seen = await acting.handovers.get(handover.id);
      if (!seen.ok) return seen;
      return acting.handovers.sign(handover.id, { party, digest: seen.value.signing.digest });
    },
  };
};

const adopt: Maker = ({ dice }) => {
  const change = dice.pick([
    { ...POLICY, followUps: { remindAfterDays: 2 } },
    { ...POLICY, claims: { escalateAfterWorkingDays: 2 } },
    POLICY,
  ]);
  return {
    name: 'adopt a policy',
    actor: by(dice.pick([...ADMINS, 'boss'])),
    keyed: false,
    ask: (acting) => acting.policies.adopt(change, { reason: 'the season' }),
  };
};

const erase: Maker = ({ dice }) => {
  const id = dice.pick(CUSTOMERS);
  return {
    name: `erase ${id}`,
    actor: by(dice.pick(ADMINS)),
    keyed: false,
    ask: (acting) => acting.privacy.erase(id, { basis: 'court-order' }),
  };
};

const record: Maker = ({ dice }) => ({
  name: 'read the own record',
  actor: by(dice.pick(SELLERS)),
  keyed: false,
  ask: (acting) => acting.me.record(),
});

const stranger: Maker = ({ dice }) => ({
  name: 'a stranger asks',
  actor: by('nobody'),
  keyed: false,
  ask: (acting) =>
    dice.once(2)
      ? acting.customers.list()
      : acting.ownership.release(dice.pick(CUSTOMERS), { reason: 'mine' }),
});

/** What is asked, and how often. */
const MAKERS: readonly (readonly [weight: number, maker: Maker])[] = [
  [7, register],
  [12, decideClaim],
  [1, withdraw],
  [10, view],
  [3, list],
  [1, history],
  [6, update],
  [5, remove],
  [2, restore],
  [2, exported],
  [7, transfer],
  [4, release],
  [2, share],
  [5, followUp],
  [2, order],
  [4, request],
  [2, complete],
  [8, decideHold],
  [4, alert],
  [4, leave],
  [2, hire],
  [1, reorganise],
  [1, delegate],
  [8, handOver],
  [2, sign],
  [1, adopt],
  [1, erase],
  [1, record],
  [1, stranger],
];
const TABLE = MAKERS.flatMap(([weight, maker]) => Array.from({ length: weight }, () => maker));

/** The next command of somebody. */
export function makeCommand(chance: Chance): Command {
  for (;;) {
    const command = chance.dice.pick(TABLE)(chance);
    if (command !== null) return command;
  }
}
