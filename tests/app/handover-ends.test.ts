import { describe, expect, it } from 'vitest';
import { type HandoverView, unwrap } from '../../src/index.ts';
import type { CommitBatch, Store } from '../../src/ports/index.ts';
import { codeOf, createLeaving, handOver, known, leaves, signAll } from './handover-world.ts';
import { createDisk, DAY, expectWhole, freshStore, openWorld, type World } from './world.ts';

const ownerOf = async (world: World, customer: string): Promise<string | null> =>
  unwrap(await world.as('ada').customers.get(customer)).owner;

describe('a withdrawn notice', () => {
  it('3. ends the handover, keeps what was done in it, and gives back what it had moved', async () => {
    const world = await createLeaving();
    for (const customer of ['c-1', 'c-2', 'c-3', 'c-4', 'c-5']) await world.own(customer, 'dana');
    const id = await leaves(world);
    await handOver(world, id, ['c-1', 'c-2']);
    unwrap(
      await world
        .as('boss')
        .handovers.prepare(id, 'c-3', { fields: known(world), disposition: 'return_to_pool' }),
    );
    unwrap(await world.as('boss').handovers.offer(id, 'c-3'));
    // Eve's customer by now, and passed on; and one that the boss moved by the ordinary ways.
    unwrap(await world.as('chief').ownership.transfer('c-2', { to: 'finn', reason: 'r' }));
    unwrap(await world.as('boss').ownership.transfer('c-4', { to: 'eve', reason: 'r' }));
    unwrap(await world.as('hr').handovers.get(id));
    unwrap(await world.as('hr').people.withdrawNotice('dana'));
    const view = unwrap(await world.as('hr').handovers.get(id));
    expect(view).toMatchObject({ status: 'withdrawn', counts: { transferred: 3, pooled: 1, pending: 1 } });
    const owners = await Promise.all(
      ['c-1', 'c-2', 'c-3', 'c-4', 'c-5'].map((customer) => ownerOf(world, customer)),
    );
    expect(owners).toEqual(['dana', 'finn', 'dana', 'eve', 'dana']);
    expect(
      codeOf(await world.as('boss').handovers.prepare(id, 'c-5', { fields: known(world), to: 'eve' })),
    ).toBe('handover-over');
    expect(
      codeOf(await world.as('hr').handovers.sign(id, { party: 'hr', digest: view.signing.digest })),
    ).toBe('handover-over');
    const second = await leaves(world);
    expect(second).not.toBe(id);
    expect(unwrap(await world.as('hr').handovers.get(second)).counts).toEqual({ pending: 3 });
    await expectWhole(world);
  });

  it('gives back shares, as they were, and what the receiver had before', async () => {
    const world = await createLeaving();
    for (const customer of ['f-1', 'f-2', 'f-3', 'f-4', 'f-5', 'f-6', 'f-7'])
      await world.own(customer, 'finn');
    const share = async (customer: string, who: string, access: 'read' | 'write', untilOn: string | null) =>
      unwrap(await world.as('finn').ownership.share(customer, { with: who, access, untilOn }));
    await share('f-1', 'dana', 'write', '2026-06-30');
    await share('f-2', 'dana', 'read', null);
    await share('f-2', 'eve', 'write', '2026-04-30');
    await share('f-3', 'dana', 'write', null);
    await share('f-4', 'dana', 'write', null);
    await share('f-5', 'dana', 'write', null);
    await share('f-6', 'dana', 'write', '2026-03-05');
    await share('f-7', 'dana', 'write', null);
    const id = await leaves(world);
    const { items } = unwrap(await world.as('hr').handovers.get(id));
    const shareOf = (customer: string) => items.find((item) => item.customer === customer)?.id ?? '';
    for (const customer of ['f-1', 'f-2', 'f-4', 'f-5', 'f-6', 'f-7']) await take(shareOf(customer));
    unwrap(await world.as('boss').handovers.prepare(id, shareOf('f-3'), { disposition: 'terminate' }));
    unwrap(unwrap(await world.as('boss').handovers.offer(id, shareOf('f-3'))).items[0]?.result as never);
    // Whoever had more keeps it: nobody loses access by being handed some.
    expect(await collaborators('f-2')).toEqual([{ employee: 'eve', access: 'write', untilOn: null }]);
    expect(await collaborators('f-3')).toEqual([]);
    // Changed by its owner meanwhile; and ended.
    await share('f-4', 'eve', 'read', '2026-05-31');
    unwrap(await world.as('finn').ownership.share('f-5', { with: 'eve', access: 'none' }));
    // Shared anew with Dana, for less.
    await share('f-7', 'dana', 'read', '2026-04-30');
    world.clock.advance(7 * DAY);
    unwrap(await world.as('hr').people.withdrawNotice('dana'));
    expect(await collaborators('f-7')).toEqual([
      { employee: 'dana', access: 'read', untilOn: '2026-04-30' },
      { employee: 'eve', access: 'write', untilOn: null },
    ]);
    expect(await collaborators('f-1')).toEqual([
      { employee: 'dana', access: 'write', untilOn: '2026-06-30' },
    ]);
    expect(await collaborators('f-2')).toEqual([
      { employee: 'dana', access: 'read', untilOn: null },
      { employee: 'eve', access: 'write', untilOn: '2026-04-30' },
    ]);
    expect(await collaborators('f-3')).toEqual([{ employee: 'dana', access: 'write', untilOn: null }]);
    expect(await collaborators('f-4')).toEqual([
      { employee: 'dana', access: 'write', untilOn: null },
      { employee: 'eve', access: 'read', untilOn: '2026-05-31' },
    ]);
    expect(await collaborators('f-5')).toEqual([{ employee: 'dana', access: 'write', untilOn: null }]);
    // Its day is over.
    expect(await collaborators('f-6')).toEqual([]);
    await expectWhole(world);

    async function take(item: string): Promise<void> {
      unwrap(await world.as('boss').handovers.prepare(id, item, { to: 'eve' }));
      unwrap(unwrap(await world.as('boss').handovers.offer(id, item)).items[0]?.result as never);
      unwrap(unwrap(await world.as('eve').handovers.accept(id, item)).items[0]?.result as never);
    }
    async function collaborators(customer: string) {
      const shares = unwrap(await world.as('finn').customers.get(customer)).collaborators;
      return [...shares].sort((left, right) => (left.employee < right.employee ? -1 : 1));
    }
  });

  it('gives back a claim that still waits; one that was decided is the successor’s', async () => {
    const world = await createLeaving();
    const [first, second, third] = [
      await world.register('n-1', 'dana'),
      await world.register('n-2', 'dana'),
      await world.register('n-3', 'dana'),
    ];
    const id = await leaves(world);
    for (const claim of [first, second]) {
      unwrap(await world.as('boss').handovers.prepare(id, `claim.${claim}`, { to: 'finn' }));
      unwrap(await world.as('boss').handovers.offer(id, `claim.${claim}`));
      unwrap(await world.as('finn').handovers.accept(id, `claim.${claim}`));
    }
    expect(unwrap(await world.as('finn').claims.get(first)).claimant).toBe('finn');
    unwrap(await world.as('lead').claims.approve(second));
    unwrap(await world.as('hr').people.withdrawNotice('dana'));
    expect(unwrap(await world.as('dana').claims.get(first))).toMatchObject({
      claimant: 'dana',
      status: 'submitted',
    });
    expect(await ownerOf(world, 'n-2')).toBe('finn');
    expect(unwrap(await world.as('finn').claims.get(second)).claimant).toBe('finn');
    expect(unwrap(await world.as('dana').claims.get(third)).claimant).toBe('dana');
    // It is decided as before: by whoever is above Dana.
    unwrap(await world.as('boss').claims.approve(first));
    expect(await ownerOf(world, 'n-1')).toBe('dana');
    await expectWhole(world);
    await world.keeper.rebuild('acme');
    await expectWhole(world);
  });

  it('gives back a share and a claim that had come back for correction', async () => {
    const { id, items, take, world } = await withShareAndClaim();
    for (const item of items) {
      await take(item, 'eve');
      unwrap(await world.as('boss').handovers.return(id, item, { reason: 'the notes' }));
    }
    unwrap(await world.as('hr').people.withdrawNotice('dana'));
    await world.keeper.sweep('acme');
    expect(unwrap(await world.as('finn').customers.get('f-1')).collaborators).toMatchObject([
      { employee: 'dana', access: 'write' },
    ]);
    expect(unwrap(await world.as('boss').claims.list()).items).toMatchObject([{ claimant: 'dana' }]);
    await expectWhole(world);
  });
});

