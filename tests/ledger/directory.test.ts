import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  checkpointBody,
  type DirectoryReport,
  encodeEntries,
  encodeLeaf,
  leafHash,
  manifestBody,
  noteFault,
  parseManifest,
  parseNote,
  rootOf,
  signNote,
  type VerifyOptions,
  verifyDirectory,
} from '../../src/ledger/index.ts';
import {
  LONG,
  nodeSha256,
  nodeVerify,
  ORIGIN,
  otherSignerKey,
  otherVkey,
  type Sample,
  sampleDirectory,
  sampleEntries,
  sampleLeaf,
  signerKey,
  sourceOf,
  vkey,
} from './support.ts';

const native = { hasher: nodeSha256, verify: nodeVerify };

function check(
  files: ReadonlyMap<string, Uint8Array>,
  options: VerifyOptions = {},
): Promise<DirectoryReport> {
  return verifyDirectory(sourceOf(files), { keys: [vkey], ...native, ...options });
}

/** The same files with some of them other, and the manifest as it was. */
function changed(
  files: ReadonlyMap<string, Uint8Array>,
  path: string,
  bytes: Uint8Array | null,
): Map<string, Uint8Array> {
  const copy = new Map(files);
  if (bytes === null) copy.delete(path);
  else copy.set(path, bytes);
  return copy;
}

/** The same files with another one among them, and a manifest that the log's owner signed anew. */
function resigned(
  files: ReadonlyMap<string, Uint8Array>,
  path: string,
  bytes: Uint8Array | null,
): Map<string, Uint8Array> {
  const copy = changed(files, path, bytes);
  copy.delete('manifest');
  const listed = [...copy].map(([name, content]) => [name, content.length, nodeSha256(content)] as const);
  const body = manifestBody({ origin: ORIGIN, disclosures: 'included', files: listed });
  return copy.set('manifest', Buffer.from(signNote(body, signerKey)));
}

const kinds = ({ findings }: DirectoryReport): string[] =>
  [...new Set(findings.map(({ kind }) => kind))].sort();
const places = ({ findings }: DirectoryReport): string[] =>
  findings.map(({ kind, place }) => `${kind} ${place}`);

let sample: Sample;
beforeAll(async () => {
  sample = await sampleDirectory();
});

describe('an export that nobody touched', () => {
  it('is in order under the pinned key, with pure and with native functions', async () => {
    const pure = await verifyDirectory(sourceOf(sample.files), { keys: [vkey] });
    expect(pure).toEqual(await check(sample.files));
    expect(pure).toMatchObject({
      status: 'ok',
      origin: ORIGIN,
      size: 300,
      anchorLevel: 'A0',
      keyPinned: true,
      residual: 300,
      findings: [],
      omitted: 0,
    });
  });

  it('consists of the files of a tiled log and a manifest', () => {
    expect([...sample.files.keys()].sort()).toEqual([
      'checkpoint',
      'checkpoints/0',
      'checkpoints/100',
      'checkpoints/256',
      'checkpoints/300',
      'disclosures/000',
      'disclosures/001',
      'manifest',
      'tile/0/000',
      'tile/0/001.p/44',
      'tile/1/000.p/1',
      'tile/entries/000',
      'tile/entries/001.p/44',
      'vkey',
    ]);
    const text = Buffer.from(sample.files.get('manifest') as Uint8Array).toString();
    expect(noteFault(text, [vkey])).toBeUndefined();
    expect(text.split('\n').slice(0, 3)).toEqual(['gamekeeper-manifest/v1', ORIGIN, 'disclosures included']);
  });

  it('says when the key came from the export itself', async () => {
    expect(await check(sample.files, { keys: [] })).toMatchObject({
      status: 'ok',
      keyPinned: false,
      anchorLevel: 'A0',
    });
    expect(await verifyDirectory(sourceOf(sample.files))).toMatchObject({ status: 'ok', keyPinned: false });
  });

  it('is anchored by a checkpoint kept from earlier, up to that one', async () => {
    const seen = sample.checkpoints[2] as string;
    expect(await check(sample.files, { seen })).toMatchObject({
      status: 'ok',
      anchorLevel: 'A1',
      residual: 44,
    });
    expect(await check(sample.files, { seen: sample.checkpoints })).toMatchObject({
      anchorLevel: 'A1',
      residual: 0,
    });
    const nothing = sample.checkpoints[0] as string;
    expect(await check(sample.files, { seen: nothing })).toMatchObject({
      status: 'ok',
      anchorLevel: 'A0',
      residual: 300,
    });
  });

  it('may withhold its disclosures, and says so in the manifest', async () => {
    const { files } = await sampleDirectory({ disclosures: 'withheld' });
    expect(await check(files)).toMatchObject({ status: 'ok', findings: [] });
    expect([...files.keys()].filter((path) => path.startsWith('disclosures'))).toEqual([]);
  });

  it.each([0, 1, 255, 256, 257, 512, 600])('may have %i entries', async (size) => {
    const { files } = await sampleDirectory({
      change: () => sampleEntries(600).slice(0, size),
      checkpoints: [0, 1, size >> 1],
    });
    const report = await check(files);
    expect(places(report)).toEqual(size > 10 && size <= 200 ? ['missing-disclosure entry 10'] : []);
    expect(report.size).toBe(size);
  });

  it('tells how far it has come', async () => {
    const told: number[][] = [];
    await check(sample.files, { onProgress: (done, size) => void told.push([done, size]) });
    expect(told).toEqual([
      [256, 300],
      [300, 300],
    ]);
  });
});

