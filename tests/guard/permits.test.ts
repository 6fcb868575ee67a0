import { describe, expect, it } from 'vitest';
import { abandoned, completePermit, issuePermit } from '../../src/guard/index.ts';
import type { Alias, Instant } from '../../src/kernel/index.ts';
import type { Permit } from '../../src/model/index.ts';
import { actorIn, aliasOf, companyOf, NOW, serviceOf } from '../people.ts';

const org = companyOf();
const dana = actorIn(org, 'dana');
const UNTIL = '2026-03-02T08:01:00.000Z' as Instant;
const AFTER = '2026-03-02T08:01:00.001Z' as Instant;

const permit = (more: Partial<Permit> = {}): Permit => ({
  actor: aliasOf('dana'),
  customers: 3,
  digest: 'digest',
  hold: null,
  id: 'permit-1' as Permit['id'],
  issuedAt: NOW as Instant,
  operation: 'delete',
  schemaVersion: 1,
  status: 'open',
  until: UNTIL,
  ...more,
});

describe('a permit', () => {
  it('is good for a minute, and says for what', () => {
    const facts = { operation: 'delete', count: 1, digest: 'digest', root: 'root', hold: null };
    const subjects = ['c_1' as Alias];
    expect(issuePermit(dana, { ...facts, subjects }, NOW as Instant)).toEqual({
      type: 'permit-issued',
      subjects: [aliasOf('dana'), 'c_1'],
      data: { ...facts, until: UNTIL },
    });
    expect(issuePermit(serviceOf(), { ...facts, subjects }, NOW as Instant).subjects).toEqual(['c_1']);
  });

  it('is completed by whom it was issued to, in time, once', () => {
    expect(completePermit(permit(), dana, 2, UNTIL)).toEqual({
      ok: true,
      value: {
        type: 'permit-completed',
        subjects: [aliasOf('dana')],
        data: { affected: 2, operation: 'delete', permit: 'permit-1', permitted: 3 },
      },
    });
    expect(completePermit(permit(), dana, 2, AFTER)).toEqual({
      ok: false,
      error: { code: 'permit-expired', until: UNTIL },
    });
    for (const status of ['completed', 'abandoned'] as const)
      expect(completePermit(permit({ status }), dana, 2, NOW as Instant)).toEqual({
        ok: false,
        error: { code: 'permit-used', status },
      });
    const notFound = { ok: false, error: { code: 'not-found' } };
    expect(completePermit(permit(), actorIn(org, 'eve'), 2, NOW as Instant)).toEqual(notFound);
    expect(completePermit(null, dana, 2, NOW as Instant)).toEqual(notFound);
  });

  it('of a service is completed by that service, and names nobody', () => {
    const issued = permit({ actor: 'service:erp' });
    expect(completePermit(issued, serviceOf(), 1, NOW as Instant)).toMatchObject({ value: { subjects: [] } });
  });

  it('that was never completed is told of once its time is over', () => {
    expect(abandoned(permit(), AFTER)).toEqual({
      type: 'permit-abandoned',
      subjects: [aliasOf('dana')],
      data: { operation: 'delete', permit: 'permit-1' },
    });
    expect(abandoned(permit({ actor: 'service:erp' }), AFTER)).toMatchObject({ subjects: [] });
    expect(abandoned(permit(), UNTIL)).toBeNull();
    expect(abandoned(permit({ status: 'completed' }), AFTER)).toBeNull();
    expect(abandoned(null, AFTER)).toBeNull();
  });
});