/** Dana, who leaves, works with Finn's customer and waits for a claim to be decided. */
async function withShareAndClaim() {
  const world = await createLeaving();
  await world.own('f-1', 'finn');
  unwrap(await world.as('finn').ownership.share('f-1', { with: 'dana', access: 'write' }));
  await world.register('q-1', 'dana');
  const id = await leaves(world);
  const items = unwrap(await world.as('hr').handovers.get(id)).items.map((item) => item.id);
  const offer = async (item: string, to: string) => {
    const prepared = await world.as('boss').handovers.prepare(id, item, { to });
    if (prepared.ok) await world.as('boss').handovers.offer(id, item);
    return prepared;
  };
  const take = async (item: string, to: string) => {
    unwrap(await offer(item, to));
    unwrap(unwrap(await world.as(to).handovers.accept(id, item)).items[0]?.result as never);
  };
  expect(items.map((item) => item.split('.')[0])).toEqual(['claim', 'collaboration']);
  return { id, items, offer, take, world };
}

describe('a share and a claim', () => {
  it('that moved already come back for correction without moving, and can then not be sent elsewhere', async () => {
    const { id, items, offer, take, world } = await withShareAndClaim();
    for (const item of items) {
      await take(item, 'eve');
      unwrap(await world.as('boss').handovers.return(id, item, { reason: 'the notes' }));
    }
    // Whoever looks brings the handover in step with what the leaver holds.
    expect(unwrap(await world.as('hr').handovers.get(id)).counts).toEqual({ returned: 2 });
    for (const item of items) {
      expect(codeOf(await offer(item, 'loner'))).toBe('already-moved');
      const terminated = await world.as('boss').handovers.prepare(id, item, { disposition: 'terminate' });
      expect(codeOf(terminated)).toBe('already-moved');
      await take(item, 'eve');
    }
    const view = unwrap(await world.as('hr').handovers.get(id));
    expect(view.items.map(({ status, to }) => [status, to])).toEqual([
      ['transferred', 'eve'],
      ['transferred', 'eve'],
    ]);
    expect(unwrap(await world.as('finn').customers.get('f-1')).collaborators).toMatchObject([
      { employee: 'eve', access: 'write' },
    ]);
    expect(unwrap(await world.as('boss').claims.list()).items).toMatchObject([{ claimant: 'eve' }]);
    await expectWhole(world);
  });
});