describe('an export that was changed afterwards', () => {
  it('is never in order, whatever byte of whatever file was changed, and the place is named', async () => {
    for (const [path, bytes] of sample.files) {
      const step = LONG ? 1 : Math.max(1, Math.floor(bytes.length / 12));
      for (let at = 0; at < bytes.length; at += step) {
        const other = bytes.slice();
        other[at] = (other[at] as number) ^ (1 << (at % 8));
        const report = await check(changed(sample.files, path, other));
        expect({ path, at, status: report.status }).toEqual({ path, at, status: 'tampered' });
        const named = places(report).some((place) => place.includes(path)) || path === 'manifest';
        expect({ path, at, named, kinds: kinds(report) }).toMatchObject({ path, at, named: true });
      }
    }
  }, 3_600_000);

  it('is never in order with a byte more or less', async () => {
    for (const [path, bytes] of sample.files) {
      for (const other of [bytes.slice(0, -1), new Uint8Array([...bytes, 10]), new Uint8Array(0)]) {
        expect({ path, status: (await check(changed(sample.files, path, other))).status }).toEqual({
          path,
          status: 'tampered',
        });
      }
    }
  });

  it('names the file that is missing, also where the manifest was signed again without it', async () => {
    for (const path of sample.files.keys()) {
      expect(places(await check(changed(sample.files, path, null)))).toContain(`missing-file ${path}`);
      if (
        path === 'manifest' ||
        path === 'checkpoints/0' ||
        path === 'checkpoints/100' ||
        path === 'checkpoints/256'
      )
        continue;
      const report = await check(resigned(sample.files, path, null));
      expect(places(report)).toContain(
        path.startsWith('disclosures')
          ? `missing-disclosure entry ${path.endsWith('0') ? 0 : 260}`
          : `missing-file ${path}`,
      );
    }
  });

  it('names the file that was added, also where the manifest lists it', async () => {
    for (const path of [
      'tile/0/002',
      'tile/entries/001',
      'tile/entries/001.p/43',
      'tile/2/000.p/1',
      'disclosures/002',
      'disclosures/x000/001',
      'checkpoints/01',
      'readme.txt',
      '../../etc/passwd',
      '/etc/passwd',
      'tile/entries/../entries/000',
    ]) {
      expect(places(await check(changed(sample.files, path, Buffer.from('x'))))).toContain(
        `unlisted-file ${path}`,
      );
      const report = await check(resigned(sample.files, path, Buffer.from('x')));
      expect(places(report).filter((place) => place.endsWith(path)).length).toBeGreaterThan(0);
    }
  });

  it('names the entry that was edited, or swapped with another', async () => {
    const entries = sampleEntries(300).map(({ leaf }) => leaf);
    entries[42] = encodeLeaf(sampleLeaf(42, { data: { number: 43 } }));
    const report = await check(
      resigned(sample.files, 'tile/entries/000', encodeEntries(entries.slice(0, 256))),
    );
    expect(report.findings.filter(({ kind }) => kind === 'altered-entry')).toMatchObject([
      { index: 42, place: 'entry 42' },
    ]);
    expect(kinds(report)).toEqual(['altered-entry', 'altered-file', 'wrong-root']);
  });

  it('is reported by the checkpoint’s root even where every tile was computed anew', async () => {
    const change = (all: ReturnType<typeof sampleEntries>): typeof all =>
      all.map((entry, at) =>
        at === 42 ? { ...entry, leaf: encodeLeaf(sampleLeaf(42, { data: { number: 43 } })) } : entry,
      );
    const { files } = await sampleDirectory({ change, changeCheckpoints: () => [...sample.checkpoints] });
    expect(places(await check(files))).toEqual([
      'wrong-root checkpoints/100',
      'wrong-root checkpoints/256',
      'wrong-root checkpoint',
      'wrong-root checkpoints/300',
    ]);
  });
});

