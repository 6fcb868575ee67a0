import { describe, expect, it } from 'vitest';
import { handoverFolds } from '../../src/handover/index.ts';
import type { Change, Fold, FoldEntry, Handover } from '../../src/model/index.ts';
import { DEFAULT_HANDOVER_TEMPLATE } from '../../src/policy/handover-template.ts';
import { aliasOf, entryOf, NOW, stateOf } from '../people.ts';
import { CUSTOMER, handoverOf, itemOf, KEY, rowOf } from './cases.ts';

const LATER = '2026-03-05T08:00:00.000Z';
const fold = (
  type: string,
  data: object,
  documents: { readonly [name: string]: unknown } = {},
  more: Partial<FoldEntry> = {},
): readonly Change[] =>
  (handoverFolds[type] as Fold)(
    entryOf(type, data, { at: LATER as FoldEntry['at'], ...more }),
    stateOf(documents),
  );

const HANDOVER = 'handover-1';
const known = (more: Partial<Handover> = {}): { [name: string]: unknown } => ({
  [`handover/${HANDOVER}`]: handoverOf(more),
});
const put = (collection: string, id: string, body: object): object => ({ kind: 'put', collection, id, body });
const header = (more: object): readonly object[] => [put('handover', HANDOVER, { ...handoverOf(), ...more })];
const changed = { kind: 'add', collection: 'handover-changes', id: HANDOVER, by: 1 };

/** What an entry about an item comes to: its document, its row, and the count of changes. */
function expectItem(
  type: string,
  facts: { readonly [name: string]: unknown },
  item: object,
  before: object | null = itemOf({ status: 'prepared', to: aliasOf('eve') }),
): void {
  const documents = {
    ...known(),
    [`handover-item/${HANDOVER}.${KEY}`]: before,
    [`handover-bucket/${HANDOVER}.0`]: {
      handover: HANDOVER,
      number: 0,
      rows: { [KEY]: rowOf('prepared'), 'asset.1': rowOf('pending', null) },
      schemaVersion: 1,
    },
  };
  const data = { handover: HANDOVER, item: KEY, status: 'offered', to: aliasOf('finn'), ...facts };
  const status = data.status;
  expect(fold(type, data, documents)).toEqual([
    put('handover-item', `${HANDOVER}.${KEY}`, {
      ...itemOf({ disposition: null }),
      ...before,
      changedAt: LATER,
      status,
      to: aliasOf('finn'),
      ...item,
    }),
    put('handover-bucket', `${HANDOVER}.0`, {
      handover: HANDOVER,
      number: 0,
      rows: { [KEY]: ['entry-1', status, aliasOf('finn'), false], 'asset.1': rowOf('pending', null) },
      schemaVersion: 1,
    }),
    changed,
  ]);
}

describe('a handover that is opened', () => {
  const data = {
    buckets: 3,
    episode: 2,
    kind: 'termination',
    lastDayOn: '2026-03-31',
    leaver: aliasOf('dana'),
    template: DEFAULT_HANDOVER_TEMPLATE,
  };
  const begun = {
    ...handoverOf({ buckets: 3, episode: 2, job: 'find', kind: 'termination', state: 'opened' }),
    openedAt: LATER,
    id: 'entry-1',
  };

  it('has everything still to find', () => {
    expect(fold('handover-opened', data)).toEqual([put('handover', 'entry-1', begun)]);
  });

  it('stands for its episode, and knows who has left already', () => {
    const id = `${aliasOf('dana')}.2`;
    const episode = { employee: aliasOf('dana'), departed: { at: NOW, because: 'left' }, handover: null };
    expect(fold('handover-opened', data, { [`episode/${id}`]: episode })).toEqual([
      put('handover', 'entry-1', { ...begun, departedAt: NOW }),
      put('episode', id, { ...episode, handover: 'entry-1' }),
    ]);
    const staying = { ...episode, departed: null };
    expect(fold('handover-opened', data, { [`episode/${id}`]: staying })[0]).toEqual(
      put('handover', 'entry-1', begun),
    );
  });
});