describe('a forced exit', () => {
  it('lists what is open, is loud, and leaves the items to be worked on', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    await world.own('c-2', 'dana');
    const id = await leaves(world);
    await handOver(world, id, ['c-1']);
    const force = (who: string) => world.as(who).handovers.forceExit(id, { reason: 'visa ends tomorrow' });
    expect(codeOf(await force('dana'))).toBe('own-handover');
    expect(codeOf(await force('boss'))).toBe('not-permitted');
    expect(codeOf(await world.service('hr').handovers.forceExit(id, { reason: 'r' }))).toBe('not-permitted');
    expect(codeOf(await world.as('hr').handovers.certificate(id))).toBe('not-cleared');
    unwrap(await force('hr'));
    expect(codeOf(await force('hr'))).toBe('handover-over');
    const { items } = unwrap(await world.as('ada').ledger.entries({ limit: 500 }));
    const forced = items.find(({ type }) => type === 'handover-forced');
    expect(forced?.data).toMatchObject({ count: 1, coverage: { transferred: 1, missing: 1 } });
    expect(
      items.some(({ type, data }) => type === 'alert-raised' && data.rule === 'handover-forced-exit'),
    ).toBe(true);
    unwrap(await world.as('hr').people.depart('dana'));
    await handOver(world, id, ['c-2']);
    expect(await ownerOf(world, 'c-2')).toBe('eve');
    expect(unwrap(await world.as('hr').handovers.get(id))).toMatchObject({
      status: 'forced_exit',
      counts: { transferred: 2 },
    });
    expect(unwrap(await world.as('hr').handovers.certificate(id)).leaf).toContain('handover-forced');
    await expectWhole(world);
  });
});