describe('an export made by someone who holds the database', () => {
  it('is refused under the pinned key when it was signed with another', async () => {
    const { files } = await sampleDirectory({ key: otherSignerKey, vkey: otherVkey });
    expect(await verifyDirectory(sourceOf(files), native)).toMatchObject({ status: 'ok', keyPinned: false });
    const report = await check(files);
    expect(report.status).toBe('tampered');
    expect(places(report)).toEqual(
      expect.arrayContaining(['wrong-key vkey', 'bad-signature manifest', 'bad-signature checkpoint']),
    );
    expect(await check(files, { keys: [vkey, otherVkey] })).toMatchObject({ status: 'ok' });
  });

  it('is refused when only the manifest was signed with another key', async () => {
    const body = parseNote(Buffer.from(sample.files.get('manifest') as Uint8Array).toString())
      ?.text as string;
    const manifest = Buffer.from(signNote(body, otherSignerKey));
    expect(places(await check(changed(sample.files, 'manifest', manifest)))).toEqual([
      'bad-signature manifest',
    ]);
  });

  it('is refused when its checkpoints are of another log that shares the key', async () => {
    const rename = (notes: string[]): string[] =>
      notes.map((note) =>
        signNote(`${parseNote(note)?.text}`.replace(ORIGIN, 'log.example/other'), signerKey),
      );
    const { files } = await sampleDirectory({ changeCheckpoints: rename });
    expect(kinds(await check(files))).toEqual(['bad-signature', 'wrong-origin']);
  });

  it('is refused when two of its own checkpoints contradict each other', async () => {
    const root = new Uint8Array(32);
    const fork = signNote(checkpointBody({ origin: ORIGIN, size: 256, root }), signerKey);
    const report = await check(resigned(sample.files, 'checkpoints/256', Buffer.from(fork)));
    expect(places(report)).toEqual(['wrong-root checkpoints/256']);
  });

  it('is refused when it holds a checkpoint later than its end', async () => {
    const late = Buffer.from(
      signNote(checkpointBody({ origin: ORIGIN, size: 301, root: new Uint8Array(32) }), signerKey),
    );
    expect(places(await check(resigned(sample.files, 'checkpoints/301', late)))).toEqual([
      'truncated checkpoints/301',
    ]);
    expect(places(await check(resigned(sample.files, 'checkpoints/7', late)))).toEqual([
      'altered-file checkpoints/7',
    ]);
  });
});

