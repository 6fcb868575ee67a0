import { describe, expect, it } from 'vitest';
import {
  type Coverage,
  cleared,
  decideComment,
  decideForceExit,
  decideOpen,
  opened,
} from '../../src/handover/index.ts';
import type { Alias } from '../../src/kernel/index.ts';
import { DEFAULT_HANDOVER_TEMPLATE } from '../../src/policy/handover-template.ts';
import { actorIn, aliasOf, companyOf, NOW, personIn, serviceOf } from '../people.ts';
import { contextOf, handoverOf, notPermitted, refused } from './cases.ts';

const org = companyOf();
const hr = actorIn(org, 'hr', 'people.manage');
const COVERAGE: Coverage = {
  ownedAtOpening: 3,
  acquired: 1,
  transferred: 2,
  pooled: 1,
  terminated: 0,
  writtenOff: 1,
  removed: 0,
  missing: 0,
};

describe('a handover is opened', () => {
  it('with the template as it is, and for this episode', () => {
    const facts = { kind: 'resignation', lastDayOn: '2026-03-31', buckets: 4 } as never;
    expect(opened(personIn(org, 'dana'), facts, DEFAULT_HANDOVER_TEMPLATE)).toEqual({
      type: 'handover-opened',
      subjects: [aliasOf('dana')],
      data: {
        buckets: 4,
        episode: 1,
        kind: 'resignation',
        lastDayOn: '2026-03-31',
        leaver: aliasOf('dana'),
        template: DEFAULT_HANDOVER_TEMPLATE,
      },
    });
  });

  it('by hand by HR, about somebody else who is there', () => {
    expect(decideOpen({ actor: hr, org }, aliasOf('dana'))).toEqual({
      ok: true,
      value: personIn(org, 'dana'),
    });
    expect(decideOpen({ actor: actorIn(org, 'boss'), org }, aliasOf('dana'))).toEqual(
      notPermitted('people.manage'),
    );
    for (const nobody of [null, aliasOf('nobody')])
      expect(decideOpen({ actor: hr, org }, nobody)).toEqual(refused('not-found'));
    const lent = companyOf({}, { dana: 'hr' });
    for (const own of ['hr', 'dana'])
      expect(decideOpen({ actor: actorIn(lent, 'hr', 'people.manage'), org: lent }, aliasOf(own))).toEqual(
        refused('own-handover'),
      );
  });
});

describe('a certificate', () => {
  const signature = (party: string, by: string, onBehalfOf: string | null = null): never =>
    ({
      party,
      by: aliasOf(by),
      onBehalfOf: onBehalfOf === null ? null : aliasOf(onBehalfOf),
      entry: `${party}-1`,
      at: NOW,
      digest: 'd',
    }) as never;
  const signatures = [
    signature('finance', 'fin'),
    signature('hr', 'hr'),
    signature('supervisor', 'sub', 'boss'),
  ];

  it('names who left, what became of the customers, who signed, and that each party did', () => {
    const until = '2026-09-27T08:00:00.000Z' as never;
    expect(cleared(handoverOf(), 'digest', signatures, COVERAGE, { transferred: 2 }, until)).toEqual({
      type: 'handover-cleared',
      subjects: [aliasOf('dana'), aliasOf('fin'), aliasOf('hr'), aliasOf('sub')],
      data: {
        coverage: COVERAGE,
        digest: 'digest',
        episode: 1,
        handover: 'handover-1',
        items: { transferred: 2 },
        kind: 'resignation',
        lastDayOn: '2026-03-31',
        leaver: aliasOf('dana'),
        monitoredUntil: until,
        openedAt: NOW,
        separation: 'each_party',
        signatures: [
          { party: 'finance', by: aliasOf('fin'), onBehalfOf: null, entry: 'finance-1' },
          { party: 'hr', by: aliasOf('hr'), onBehalfOf: null, entry: 'hr-1' },
          { party: 'supervisor', by: aliasOf('sub'), onBehalfOf: aliasOf('boss'), entry: 'supervisor-1' },
        ],
        template: 'default',
      },
    });
  });

  it('says where fewer people signed than there are parties, or might have', () => {
    const two = handoverOf({}, { separation: 'two_people' });
    expect(cleared(two, 'd', signatures, COVERAGE, {}, null).data).toMatchObject({ separation: 'reduced' });
    const twice = [...signatures.slice(0, 2), signature('supervisor', 'hr')];
    const reduced = cleared(handoverOf(), 'd', twice, COVERAGE, {}, null);
    expect(reduced.data).toMatchObject({ separation: 'reduced' });
    expect(reduced.subjects).toEqual([aliasOf('dana'), aliasOf('fin'), aliasOf('hr')]);
  });
});

describe('a forced exit', () => {
  const open = { count: 2, root: 'root' };
  const force = (context: ReturnType<typeof contextOf>): unknown =>
    decideForceExit(context, open, 'digest', COVERAGE, 'why');

  it('is HR’s, with everything that is open and why', () => {
    expect(force(contextOf(hr))).toEqual({
      ok: true,
      value: {
        place: { capacity: null },
        event: {
          type: 'handover-forced',
          subjects: [aliasOf('dana')],
          data: {
            count: 2,
            root: 'root',
            coverage: COVERAGE,
            digest: 'digest',
            episode: 1,
            handover: 'handover-1',
            kind: 'resignation',
            lastDayOn: '2026-03-31',
            leaver: aliasOf('dana'),
            openedAt: NOW,
            template: 'default',
          },
          disclosures: { reason: { subject: aliasOf('dana'), value: 'why' } },
        },
      },
    });
    expect(force(contextOf(hr, org, { state: 'opened' }))).toMatchObject({ ok: true });
  });

  it('is of a handover that is not over, and of one only once', () => {
    for (const state of ['cleared', 'monitored', 'closed', 'withdrawn', 'forced_exit'] as const)
      expect(force(contextOf(hr, org, { state }))).toEqual(refused('handover-over', { status: state }));
  });

  it('is nobody’s else: not the leaver’s, no supervisor’s without the right, no service’s', () => {
    expect(force(contextOf(actorIn(org, 'dana', 'people.manage')))).toEqual(refused('own-handover'));
    for (const actor of [actorIn(org, 'boss'), actorIn(org, 'lead'), serviceOf('people.manage')])
      expect(force(contextOf(actor))).toEqual(notPermitted('people.manage'));
    const leaving = companyOf({ hr: { status: 'on_notice' } });
    expect(force(contextOf(actorIn(leaving, 'hr', 'people.manage'), leaving))).toEqual(
      notPermitted('people.manage'),
    );
    // A supervisor who may manage people does it by that right, in nobody’s place.
    expect(force(contextOf(actorIn(org, 'boss', 'people.manage')))).toMatchObject({
      value: { place: { capacity: null } },
    });
  });
});

describe('a comment', () => {
  it('is the leaver’s own word, sealed', () => {
    expect(decideComment(contextOf('dana'), 'asset.1', 'text')).toEqual({
      ok: true,
      value: {
        type: 'handover-commented',
        subjects: [aliasOf('dana')],
        data: { handover: 'handover-1', item: 'asset.1' },
        disclosures: { text: { subject: aliasOf('dana') as Alias, value: 'text' } },
      },
    });
    const lent = companyOf({}, { dana: 'sub' });
    for (const actor of [actorIn(lent, 'sub'), actorIn(lent, 'boss'), serviceOf()])
      expect(decideComment(contextOf(actor, lent), null, 'text')).toEqual(notPermitted('the leaver'));
  });
});