describe('items that are added', () => {
  const twoBuckets = known({ buckets: 2 });
  // By the hash of their keys: asset.2 lies in bucket 0, asset.1 and asset.3 in bucket 1.
  const row = (acquired: boolean): unknown => ['entry-1', 'pending', null, acquired];

  it('lie in the buckets of their keys, beside what lies there, one write for each', () => {
    const there = {
      handover: HANDOVER,
      number: 1,
      rows: { 'asset.9': rowOf('waived', null) },
      schemaVersion: 1,
    };
    const changes = fold(
      'handover-items-added',
      { acquired: true, handover: HANDOVER, items: ['asset.1', 'asset.2', 'asset.3'] },
      { ...twoBuckets, [`handover-bucket/${HANDOVER}.1`]: there },
    );
    const byId = Object.fromEntries(
      changes.flatMap((change) => (change.kind === 'put' ? [[change.id, change.body]] : [])),
    );
    expect(Object.keys(byId).sort()).toEqual([`${HANDOVER}.0`, `${HANDOVER}.1`]);
    const rows = (number: number): object => (byId[`${HANDOVER}.${number}`] as { rows: object }).rows;
    expect({ ...rows(0), ...rows(1) }).toEqual({
      'asset.1': row(true),
      'asset.2': row(true),
      'asset.3': row(true),
      'asset.9': rowOf('waived', null),
    });
    expect(byId[`${HANDOVER}.0`]).toMatchObject({ handover: HANDOVER, number: 0, schemaVersion: 1 });
    expect(changes.at(-1)).toEqual(changed);
    expect(changes).toHaveLength(3);
  });

  it('say whether they were acquired later', () => {
    const [change] = fold(
      'handover-items-added',
      { acquired: false, handover: HANDOVER, items: ['asset.1'] },
      known(),
    );
    expect(change).toEqual(
      put('handover-bucket', `${HANDOVER}.0`, {
        handover: HANDOVER,
        number: 0,
        rows: { 'asset.1': row(false) },
        schemaVersion: 1,
      }),
    );
  });

  it('make the handover ready to be prepared once all are found', () => {
    const found = { kinds: { customer: 2 }, openOrders: 1, outstanding: [{ amount: 5, currency: 'CNY' }] };
    const data = { handover: HANDOVER, ...found };
    expect(fold('handover-items-found', data, known({ job: 'find', state: 'opened' }))).toEqual(
      header({ found, job: null, state: 'preparing' }),
    );
    expect(fold('handover-items-found', data, known({ state: 'forced_exit' }))).toEqual(
      header({ found, job: null, state: 'forced_exit' }),
    );
  });
});

describe('an item', () => {
  it('that the host reports begins with where its name lies', () => {
    const data = { acquired: true, handover: HANDOVER, item: 'asset.7', status: 'pending', to: null };
    expect(fold('handover-item-reported', data, known())).toEqual([
      put('handover-item', `${HANDOVER}.asset.7`, {
        ...itemOf({ changedAt: LATER as never, disposition: null, item: 'asset.7', kind: 'asset' }),
        reportedIn: 'entry-1',
      }),
      put('handover-bucket', `${HANDOVER}.0`, {
        handover: HANDOVER,
        number: 0,
        rows: { 'asset.7': ['entry-1', 'pending', null, true] },
        schemaVersion: 1,
      }),
      changed,
    ]);
    const [, bucket] = fold('handover-item-reported', { ...data, acquired: false }, known());
    expect(bucket).toMatchObject({ body: { rows: { 'asset.7': ['entry-1', 'pending', null, false] } } });
  });

  it('that is prepared keeps the texts that were given before', () => {
    const prepared = {
      amount: { amount: 5, currency: 'CNY' },
      disposition: 'write_off',
      facts: { unsettled: { amount: 5, currency: 'CNY' } },
      reconciled: true,
    };
    const before = itemOf({ texts: { need: 'entry-0' as never, other: 'entry-0' as never } });
    expectItem(
      'handover-item-prepared',
      { ...prepared, texts: ['need'] },
      { ...prepared, texts: { need: 'entry-1', other: 'entry-0' } },
      before,
    );
    expectItem('handover-item-prepared', { ...prepared, texts: [] }, { ...prepared, texts: {} }, null);
  });

  it('that is offered remembers the channel it goes through', () => {
    expectItem(
      'handover-item-offered',
      { channel: 'wecom' },
      { channel: { name: 'wecom', outcome: 'offered' } },
    );
    expectItem('handover-item-offered', { channel: null }, { channel: null });
  });

  it('that is accepted waits for its channel, where it has one', () => {
    const through = itemOf({ channel: { name: 'wecom', outcome: 'offered' } });
    expectItem(
      'handover-item-accepted',
      { status: 'accepted' },
      { channel: { name: 'wecom', outcome: 'waiting' } },
      through,
    );
    expectItem('handover-item-accepted', { status: 'transferred' }, {}, through);
    expectItem('handover-item-accepted', { status: 'accepted' }, { channel: null });
  });

  it('that its channel answered says so, and why where it did not go', () => {
    const through = itemOf({ channel: { name: 'wecom', outcome: 'waiting' }, reasonIn: 'entry-0' as never });
    const said = (outcome: string): object => ({ channel: { name: 'wecom', outcome } });
    expectItem('handover-item-completed', { outcome: 'done' }, said('done'), through);
    expectItem(
      'handover-item-completed',
      { outcome: 'refused' },
      { ...said('refused'), reasonIn: 'entry-1' },
      through,
    );
    expectItem('handover-item-completed', { outcome: 'done' }, { channel: null });
  });

  it.each([
    ['handover-item-done', {}],
    ['handover-item-followed', {}],
    ['handover-item-returned', { reasonIn: 'entry-1' }],
    ['handover-item-waived', { reasonIn: 'entry-1' }],
    ['handover-item-overtaken', { disposition: null }],
  ])('changes by %s in nothing else', (type, item) => {
    expectItem(type, {}, item);
  });

  it('of a handover that was never opened is an error, and no state', () => {
    const data = { handover: 'handover-2', item: KEY, status: 'pending', to: null };
    expect(() => fold('handover-item-returned', data, known())).toThrow(
      'an entry about a handover that was never opened',
    );
  });
});