describe('a checkpoint seen elsewhere', () => {
  it('reveals that entries at the end are gone, and how many there should be', async () => {
    const short = await sampleDirectory({ change: (all) => all.slice(0, 256), checkpoints: [0, 100] });
    expect(await check(short.files)).toMatchObject({ status: 'ok', size: 256 });
    const report = await check(short.files, { seen: sample.checkpoints.at(-1) });
    expect(report).toMatchObject({ status: 'tampered', anchorLevel: 'A0' });
    expect(report.findings).toMatchObject([
      { kind: 'truncated', place: 'seen', detail: 'expected 300 entries, found 256' },
    ]);
  });

  it('reveals a history rewritten and signed anew with the right key', async () => {
    const rewrite = (all: ReturnType<typeof sampleEntries>): typeof all =>
      all.map((entry, at) =>
        at === 42 ? { ...entry, leaf: encodeLeaf(sampleLeaf(42, { data: { number: 43 } })) } : entry,
      );
    const forked = await sampleDirectory({ change: rewrite });
    expect(await check(forked.files)).toMatchObject({ status: 'ok', anchorLevel: 'A0' });
    const report = await check(forked.files, { seen: sample.checkpoints[1] });
    expect(report).toMatchObject({ status: 'tampered', anchorLevel: 'A0', residual: 300 });
    expect(places(report)).toEqual(['fork seen']);
    expect(places(await check(forked.files, { seen: [...sample.checkpoints].slice(0, 1) }))).toEqual([]);
  });

  it('has to be signed by the log', async () => {
    const seen = signNote(
      checkpointBody({ origin: ORIGIN, size: 300, root: new Uint8Array(32) }),
      otherSignerKey,
    );
    expect(places(await check(sample.files, { seen }))).toEqual(['bad-signature seen']);
  });
});

describe('the four states of a disclosure', () => {
  const with_ = (at: number, disclosures: readonly string[]) => (all: ReturnType<typeof sampleEntries>) =>
    all.map((entry, index) => (index === at ? { ...entry, disclosures } : entry));

  it('disclosed, erased with its entry, or withheld: in order (see above). Missing: tampered', async () => {
    const { files } = await sampleDirectory({ change: with_(20, []) });
    const report = await check(files);
    expect(report.findings).toMatchObject([{ kind: 'missing-disclosure', place: 'entry 20', index: 20 }]);
  });

  it('a disclosure with another value is neither the one nor the other', async () => {
    const wrong = sampleEntries(300)[25]?.disclosures as readonly string[];
    const { files } = await sampleDirectory({ change: with_(20, wrong) });
    expect(places(await check(files))).toEqual(['bad-disclosure entry 20', 'missing-disclosure entry 20']);
  });

  it('a disclosure may not be said twice', async () => {
    const one = sampleEntries(300)[20]?.disclosures[0];
    const { files } = await sampleDirectory({ change: with_(20, [one as string, one as string]) });
    expect(places(await check(files))).toEqual(['bad-disclosure entry 20']);
  });

  it('an erased value that is still there is found', async () => {
    const original = sampleEntries(11)[10] as { leaf: string };
    const { encodeDisclosure } = await import('../../src/ledger/index.ts');
    const kept = encodeDisclosure(
      Uint8Array.from({ length: 16 }, (_, at) => 10 + at),
      'note',
      'said 10',
    );
    expect(original.leaf).toContain('_sd');
    const { files } = await sampleDirectory({ change: with_(10, [kept]) });
    expect(places(await check(files))).toEqual(['erased-disclosure disclosures/000']);
  });

  it('an erasure that was refused, or came before the entry, erases nothing', async () => {
    const digests = JSON.parse((sampleEntries(300)[200] as { leaf: string }).leaf).data.digests;
    const refused = encodeLeaf(
      sampleLeaf(200, { type: 'erasure', outcome: 'refused', reason: 'legal-hold', data: { digests } }),
    );
    const early = encodeLeaf(sampleLeaf(4, { type: 'erasure', data: { digests } }));
    const put = (at: number, leaf: string) => (all: ReturnType<typeof sampleEntries>) =>
      all.map((entry, index) => (index === at ? { leaf, disclosures: [] } : entry));
    const first = await sampleDirectory({ change: put(200, refused) });
    expect(places(await check(first.files))).toEqual(['missing-disclosure entry 10']);
    const second = await sampleDirectory({
      change: (all) => put(200, encodeLeaf(sampleLeaf(200)))(put(4, early)(all)),
    });
    expect(places(await check(second.files))).toEqual(['missing-disclosure entry 10']);
  });

  it('files of disclosures have to be of their form', async () => {
    for (const text of [
      '{',
      '{"entry":"x","disclosures":[]}',
      'null\n',
      '{"entry":1,"disclosures":[]}\n',
      '[]\n',
      '\xff',
    ]) {
      const report = await check(resigned(sample.files, 'disclosures/001', Buffer.from(text, 'latin1')));
      expect(kinds(report)).toEqual(['bad-disclosure', 'missing-disclosure']);
    }
  });

  it('a file of disclosures that is no text is refused even where nothing was to be disclosed', async () => {
    const { files } = await sampleDirectory({ change: (all) => all.slice(1, 5), checkpoints: [0] });
    expect(places(await check(files))).toEqual([]);
    const report = await check(resigned(files, 'disclosures/000', Uint8Array.of(0xff)));
    expect(places(report)).toEqual(['bad-disclosure entry 0']);
  });

  it('a withheld disclosure that lies there all the same is out of place', async () => {
    const { files } = await sampleDirectory({ disclosures: 'withheld' });
    const body = parseManifest(
      parseNote(Buffer.from(files.get('manifest') as Uint8Array).toString())?.text as string,
    );
    const file = ['disclosures/000', 1, nodeSha256('x')] as const;
    const manifest = manifestBody({
      ...(body as NonNullable<typeof body>),
      files: [...(body?.files ?? []), file],
    });
    const more = changed(files, 'disclosures/000', Buffer.from('x')).set(
      'manifest',
      Buffer.from(signNote(manifest, signerKey)),
    );
    expect(places(await check(more))).toEqual(['unexpected-file disclosures/000']);
  });
});

