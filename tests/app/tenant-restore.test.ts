import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ephemeralKeys, type Keys } from '../../src/adapters/node/index.ts';
import { explain, unwrap } from '../../src/index.ts';
import { COLLECTIONS } from '../../src/model/index.ts';
import type { DocumentPut } from '../../src/ports/index.ts';
import { failing } from '../../src/testing/index.ts';
import { createLived, watched } from './tenant-world.ts';
import { createDisk, type Disk, expectWhole, freshStore, openWorld, type World } from './world.ts';

type Files = Map<string, Uint8Array>;

const sinkTo = (files: Files) => ({
  write: async (path: string, bytes: Uint8Array) => void files.set(path, bytes),
});
const sourceOf = (files: Files) => ({
  list: async () => [...files.keys()],
  read: async (path: string) => files.get(path) ?? null,
});
const textOf = (files: Files): string =>
  [...files.values()].map((bytes) => new TextDecoder().decode(bytes)).join('\n');

/** Disclosures in plain text: base64url of what a person typed. */
function disclosedIn(files: Files): string[] {
  return [...files]
    .filter(([path]) => path.startsWith('ledger/disclosures/'))
    .flatMap(([, bytes]) => new TextDecoder().decode(bytes).split('\n').filter(Boolean))
    .flatMap((line) => (JSON.parse(line) as { disclosures: string[] }).disclosures)
    .map((text) => Buffer.from(text, 'base64url').toString());
}

/** What a company looks like from within, to each of its people. */
async function seen(world: World): Promise<unknown> {
  const ada = world.as('ada');
  const seen: unknown[] = [];
  for await (const customer of ada.customers.all()) seen.push(customer);
  for await (const person of ada.people.all()) seen.push(person);
  seen.push(unwrap(await ada.claims.list()), unwrap(await ada.orders.list('c-1')));
  seen.push(unwrap(await world.as('dana').followUps.list('c-1')));
  seen.push(unwrap(await ada.handovers.list()), unwrap(await ada.holds.list()));
  const told = unwrap(await ada.customers.history('c-1'));
  seen.push(told.filter(({ type }) => !type.endsWith('-read')));
  return seen;
}

let keys: Keys;
let world: World;
let files: Files;
let before: unknown;

/** The same keys, in a process that has a store of its own. */
const elsewhere = (store = freshStore()): World =>
  openWorld({ store, keeper: { keys, roles: { HR: ['people.manage', 'handovers.sign.hr'] } } });

beforeEach(async () => {
  keys = ephemeralKeys();
  world = await createLived({ keeper: { keys } });
  before = await seen(world);
  await world.keeper.tenants.suspend('acme');
  files = new Map();
  await world.keeper.tenants.export('acme', sinkTo(files));
});