describe('two handovers', () => {
  it('of a receiver and a supervisor do not run in circles: who leaves gets nothing and signs nothing', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    await world.own('c-2', 'dana');
    const first = await leaves(world);
    await handOver(world, first, ['c-1']);
    unwrap(await world.as('boss').handovers.prepare(first, 'c-2', { fields: known(world), to: 'eve' }));
    unwrap(await world.as('boss').handovers.offer(first, 'c-2'));
    const second = await leaves(world, 'eve');
    expect(unwrap(await world.as('hr').handovers.get(second)).counts).toEqual({ pending: 1 });
    const accepted = unwrap(await world.as('eve').handovers.accept(first, 'c-2')).items[0]?.result;
    expect(codeOf(accepted)).toBe('receiver-leaving');
    await leaves(world, 'boss');
    const fields = known(world);
    for (const [handover, to] of [
      [first, 'eve'],
      [second, 'dana'],
      [second, 'boss'],
    ] as const)
      expect(
        codeOf(
          await world
            .as('chief')
            .handovers.prepare(handover, handover === first ? 'c-2' : 'c-1', { fields, to }),
        ),
      ).toBe('receiver-leaving');
    expect(codeOf(await world.as('boss').handovers.prepare(first, 'c-2', { fields, to: 'finn' }))).toBe(
      'not-permitted',
    );
    await handOver(world, first, ['c-2'], 'finn', 'chief');
    await handOver(world, second, ['c-1'], 'finn', 'chief');
    for (const id of [first, second]) {
      const { signing } = unwrap(await world.as('hr').handovers.get(id));
      expect(
        codeOf(await world.as('boss').handovers.sign(id, { party: 'supervisor', digest: signing.digest })),
      ).toBe('not-permitted');
      for (const [who, party] of [
        ['chief', 'supervisor'],
        ['hr', 'hr'],
        ['fin', 'finance'],
      ] as const)
        unwrap(await world.as(who).handovers.sign(id, { party, digest: signing.digest }));
      expect(unwrap(await world.as('hr').handovers.get(id)).status).toBe('cleared');
    }
    await expectWhole(world);
  });
});

describe('a re-hiring', () => {
  it('ends what the old episode left open; what is still theirs stays theirs', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    await world.own('c-2', 'dana');
    const id = await leaves(world);
    await handOver(world, id, ['c-1']);
    unwrap(await world.as('hr').people.depart('dana'));
    unwrap(await world.as('hr').people.hire({ id: 'dana', name: 'Dana', managerId: 'boss' }));
    expect(unwrap(await world.as('hr').handovers.get(id)).status).toBe('withdrawn');
    expect([await ownerOf(world, 'c-1'), await ownerOf(world, 'c-2')]).toEqual(['eve', 'dana']);
    expect(
      codeOf(await world.as('boss').handovers.prepare(id, 'c-2', { fields: known(world), to: 'eve' })),
    ).toBe('handover-over');
    const next = await leaves(world);
    await handOver(world, next, ['c-2']);
    expect(await signAll(world, next)).toBe(true);
    await expectWhole(world);
  });
});

describe('an erasure', () => {
  it('of a customer in a handover takes the successor’s notes along and leaves nothing missing', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    await world.own('c-2', 'dana');
    const id = await leaves(world);
    unwrap(await world.as('dana').handovers.prepare(id, 'c-1', { fields: known(world), to: 'eve' }));
    for (const who of ['ada', 'ben'])
      unwrap(await world.as(who).privacy.erase('c-1', { basis: 'subject-request' }));
    const { items } = unwrap(await world.as('hr').handovers.get(id));
    const gone = items.find(({ status }) => status === 'terminated');
    expect(gone).toMatchObject({ customer: null, fields: { need: null } });
    await handOver(world, id, ['c-2']);
    expect(unwrap(await world.as('hr').handovers.coverage(id))).toMatchObject({
      ownedAtOpening: 2,
      transferred: 1,
      removed: 1,
      complete: true,
    });
    expect(await signAll(world, id)).toBe(true);
    await expectWhole(world);
  });
});

/** A store that counts what commits write, and can be made to fail. */
function watched(): {
  store: Store;
  batches: CommitBatch[];
  failOn(test: (batch: CommitBatch) => boolean): void;
  /** Does something right before the first commit that passes a test. */
  before(test: (batch: CommitBatch) => boolean, act: () => Promise<void>): void;
} {
  const inner = freshStore();
  const batches: CommitBatch[] = [];
  let fails: (batch: CommitBatch) => boolean = () => false;
  let hook: { test(batch: CommitBatch): boolean; act(): Promise<void> } | null = null;
  return {
    batches,
    failOn: (test) => {
      fails = test;
    },
    before: (test, act) => {
      hook = { test, act };
    },
    store: {
      ...inner,
      async commit(tenant, batch) {
        if (fails(batch)) throw new Error('the store is down');
        if (hook?.test(batch) === true) {
          const { act } = hook;
          hook = null;
          await act();
        }
        batches.push(batch);
        return inner.commit(tenant, batch);
      },
    },
  };
}