describe('entries that were signed, and yet cannot be', () => {
  const replace = (at: number, leaf: string) => (all: ReturnType<typeof sampleEntries>) =>
    all.map((entry, index) => (index === at ? { leaf, disclosures: [] } : entry));

  it.each([
    ['malformed-entry', 'not json'],
    ['malformed-entry', encodeLeaf(sampleLeaf(3)).replace('"v":1', '"v":2')],
    ['foreign-entry', encodeLeaf(sampleLeaf(3, { ledger: `l_${'B'.repeat(22)}` }))],
    ['duplicate-entry', encodeLeaf(sampleLeaf(2))],
  ])('%s', async (kind, leaf) => {
    const { files } = await sampleDirectory({ change: replace(3, leaf) });
    expect((await check(files)).findings).toMatchObject([{ kind, place: 'entry 3', index: 3 }]);
  });
});

describe('a hostile export', () => {
  const huge = (size: number): Uint8Array =>
    Buffer.from(signNote(checkpointBody({ origin: ORIGIN, size, root: new Uint8Array(32) }), signerKey));

  it('that claims a huge size is looked at no further than its files reach', async () => {
    const report = await check(changed(sample.files, 'checkpoint', huge(Number.MAX_SAFE_INTEGER)));
    expect(report.status).toBe('tampered');
    expect(report.findings.length).toBeLessThan(20);
  });

  it('full of garbage is answered, never thrown at', async () => {
    const path = fc.oneof(fc.constantFrom(...sample.files.keys()), fc.string(), fc.constant('__proto__'));
    const content = fc.oneof(fc.uint8Array({ maxLength: 100 }), fc.constantFrom(...sample.files.values()));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(path, content), { maxLength: 8 }), async (files) => {
        expect((await check(new Map(files))).status).toBe('tampered');
        expect(
          (await check(new Map([...sample.files, ...files.filter(([name]) => !sample.files.has(name))])))
            .status,
        ).toBe(files.some(([name]) => !sample.files.has(name)) ? 'tampered' : 'ok');
      }),
      { numRuns: LONG ? 2000 : 40 },
    );
  });

  it('with 20,000 files too many is cut short, but counted', async () => {
    const files = new Map(sample.files);
    for (let at = 0; at < 20_000; at += 1)
      files.set(`junk-${at}-${'\u001b[2J'.repeat(100)}`, new Uint8Array(0));
    const report = await check(files);
    expect(report.findings).toHaveLength(1000);
    expect(report.omitted).toBe(19_000);
    expect(report.findings.every(({ place }) => /^[ -~]{1,300}$/.test(place))).toBe(true);
  });

  it('with thousands of signatures is refused without verifying them', async () => {
    const note = Buffer.from(sample.files.get('checkpoint') as Uint8Array).toString();
    const line = note.slice(note.lastIndexOf('—'));
    let verified = 0;
    const verify: typeof nodeVerify = (...input) => {
      verified += 1;
      return nodeVerify(...input);
    };
    const report = await check(changed(sample.files, 'checkpoint', Buffer.from(note + line.repeat(5000))), {
      verify,
    });
    expect(kinds(report)).toContain('malformed-file');
    expect(verified).toBeLessThan(10);
  });

  it('never makes the source read outside of the layout', async () => {
    const asked: string[] = [];
    const evil = resigned(sample.files, '../../secret', Buffer.from('x'));
    const source = {
      ...sourceOf(evil),
      read: async (path: string) => (asked.push(path) > 0 ? (evil.get(path) ?? null) : null),
    };
    await verifyDirectory(source, { keys: [vkey], ...native });
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((path) => path.includes('..'))).toEqual([]);
  });
});

