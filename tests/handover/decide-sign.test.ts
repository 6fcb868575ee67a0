import { describe, expect, it } from 'vitest';
import { decideSign, isReduced, type SignedSet, validSignatures } from '../../src/handover/index.ts';
import type { Handover, HandoverParty, HandoverRow } from '../../src/model/index.ts';
import { actorIn, aliasOf, companyOf, NOW, personIn, serviceOf } from '../people.ts';
import { contextOf, handoverOf, notPermitted, refused, rowOf } from './cases.ts';

const org = companyOf();
const DIGEST = 'digest';
const setOf = (...rows: readonly HandoverRow[]): SignedSet => ({ rows, digest: DIGEST });
const DONE = setOf(rowOf('transferred', 'eve'), rowOf('pooled', null));

const signature = (
  party: HandoverParty,
  by: string,
  more: { onBehalfOf?: string; digest?: string } = {},
): Handover['signatures'][number] => ({
  party,
  by: aliasOf(by),
  onBehalfOf: more.onBehalfOf === undefined ? null : aliasOf(more.onBehalfOf),
  digest: more.digest ?? DIGEST,
  at: NOW as never,
  entry: `${party}-1` as never,
});

const sign = (
  actor: Parameters<typeof contextOf>[0],
  party: HandoverParty,
  more: Partial<Handover> = {},
  { set = DONE, digest = DIGEST, chart = org, template = {} } = {},
): unknown => decideSign(contextOf(actor, chart, more, template), set, party, digest);
const fin = actorIn(org, 'fin', 'handovers.sign.finance');
const hr = actorIn(org, 'hr', 'handovers.sign.hr');

describe('a signature', () => {
  it('is a party’s, over what was seen', () => {
    expect(sign(fin, 'finance')).toEqual({
      ok: true,
      value: {
        complete: false,
        place: { capacity: null },
        event: {
          type: 'handover-signed',
          subjects: [aliasOf('dana'), aliasOf('fin')],
          data: {
            by: aliasOf('fin'),
            onBehalfOf: null,
            digest: DIGEST,
            handover: 'handover-1',
            party: 'finance',
          },
        },
      },
    });
  });

  it('names whom a stand-in signs for', () => {
    const chart = companyOf({}, { boss: 'sub' });
    expect(sign('sub', 'supervisor', {}, { chart })).toMatchObject({
      value: {
        place: { capacity: personIn(chart, 'boss') },
        event: {
          subjects: [aliasOf('dana'), aliasOf('sub'), aliasOf('boss')],
          data: { by: aliasOf('sub'), onBehalfOf: aliasOf('boss') },
        },
      },
    });
    expect(sign('boss', 'supervisor')).toMatchObject({
      value: { place: { capacity: personIn(org, 'boss') }, event: { data: { onBehalfOf: null } } },
    });
  });

  it('completes the handover when it is the last', () => {
    const signatures = [signature('supervisor', 'boss'), signature('hr', 'hr')];
    expect(sign(fin, 'finance', { signatures })).toMatchObject({ value: { complete: true } });
    const stale = [signature('supervisor', 'boss', { digest: 'old' }), signature('hr', 'hr')];
    expect(sign(fin, 'finance', { signatures: stale })).toMatchObject({ value: { complete: false } });
  });

  it('is given while the handover is being prepared', () => {
    for (const state of ['cleared', 'monitored', 'closed', 'withdrawn', 'forced_exit'] as const)
      expect(sign(fin, 'finance', { state })).toEqual(refused('handover-over', { status: state }));
    expect(sign(fin, 'finance', { state: 'opened' })).toEqual(refused('not-ready', { open: 0 }));
    expect(sign(fin, 'finance', { job: 'find' })).toEqual(refused('not-ready', { open: 0 }));
  });

  it('waits until nothing is open', () => {
    const set = setOf(rowOf('transferred'), rowOf('pending'), rowOf('returned'));
    expect(sign(fin, 'finance', {}, { set })).toEqual(refused('not-ready', { open: 2 }));
  });

  it('is for what was seen, and once for each party', () => {
    expect(sign(fin, 'finance', {}, { digest: 'old' })).toEqual(refused('stale-digest'));
    const signatures = [signature('finance', 'loner')];
    expect(sign(fin, 'finance', { signatures })).toEqual(refused('already-signed', { party: 'finance' }));
    const voided = [signature('finance', 'loner', { digest: 'old' })];
    expect(sign(fin, 'finance', { signatures: voided })).toMatchObject({ ok: true });
    expect(validSignatures(handoverOf({ signatures: [...signatures, ...voided] }), DIGEST)).toEqual(
      signatures,
    );
  });

  it('is for a party of the template', () => {
    const template = { parties: ['supervisor', 'hr'] };
    expect(sign(hr, 'hr', { signatures: [signature('supervisor', 'boss')] }, { template })).toMatchObject({
      value: { complete: true },
    });
    expect(sign(fin, 'finance', {}, { template })).toEqual(refused('unknown-party', { party: 'finance' }));
  });
});