describe('an exported company', () => {
  it('is restored elsewhere, verified, suspended as it was, and goes on where it stood', async () => {
    const there = elsewhere();
    const report = unwrap(await there.keeper.tenants.restore('acme', sourceOf(files)));
    const { size } = await world.keeper.seal('acme');
    expect(report.entries).toBe(size);
    expect(await there.as('ada').people.list()).toMatchObject({ error: { code: 'tenant-suspended' } });
    await expectWhole(there);
    await there.keeper.tenants.resume('acme');
    there.clock.set(world.clock.instant());
    expect(await seen(there)).toEqual(before);
    await there.own('c-77', 'finn');
    const order = { id: 'o-1', customer: 'c-1', amount: { amount: 6_000, currency: 'CNY' }, stage: 'paid' };
    unwrap(await there.service('erp').orders.record([{ ...order, at: there.clock.instant() }]));
    expect(unwrap(await there.as('ada').orders.list('c-1')).items).toHaveLength(1);
    await expectWhole(there);
  });

  it('holds every document of evidence there is, but what the ledger directory holds in another form', async () => {
    const { store, rows } = watched(freshStore());
    const other = await createLived({ store, keeper: { keys: ephemeralKeys() }, tenant: 'other' });
    await other.keeper.tenants.suspend('other');
    const exported: Files = new Map();
    await other.keeper.tenants.export('other', sinkTo(exported));
    const evidence = Object.entries(COLLECTIONS)
      .filter(([name, facts]) => facts.class === 'evidence' && !['tile', 'checkpoint'].includes(name))
      .map(([name]) => name);
    const stored = (await rows('other'))
      .filter((row) => row.startsWith('{"ref"'))
      .map((row) => JSON.parse(row) as DocumentPut)
      .filter(({ ref }) => evidence.includes(ref.collection))
      .map(({ ref }) => `${ref.collection}/${ref.id}`)
      .sort();
    const lines = [...exported]
      .filter(([path]) => path.startsWith('evidence/'))
      .flatMap(([, bytes]) => new TextDecoder().decode(bytes).split('\n').filter(Boolean))
      .map((line) => JSON.parse(line) as { collection: string; id: string })
      .map(({ collection, id }) => `${collection}/${id}`)
      .sort();
    expect(new Set(stored.map((name) => name.split('/')[0]))).toEqual(new Set(evidence));
    expect(lines).toEqual(stored);
  });

  it('shows no personal value of the log, unless that is asked for', async () => {
    expect(disclosedIn(files)).toEqual([]);
    expect(textOf(files).includes('forty lathes')).toBe(false);
    await world.keeper.tenants.resume('acme');
    const open: Files = new Map();
    await world.keeper.tenants.export('acme', sinkTo(open), { disclosures: 'included' });
    expect(disclosedIn(open).some((text) => text.includes('forty lathes for acme'))).toBe(true);
    await expectWhole(world);
  });

  it('says of itself in the ledger that it was exported, and verifies offline', async () => {
    const { verifyDirectory } = await import('../../src/ledger/index.ts');
    const ledger: Files = new Map(
      [...files].flatMap(([path, bytes]) =>
        path.startsWith('ledger/') ? [[path.slice('ledger/'.length), bytes] as const] : [],
      ),
    );
    expect(await verifyDirectory(sourceOf(ledger))).toMatchObject({ status: 'ok', findings: [] });
    const entries = [...ledger].filter(([path]) => path.startsWith('tile/entries/'));
    expect(textOf(new Map(entries)).includes('"type":"tenant-exported"')).toBe(true);
  });

  it('keeps what was erased erased', async () => {
    const there = elsewhere();
    unwrap(await there.keeper.tenants.restore('acme', sourceOf(files)));
    await there.keeper.tenants.resume('acme');
    expect(await there.as('ada').customers.get('c-4')).toMatchObject({ error: { code: 'not-found' } });
    await expectWhole(there);
  });

  it('may be larger than a tile and than what is sealed at once', async () => {
    await world.keeper.tenants.resume('acme');
    for (let at = 0; at < 700; at += 1) await world.register(`r-${at}`, 'finn', { phone: `${at}` });
    await world.keeper.tenants.suspend('acme');
    const exported: Files = new Map();
    const { entries } = await world.keeper.tenants.export('acme', sinkTo(exported));
    expect(entries).toBeGreaterThan(768);
    const there = elsewhere();
    expect(unwrap(await there.keeper.tenants.restore('acme', sourceOf(exported))).entries).toBe(entries);
    await expectWhole(there);
    const again: Files = new Map();
    await there.keeper.tenants.resume('acme');
    await there.keeper.tenants.suspend('acme');
    await there.keeper.tenants.export('acme', sinkTo(again));
    const onlyNew = [...exported.keys()].filter((path) => !again.has(path));
    // Partial tiles grow; what was complete is there again.
    expect(onlyNew.filter((path) => !path.includes('.p/'))).toEqual([]);
  });

  it('goes on in one place only: the signer signs no second course of the same log', async () => {
    const there = elsewhere();
    unwrap(await there.keeper.tenants.restore('acme', sourceOf(files)));
    await there.keeper.tenants.resume('acme');
    world.clock.advance(1);
    await expect(world.keeper.tenants.resume('acme')).rejects.toThrow('fork');
  });

  it('is not restored over one that is there', async () => {
    await expect(world.keeper.tenants.restore('acme', sourceOf(files))).rejects.toMatchObject({
      code: 'ERR_INVALID_INPUT',
      path: 'id',
    });
    await expectWhole(world);
  });

  it('is not restored when more was signed since', async () => {
    await world.keeper.tenants.resume('acme');
    await world.own('c-88', 'finn');
    const { size } = await world.keeper.seal('acme');
    const refused = await elsewhere().keeper.tenants.restore('acme', sourceOf(files));
    expect(refused).toMatchObject({ ok: false, error: { code: 'export-outdated', signed: size } });
    if (!refused.ok) expect(explain(refused.error)).toContain(String(size));
  });

  it('is not restored under other keys, nor as another company', async () => {
    const stranger = openWorld({ keeper: { keys: ephemeralKeys() } });
    const refused = await stranger.keeper.tenants.restore('acme', sourceOf(files));
    expect(refused).toMatchObject({
      ok: false,
      error: {
        code: 'export-not-whole',
        findings: [
          { kind: 'bad-signature', place: 'manifest' },
          { kind: 'bad-signature', place: 'ledger/manifest' },
        ],
      },
    });
    await expect(elsewhere().keeper.tenants.restore('other', sourceOf(files))).rejects.toMatchObject({
      code: 'ERR_SIGNER_FAILED',
    });
  });

  it('is restored from a backup of keys that has forgotten what was signed', async () => {
    const { signer } = keys;
    const forgetful: Keys = {
      ...keys,
      signer: { ...signer, publicKey: signer.publicKey, lastSigned: async () => null },
    };
    const there = openWorld({ keeper: { keys: forgetful } });
    unwrap(await there.keeper.tenants.restore('acme', sourceOf(files)));
    await expectWhole(there);
  });
});