describe('the handover itself', () => {
  it('has one signature for each party, the last', () => {
    const by = { by: aliasOf('fin'), digest: 'new', onBehalfOf: aliasOf('boss'), party: 'finance' } as const;
    const old = { ...by, at: NOW, digest: 'old', entry: 'entry-0' } as never;
    const other = { ...by, at: NOW, party: 'hr', entry: 'entry-0' } as never;
    expect(
      fold('handover-signed', { handover: HANDOVER, ...by }, known({ signatures: [old, other] })),
    ).toEqual(header({ signatures: [other, { ...by, at: LATER, entry: 'entry-1' }] }));
  });

  it('that is cleared has a certificate, and is watched where the leaver has left', () => {
    const until = '2026-09-01T00:00:00.000Z';
    const data = { handover: HANDOVER, monitoredUntil: until };
    const certificate = { certificate: 'entry-1', clearedAt: LATER };
    expect(fold('handover-cleared', data, known())).toEqual(
      header({ ...certificate, monitoredUntil: until, state: 'monitored' }),
    );
    expect(fold('handover-cleared', { ...data, monitoredUntil: null }, known())).toEqual(
      header({ ...certificate, state: 'cleared' }),
    );
  });

  it('that was forced has what it listed as its certificate', () => {
    expect(fold('handover-forced', { handover: HANDOVER }, known())).toEqual(
      header({ certificate: 'entry-1', state: 'forced_exit' }),
    );
  });

  it('follows a notice that changes', () => {
    const data = { kind: 'termination', lastDayOn: '2026-04-30' };
    expect(fold('handover-rescheduled', { handover: HANDOVER, ...data }, known())).toEqual(header(data));
  });

  it('knows when the leaver left, and is watched from then on where it was cleared', () => {
    const until = '2026-09-01T00:00:00.000Z';
    const departed = (monitoredUntil: string | null): readonly Change[] =>
      fold('handover-leaver-departed', { handover: HANDOVER, monitoredUntil }, known({ state: 'cleared' }));
    expect(departed(until)).toEqual(header({ departedAt: LATER, monitoredUntil: until, state: 'monitored' }));
    expect(departed(null)).toEqual(header({ departedAt: LATER, state: 'cleared' }));
  });

  it('that is withdrawn gives back in parts, where there is something to give back', () => {
    const withdrawn = (restore?: boolean): readonly Change[] =>
      fold(
        'handover-withdrawn',
        { handover: HANDOVER, ...(restore === undefined ? {} : { restore }) },
        known({ job: 'find' }),
      );
    expect(withdrawn(true)).toEqual(header({ job: 'restore', state: 'withdrawn' }));
    for (const nothing of [false, undefined])
      expect(withdrawn(nothing)).toEqual(header({ job: null, state: 'withdrawn' }));
    expect(fold('handover-restored', { handover: HANDOVER }, known({ job: 'restore' }))).toEqual(header({}));
  });

  it('is closed', () => {
    expect(fold('handover-closed', { handover: HANDOVER }, known())).toEqual(header({ state: 'closed' }));
  });

  it('is commented on', () => {
    expect(
      fold('handover-commented', { handover: HANDOVER, item: 'asset.1' }, {}, { actor: aliasOf('dana') }),
    ).toEqual([
      put('handover-comment', 'entry-1', {
        at: LATER,
        by: aliasOf('dana'),
        handover: HANDOVER,
        id: 'entry-1',
        item: 'asset.1',
        schemaVersion: 1,
      }),
    ]);
  });
});

