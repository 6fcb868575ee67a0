import { describe, expect, it } from 'vitest';
import { guardFolds } from '../../src/guard/index.ts';
import type { Change, Fold } from '../../src/model/index.ts';
import { aliasOf, entryOf, NOW, stateOf } from '../people.ts';

const fold = (type: string, data: object, documents = {}, more = {}): readonly Change[] =>
  (guardFolds[type] as Fold)(entryOf(type, data, more), stateOf(documents));

const HOLD = {
  beneficiary: aliasOf('eve'),
  brings: 'permit',
  customers: 12,
  decidedAt: null,
  decidedBy: null,
  digest: 'digest',
  escalateAt: '2026-03-02T20:00:00.000Z',
  expireAt: '2026-03-03T08:00:00.000Z',
  id: 'hold-1',
  onBehalfOf: aliasOf('sub'),
  operation: 'delete',
  placedAt: NOW,
  requester: aliasOf('dana'),
  schemaVersion: 1,
  slot: 'slot',
  status: 'waiting',
} as const;
const known = { 'hold/hold-1': HOLD };
const waits = (by: number): object => ({
  kind: 'add',
  collection: 'holds-waiting',
  id: aliasOf('dana'),
  by,
});
const slotFree = { kind: 'delete', collection: 'hold-slot', id: 'slot' };
const held = (change: object): object => ({
  kind: 'put',
  collection: 'hold',
  id: 'hold-1',
  body: { ...HOLD, ...change },
});

describe('the state of a hold', () => {
  it('is what was placed, with its slot, counted among those that wait', () => {
    const { beneficiary, brings, customers: count, digest, escalateAt, expireAt, operation, slot } = HOLD;
    const data = { beneficiary, brings, count, digest, escalateAt, expireAt, operation, slot };
    const more = { id: 'hold-1', actor: aliasOf('dana'), onBehalfOf: aliasOf('sub') };
    expect(fold('hold-placed', data, {}, more)).toEqual([
      held({}),
      { kind: 'put', collection: 'hold-slot', id: 'slot', body: { hold: 'hold-1', schemaVersion: 1 } },
      waits(1),
    ]);
  });

  it('is escalated, and still waits', () => {
    expect(fold('hold-escalated', { hold: 'hold-1' }, known)).toEqual([held({ status: 'escalated' })]);
  });

  it('is released: it keeps its slot until it is used', () => {
    expect(fold('hold-released', { hold: 'hold-1' }, known)).toEqual([
      held({ status: 'released', decidedAt: NOW, decidedBy: aliasOf('boss') }),
      waits(-1),
    ]);
    expect(fold('hold-spent', { hold: 'hold-1' }, known)).toEqual([held({ status: 'spent' }), slotFree]);
  });

  it.each(['denied', 'expired'])('is %s: its slot is free again', (status) => {
    expect(fold(`hold-${status}`, { hold: 'hold-1' }, known)).toEqual([
      held({ status, decidedAt: NOW, decidedBy: aliasOf('boss') }),
      slotFree,
      waits(-1),
    ]);
  });

  it('that was never placed is an error, and no state', () => {
    for (const type of ['hold-escalated', 'hold-released', 'hold-denied', 'hold-expired', 'hold-spent'])
      expect(() => fold(type, { hold: 'hold-2' }, known)).toThrow(
        'an entry about a hold that was never placed',
      );
  });
});

describe('the state of a permit', () => {
  const PERMIT = {
    actor: aliasOf('dana'),
    customers: 3,
    digest: 'digest',
    hold: 'hold-1',
    id: 'permit-1',
    issuedAt: NOW,
    operation: 'delete',
    schemaVersion: 1,
    status: 'open',
    until: '2026-03-02T08:01:00.000Z',
  } as const;

  it('is open, and then completed or abandoned', () => {
    const { customers: count, digest, hold, operation, until } = PERMIT;
    const data = { count, digest, hold, operation, until };
    const put = (status: string): object => ({
      kind: 'put',
      collection: 'permit',
      id: 'permit-1',
      body: { ...PERMIT, status },
    });
    expect(fold('permit-issued', data, {}, { id: 'permit-1', actor: aliasOf('dana') })).toEqual([
      put('open'),
    ]);
    for (const status of ['completed', 'abandoned']) {
      const issued = { 'permit/permit-1': PERMIT };
      expect(fold(`permit-${status}`, { permit: 'permit-1' }, issued)).toEqual([put(status)]);
      expect(() => fold(`permit-${status}`, { permit: 'permit-2' }, issued)).toThrow(
        'an entry about a permit that was never issued',
      );
    }
  });
});