describe('an export that somebody touched', () => {
  const changes: readonly (readonly [string, (files: Files) => void])[] = [
    ['a document of evidence changed', (all) => flip(all, 'evidence/0.jsonl')],
    ['evidence gone', (all) => void all.delete('evidence/0.jsonl')],
    ['a stray file', (all) => void all.set('evidence/9.jsonl', new Uint8Array())],
    ['no manifest', (all) => void all.delete('manifest')],
    ['a manifest changed', (all) => flip(all, 'manifest')],
    ['an entry changed', (all) => flip(all, pathOf(all, 'ledger/tile/entries/'))],
    ['a checkpoint gone', (all) => void all.delete('ledger/checkpoint')],
    ['a stray file in the ledger', (all) => void all.set('ledger/note.txt', new Uint8Array())],
  ];

  it.each(changes)('%s: nothing is restored, and what is wrong is named', async (_, change) => {
    change(files);
    const { store, rows } = watched(freshStore());
    const there = elsewhere(store);
    const refused = await there.keeper.tenants.restore('acme', sourceOf(files));
    expect(refused).toMatchObject({ ok: false, error: { code: 'export-not-whole' } });
    if (!refused.ok && refused.error.code === 'export-not-whole')
      expect(refused.error.findings.length).toBeGreaterThan(0);
    expect(await rows('acme')).toEqual([]);
    await expect(there.as('ada').people.list()).rejects.toMatchObject({ code: 'ERR_UNKNOWN_TENANT' });
  });
});

function pathOf(files: Files, prefix: string): string {
  return [...files.keys()].find((path) => path.startsWith(prefix)) ?? '';
}

function flip(files: Files, path: string): void {
  const bytes = Uint8Array.from(files.get(path) ?? []);
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  files.set(path, bytes);
}

describe('a restore that breaks off', () => {
  let disk: Disk;
  beforeEach(() => {
    disk = createDisk();
  });
  afterEach(() => disk.clean());

  it('at any write leaves a company that nobody can open, and is done by repeating it', async () => {
    let call = 1;
    for (; ; call += 1) {
      const store = failing(freshStore(), { method: 'commit', call, fault: 'failed' });
      // A commit with entries is settled by itself; every other one fails.
      const there = elsewhere(store);
      const outcome = await there.keeper.tenants
        .restore('acme', sourceOf(files))
        .catch((error: unknown) => error);
      if (store.injected() === 0) break;
      if (outcome instanceof Error) {
        expect(outcome).toMatchObject({ code: 'ERR_STORE_FAILED' });
        await expect(there.as('ada').people.list()).rejects.toMatchObject({
          code: expect.stringMatching(/^ERR_(UNKNOWN_TENANT|STORE_CORRUPT)$/),
        });
        unwrap(await there.keeper.tenants.restore('acme', sourceOf(files)));
      }
      await expectWhole(there);
    }
    expect(call).toBeGreaterThan(6);
  });

  it('goes to and fro between SQLite and directories', async () => {
    const keeper = { keys: await disk.keys() };
    const here = await createLived({ store: disk.open(), keeper });
    const entries = await here.keeper.seal('acme');
    await here.keeper.tenants.suspend('acme');
    const directory = `${disk.folder}/export`;
    const seenAt: [number, number][] = [];
    await here.keeper.tenants.export('acme', directory, {
      onProgress: (at, size) => void seenAt.push([at, size]),
    });
    expect(seenAt.at(-1)).toEqual([entries.size + 2, entries.size + 2]);
    await expect(here.keeper.tenants.export('acme', directory)).rejects.toMatchObject({
      code: 'ERR_INVALID_INPUT',
    });
    unwrap(await here.keeper.tenants.delete('acme', { confirm: 'acme' }));
    unwrap(await here.keeper.tenants.restore('acme', directory));
    await here.keeper.tenants.resume('acme');
    await expectWhole(here);
  });
});