describe('what a handover costs', () => {
  it('for one accepted customer among many: four documents, three counters, two entries', async () => {
    const { store, batches } = watched();
    const world = await createLeaving({ store, create: { policy: { ownership: { maxHeld: 1_000 } } } });
    for (let at = 0; at < 120; at += 1) await world.own(`c-${at}`, 'dana');
    const id = await leaves(world);
    unwrap(await world.as('boss').handovers.prepare(id, 'c-7', { fields: known(world), to: 'eve' }));
    unwrap(await world.as('boss').handovers.offer(id, 'c-7'));
    await world.keeper.seal('acme');
    batches.length = 0;
    unwrap(unwrap(await world.as('eve').handovers.accept(id, 'c-7')).items[0]?.result as never);
    const [batch] = batches.filter(({ entries }) => entries.length > 0);
    expect(batch?.puts.map(({ ref }) => ref.collection).sort()).toEqual([
      'clock',
      'customer',
      'handover-bucket',
      'handover-item',
    ]);
    expect(batch?.adds).toHaveLength(3);
    expect(batch?.entries).toHaveLength(2);
  });

  it('at the opening follows what the leaver holds, not the company', async () => {
    const { store, batches } = watched();
    const world = await createLeaving({ store });
    for (let at = 0; at < 60; at += 1) await world.own(`f-${at}`, 'finn');
    await world.own('c-1', 'dana');
    batches.length = 0;
    await leaves(world);
    const written = batches.filter(({ entries }) => entries.length > 0);
    expect(written).toHaveLength(3);
    expect(written.flatMap(({ puts }) => puts).length).toBeLessThanOrEqual(8);
  });
});

describe('work that was cut off', () => {
  it('while what is held was being found is taken up by the next sweep', async () => {
    const { store, failOn } = watched();
    const world = await createLeaving({ store });
    for (let at = 0; at < 3; at += 1) await world.own(`c-${at}`, 'dana');
    failOn(({ entries }) => entries.some(({ leaf }) => leaf.includes('"type":"handover-items-added"')));
    await expect(leaves(world)).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' });
    failOn(() => false);
    expect(unwrap(await world.as('hr').people.get('dana')).status).toBe('on_notice');
    expect(await world.keeper.sweep('acme')).toMatchObject({ handoversResumed: 1, failed: [] });
    expect(await world.keeper.sweep('acme')).toMatchObject({ handoversResumed: 0 });
    const [handover] = unwrap(await world.as('hr').handovers.list()).items;
    expect(unwrap(await world.as('hr').handovers.get(handover?.id ?? ''))).toMatchObject({
      status: 'preparing',
      counts: { pending: 3 },
    });
    await expectWhole(world);
  });

  it('while a withdrawal was giving back is taken up by the next sweep', async () => {
    const { store, failOn } = watched();
    const world = await createLeaving({ store });
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    await handOver(world, id, ['c-1']);
    failOn(({ entries }) => entries.some(({ leaf }) => leaf.includes('"type":"customer-transferred"')));
    await expect(world.as('hr').people.withdrawNotice('dana')).rejects.toMatchObject({
      code: 'ERR_STORE_FAILED',
    });
    failOn(() => false);
    expect(await ownerOf(world, 'c-1')).toBe('eve');
    expect(await world.keeper.sweep('acme')).toMatchObject({ handoversResumed: 1 });
    expect(await ownerOf(world, 'c-1')).toBe('dana');
    await expectWhole(world);
  });
});

it('the state of handovers is the same after a rebuild in a new process', async () => {
  const disk = createDisk();
  try {
    const world = await createLeaving({ store: disk.open(), keeper: { keys: await disk.keys() } });
    for (const customer of ['c-1', 'c-2', 'c-3']) await world.own(customer, 'dana');
    const id = await leaves(world);
    unwrap(await world.service('hr').handovers.report(id, [{ kind: 'asset', id: 'a-1', label: 'Car' }]));
    await handOver(world, id, ['c-1', 'c-2']);
    unwrap(await world.as('fin').handovers.return(id, 'c-1', { reason: 'r' }));
    unwrap(await world.as('dana').handovers.comment(id, { text: 'bye' }));
    unwrap(await world.as('hr').handovers.forceExit(id, { reason: 'r' }));
    unwrap(await world.as('hr').people.depart('dana'));
    const second = await leaves(world, 'finn');
    expect(await signAll(world, second).catch(() => 'lead signs')).toBe('lead signs');
    await world.keeper.close();
    disk.letGo();
    const later = openWorld({ store: disk.open(), keeper: { keys: await disk.keys() } });
    expect(await later.keeper.rebuild('acme')).toMatchObject({ restored: 0, removed: 0 });
    await expectWhole(later);
    await later.keeper.close();
  } finally {
    disk.clean();
  }
});