describe('the watch over customers', () => {
  const clock = { customer: CUSTOMER, owner: aliasOf('eve'), stage: 'running' };
  const watch = {
    contact: 'waiting',
    contactedAt: null,
    handover: HANDOVER,
    orders: { everyDays: 10, silentAfterDays: 30, lastAt: NOW, silentAt: LATER, told: false },
    refusedAt: null,
  };
  const clocks = { [`clock/${CUSTOMER}`]: { ...clock, watch } };
  const { told: _, ...orders } = watch.orders;

  it('begins with a job, until a moment', () => {
    const data = { handover: HANDOVER, until: LATER };
    expect(fold('handover-watch-begun', data, known())).toEqual(
      header({ job: 'watch', monitoredUntil: LATER }),
    );
    expect(fold('handover-watch-begun', data)).toEqual([]);
  });

  it('lies in the clock of each customer; the last of them ends the job', () => {
    const customers = [
      { customer: CUSTOMER, contactedAt: null, orders },
      { customer: 'c_gone', contactedAt: null, orders: null },
    ];
    const documents = { ...known({ job: 'watch' }), [`clock/${CUSTOMER}`]: clock };
    const begun = put('clock', CUSTOMER, { ...clock, watch });
    expect(fold('customers-watched', { customers, handover: HANDOVER, last: false }, documents)).toEqual([
      begun,
    ]);
    expect(fold('customers-watched', { customers, handover: HANDOVER, last: true }, documents)).toEqual([
      begun,
      ...header({ job: null }),
    ]);
    const reached = [{ customer: CUSTOMER, contactedAt: NOW, orders: null }];
    const data = { customers: reached, handover: 'handover-2', last: true };
    expect(fold('customers-watched', data, documents)).toEqual([
      put('clock', CUSTOMER, {
        ...clock,
        watch: { contact: 'made', contactedAt: NOW, handover: 'handover-2', orders: null, refusedAt: null },
      }),
    ]);
  });

  it('ends for a customer, and for the handover', () => {
    const data = { customers: [CUSTOMER, 'c_gone'], handover: HANDOVER };
    expect(fold('customers-unwatched', data, clocks)).toEqual([put('clock', CUSTOMER, clock)]);
    const ended = fold(
      'handover-watch-ended',
      { handover: HANDOVER },
      known({ monitoredUntil: LATER as never }),
    );
    expect(ended).toEqual(header({ monitoredUntil: null }));
    expect(fold('handover-watch-ended', { handover: HANDOVER })).toEqual([]);
  });

  it.each([
    ['first-contact-reminded', { contact: 'reminded' }],
    ['first-contact-escalated', { contact: 'escalated' }],
    ['successor-refused', { refusedAt: LATER }],
    ['customer-fell-silent', { orders: { ...watch.orders, told: true } }],
  ])('notes %s, and only while it lasts', (type, change) => {
    expect(fold(type, { customer: CUSTOMER }, clocks)).toEqual([
      put('clock', CUSTOMER, { ...clock, watch: { ...watch, ...change } }),
    ]);
    expect(fold(type, { customer: CUSTOMER }, { [`clock/${CUSTOMER}`]: clock })).toEqual([]);
    expect(fold(type, { customer: CUSTOMER })).toEqual([]);
  });

  it('has no silence to tell of who was no regular buyer', () => {
    const irregular = { [`clock/${CUSTOMER}`]: { ...clock, watch: { ...watch, orders: null } } };
    expect(fold('customer-fell-silent', { customer: CUSTOMER }, irregular)).toEqual([
      put('clock', CUSTOMER, { ...clock, watch: { ...watch, orders: null } }),
    ]);
  });
});
