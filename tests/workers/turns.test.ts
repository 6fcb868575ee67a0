import { describe, expect, it } from 'vitest';
import type { Cursor } from '../../src/app/delivery/delivery-cursor.ts';
import { LEASE_MS } from '../../src/app/workers/lease.ts';
import { planTurn } from '../../src/app/workers/tenant-turn.ts';

const NOW = 1_000_000;
const EVERY = 60_000;
const nothing = { seal: false, deliver: false, sweep: false, held: false };
const told: Cursor = { failing: null, gone: false, lease: null, next: 10, waiting: [] };
const quiet = {
  now: NOW,
  size: 10,
  openSince: null,
  cursors: [told],
  sweeping: { lease: null, sweptAt: NOW - EVERY + 1 },
};
const heldFor = (millis: number) => ({ by: 'another', until: NOW + millis });

describe('a turn of a worker', () => {
  it('does nothing where nothing is to be done', () => {
    expect(planTurn(quiet, EVERY)).toEqual(nothing);
  });

  it('seals what another process left unsealed for two seconds, and looks again soon before that', () => {
    expect(planTurn({ ...quiet, openSince: NOW - 1_999 }, EVERY)).toEqual({ ...nothing, held: true });
    expect(planTurn({ ...quiet, openSince: NOW - 2_000 }, EVERY)).toEqual({
      ...nothing,
      held: true,
      seal: true,
    });
  });

  it('sweeps when it is time, unless another does; and takes over the moment a lease is over', () => {
    const late = { lease: null, sweptAt: NOW - EVERY };
    expect(planTurn({ ...quiet, sweeping: late }, EVERY)).toEqual({ ...nothing, sweep: true });
    const held = { ...late, lease: heldFor(1) };
    expect(planTurn({ ...quiet, sweeping: held }, EVERY)).toEqual({ ...nothing, held: true });
    const over = { ...late, lease: heldFor(0) };
    expect(planTurn({ ...quiet, sweeping: over }, EVERY)).toEqual({ ...nothing, sweep: true });
  });

  it('delivers what is new, unless another does, or the receiver is failing or gone', () => {
    const behind = { ...told, next: 9 };
    const plan = (cursor: Cursor) => planTurn({ ...quiet, cursors: [cursor] }, EVERY);
    expect(plan(behind)).toEqual({ ...nothing, deliver: true });
    expect(plan({ ...behind, lease: heldFor(1) })).toEqual({ ...nothing, held: true });
    expect(plan({ ...behind, lease: heldFor(0) })).toEqual({ ...nothing, deliver: true });
    expect(plan({ ...behind, gone: true })).toEqual(nothing);
    const failing = { reason: 'away', rounds: 1, since: NOW, until: NOW + 1 };
    expect(plan({ ...behind, failing })).toEqual(nothing);
    expect(plan({ ...behind, failing: { ...failing, until: NOW } })).toEqual({ ...nothing, deliver: true });
  });

  it('waits for a worker that died for seconds, not longer', () => {
    expect(LEASE_MS).toBeLessThanOrEqual(10_000);
  });
});