it('watching ends after the days of the policy, once the leaver has left', async () => {
  const world = await createLeaving({ create: { policy: { handover: { monitorDays: 10 } } } });
  const id = await leaves(world);
  await signAll(world, id);
  world.clock.advance(20 * DAY);
  expect(await world.keeper.sweep('acme')).toMatchObject({ handoversClosed: 0 });
  unwrap(await world.as('hr').people.depart('dana'));
  world.clock.advance(10 * DAY - 1);
  expect(await world.keeper.sweep('acme')).toMatchObject({ handoversClosed: 0 });
  expect(unwrap(await world.as('hr').handovers.list({ open: true })).items).toEqual([]);
  world.clock.advance(1);
  expect(await world.keeper.sweep('acme')).toMatchObject({ handoversClosed: 1 });
});

it('a handover of more customers than an entry or a commit holds is found and given back whole', async () => {
  const world = await createLeaving({ create: { policy: { ownership: { maxHeld: 1_000 } } } });
  const ids = Array.from({ length: 450 }, (_, at) => `c-${at}`);
  await Promise.all(ids.map((id) => world.own(id, 'dana')));
  const id = await leaves(world);
  const seen: (string | null)[] = [];
  for (let after: string | null = null; ; ) {
    const page: HandoverView = unwrap(await world.as('hr').handovers.get(id, { limit: 200, after }));
    seen.push(...page.items.map(({ customer }) => customer));
    after = page.next;
    if (after === null) break;
  }
  expect(seen.sort()).toEqual([...ids].sort());
  await handOver(world, id, ids.slice(0, 150));
  unwrap(await world.as('hr').people.withdrawNotice('dana'));
  expect(unwrap(await world.as('hr').people.get('dana')).owned).toBe(450);
  await expectWhole(world);
}, 60_000);

describe('at the same time', () => {
  it('one of many takes an item over, whoever they stand in for', async () => {
    const world = await createLeaving();
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    unwrap(await world.as('boss').handovers.prepare(id, 'c-1', { fields: known(world), to: 'eve' }));
    unwrap(await world.as('boss').handovers.offer(id, 'c-1'));
    unwrap(await world.as('eve').people.delegate('eve', { to: 'finn', untilOn: '2026-04-20' }));
    const all = await Promise.all(
      Array.from({ length: 16 }, (_, at) =>
        world.as(at % 2 === 0 ? 'eve' : 'finn').handovers.accept(id, 'c-1'),
      ),
    );
    const codes = all.map((answer) => codeOf(unwrap(answer).items[0]?.result) ?? 'ok');
    expect(codes.filter((code) => code === 'ok')).toHaveLength(1);
    expect(codes.filter((code) => code === 'wrong-step')).toHaveLength(15);
    expect(unwrap(await world.as('eve').people.get('eve')).owned).toBe(1);
    await expectWhole(world);
  });

  it.each([
    ['not-ready', (world: World, id: string) => world.as('ada').handovers.return(id, 'c-1', { reason: 'r' })],
    ['not-covered', (world: World) => world.as('ada').ownership.transfer('c-1', { to: 'dana', reason: 'r' })],
  ] as const)('what comes between the last signature and its commit is seen: %s', async (code, change) => {
    const { store, before } = watched();
    const world = await createLeaving({ store });
    await world.own('c-1', 'dana');
    const id = await leaves(world);
    await handOver(world, id, ['c-1']);
    let between: unknown = null;
    before(
      ({ entries }) => entries.some(({ leaf }) => leaf.includes('"type":"handover-cleared"')),
      async () => {
        between = await change(world, id);
      },
    );
    const { digest } = unwrap(await world.as('hr').handovers.get(id)).signing;
    unwrap(await world.as('boss').handovers.sign(id, { party: 'supervisor', digest }));
    unwrap(await world.as('hr').handovers.sign(id, { party: 'hr', digest }));
    expect(codeOf(await world.as('fin').handovers.sign(id, { party: 'finance', digest }))).toBe(code);
    expect(between).toMatchObject({ ok: true });
    expect(unwrap(await world.as('hr').handovers.get(id)).status).not.toBe('cleared');
    await expectWhole(world);
  });
});