describe('what could not be read', () => {
  it('is unreadable: a source that throws at the list, or at a file', async () => {
    const broken = async (): Promise<never> => {
      throw new Error('disk on fire');
    };
    const noList = await verifyDirectory({ ...sourceOf(sample.files), list: broken });
    expect(noList).toMatchObject({
      status: 'unreadable',
      findings: [{ kind: 'unreadable', place: 'source' }],
    });
    const noRead = await verifyDirectory({ ...sourceOf(sample.files), read: broken });
    expect(noRead.status).toBe('unreadable');
    for (const path of sample.files.keys()) {
      const read = (asked: string): Promise<Uint8Array | null> =>
        asked === path ? broken() : sourceOf(sample.files).read(asked);
      const report = await verifyDirectory({ ...sourceOf(sample.files), read }, { keys: [vkey], ...native });
      expect(report.status).not.toBe('ok');
      expect(places(report)).toContain(`unreadable ${path}`);
    }
  });

  it('is unreadable: keys and checkpoints of the caller that are none', async () => {
    expect(await check(sample.files, { keys: ['no key'] })).toMatchObject({
      status: 'unreadable',
      findings: [{ place: 'keys' }],
    });
    expect(await check(sample.files, { seen: 'no note' })).toMatchObject({
      status: 'unreadable',
      findings: [{ place: 'seen' }],
    });
    expect(await verifyDirectory(null as never)).toMatchObject({ status: 'unreadable' });
    for (const odd of [
      null,
      1,
      {},
      { list: async () => null, read: async () => 1 },
      { list: async () => [1, null] },
    ]) {
      expect((await verifyDirectory(odd as never)).status).not.toBe('ok');
    }
    const odd = { list: async () => [...sample.files.keys()], read: async () => 'text' };
    expect((await verifyDirectory(odd as never)).status).toBe('unreadable');
  });
});

describe('a manifest', () => {
  it('comes back as it was written, and is strict', () => {
    const files = [
      ['a', 1, nodeSha256('a')],
      ['b/c', 0, nodeSha256('')],
    ] as const;
    const body = manifestBody({ origin: ORIGIN, disclosures: 'withheld', files: [...files].reverse() });
    expect(parseManifest(body)).toEqual({ origin: ORIGIN, disclosures: 'withheld', files });
    const lines = body.split('\n');
    for (const bad of [
      body.slice(1),
      body.replace('withheld', 'some'),
      body.replace(' 0 ', ' 00 '),
      body.replace(' a', ' a b'),
      [...lines.slice(0, 3), lines[4], lines[3], ''].join('\n'),
      [...lines.slice(0, 4), lines[3], lines[4], ''].join('\n'),
      `${body}\n`,
    ]) {
      expect(parseManifest(bad)).toBeNull();
    }
    expect(() =>
      manifestBody({ origin: ORIGIN, disclosures: 'included', files: [['a b', 1, nodeSha256('')]] }),
    ).toThrow();
    fc.assert(fc.property(fc.anything(), (odd) => void expect(parseManifest(odd as never)).toBeNull()));
  });

  it('of an empty log stands beside its empty root', async () => {
    const { files, checkpoints } = await sampleDirectory({ change: () => [], checkpoints: [] });
    expect(checkpoints).toHaveLength(1);
    expect(await check(files)).toMatchObject({ status: 'ok', size: 0, root: rootOf([]), residual: 0 });
    expect(leafHash('')).not.toEqual(rootOf([]));
  });
});