describe('who signs', () => {
  it('is who may for that party, in person', () => {
    expect(sign(fin, 'hr')).toEqual(notPermitted('handovers.sign.hr'));
    expect(sign('lead', 'supervisor')).toEqual(notPermitted('handovers.sign.supervisor'));
    expect(sign(serviceOf('handovers.sign.hr'), 'hr')).toEqual(notPermitted('handovers.sign.hr'));
    // Above the leaver is a relation of supervisors, and of no other party.
    expect(sign('boss', 'hr')).toEqual(notPermitted('handovers.sign.hr'));
    const entitled = actorIn(org, 'loner', 'handovers.sign.supervisor');
    expect(sign(entitled, 'supervisor')).toMatchObject({ value: { place: { capacity: null } } });
  });

  it('is nobody who leaves, and nobody in the place of who leaves', () => {
    const chart = companyOf({ boss: { status: 'on_notice' }, fin: { status: 'on_notice' } }, { boss: 'sub' });
    const leaving = actorIn(chart, 'fin', 'handovers.sign.finance');
    expect(sign(leaving, 'finance', {}, { chart })).toEqual(notPermitted('handovers.sign.finance'));
    for (const who of ['boss', 'sub'])
      expect(sign(who, 'supervisor', {}, { chart })).toEqual(notPermitted('handovers.sign.supervisor'));
  });

  it('is nobody on the leaver’s side', () => {
    const chart = companyOf({}, { dana: 'fin' });
    for (const who of ['fin', 'dana'])
      expect(sign(actorIn(chart, who, 'handovers.sign.finance'), 'finance', {}, { chart })).toEqual(
        refused('own-handover'),
      );
  });

  it('is nobody who signed for another party, in person or behind it', () => {
    const twice = (signatures: Handover['signatures'], chart = org, who = 'fin'): unknown =>
      sign(actorIn(chart, who, 'handovers.sign.finance'), 'finance', { signatures }, { chart });
    expect(twice([signature('hr', 'loner'), signature('supervisor', 'fin')])).toEqual(
      refused('one-party-each', { party: 'supervisor' }),
    );
    expect(twice([signature('hr', 'sub', { onBehalfOf: 'fin' })])).toEqual(
      refused('one-party-each', { party: 'hr' }),
    );
    expect(twice([signature('hr', 'fin', { digest: 'old' })])).toMatchObject({ ok: true });
    // Whoever is stood in for has signed as well.
    const chart = companyOf({}, { boss: 'sub' });
    const byBoss = [signature('hr', 'boss')];
    expect(sign('sub', 'supervisor', { signatures: byBoss }, { chart })).toEqual(
      refused('one-party-each', { party: 'hr' }),
    );
  });

  it('is nobody who gains, nor who stands in for who gains', () => {
    const gaining = setOf(rowOf('transferred', 'fin'));
    expect(sign(fin, 'finance', {}, { set: gaining })).toEqual(refused('self-benefit'));
    const chart = companyOf({}, { eve: 'fin' });
    const forEve = actorIn(chart, 'fin', 'handovers.sign.finance');
    expect(sign(forEve, 'finance', {}, { chart })).toEqual(refused('self-benefit'));
  });
});

describe('where a company has too few people', () => {
  const template = { separation: 'two_people' };
  const all = actorIn(org, 'fin', 'handovers.sign.finance', 'handovers.sign.hr', 'handovers.sign.supervisor');
  const mine = setOf(rowOf('transferred', 'fin'));
  const of = (signatures: Handover['signatures'], set = DONE, chart = org): unknown =>
    sign(
      chart === org ? all : actorIn(chart, 'fin', 'handovers.sign.finance'),
      'finance',
      { signatures },
      { template, set, chart },
    );

  it('one may sign for several, as long as another signs too', () => {
    expect(of([signature('hr', 'fin')])).toMatchObject({ value: { complete: false } });
    expect(of([signature('hr', 'fin'), signature('supervisor', 'boss')])).toMatchObject({
      value: { complete: true },
    });
    expect(of([signature('hr', 'fin'), signature('supervisor', 'fin')])).toEqual(
      refused('one-party-each', { party: 'hr' }),
    );
    // Behind a stand-in stands the same person.
    expect(of([signature('hr', 'sub', { onBehalfOf: 'fin' }), signature('supervisor', 'fin')])).toEqual(
      refused('one-party-each', { party: 'hr' }),
    );
  });

  it('who gains may sign, as long as somebody signs who does not', () => {
    expect(of([signature('hr', 'fin')], mine)).toMatchObject({ ok: true });
    expect(of([signature('hr', 'boss'), signature('supervisor', 'fin')], mine)).toMatchObject({ ok: true });
    const both = setOf(rowOf('transferred', 'fin'), rowOf('transferred', 'boss'));
    expect(of([signature('hr', 'boss'), signature('supervisor', 'boss')], both)).toEqual(
      refused('self-benefit'),
    );
    const behind = [signature('hr', 'sub', { onBehalfOf: 'boss' }), signature('supervisor', 'boss')];
    expect(of(behind, both)).toEqual(refused('self-benefit'));
    // The last gains nothing: that is somebody.
    const theirs = setOf(rowOf('transferred', 'boss'));
    expect(of([signature('hr', 'boss'), signature('supervisor', 'boss')], theirs)).toMatchObject({
      ok: true,
    });
  });

  it('the certificate says so, as it does when fewer signed', () => {
    const three = [signature('hr', 'hr'), signature('supervisor', 'boss'), signature('finance', 'fin')];
    expect(isReduced(handoverOf({}, template), three)).toBe(true);
    expect(isReduced(handoverOf(), three)).toBe(false);
    expect(isReduced(handoverOf(), [...three.slice(0, 2), signature('finance', 'hr')])).toBe(true);
    expect(sign(hr, 'hr')).toMatchObject({ ok: true });
  });
});
