import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkpointBody,
  createTree,
  ed25519PublicKey,
  ed25519Sign,
  encodeProof,
  leafHash,
  noteFault,
  noteSignatureLine,
  parseCheckpoint,
  parseNote,
  parseProof,
  parseVerifierKey,
  proofFault,
  proveInclusion,
  signerKeyOf,
  signNote,
  verifierKeyOf,
} from '../../src/ledger/index.ts';
import {
  LONG,
  nodeSha256,
  nodeVerify,
  noVectors,
  ORIGIN,
  otherSignerKey,
  otherVkey,
  signerKey,
  vector,
  vkey,
} from './support.ts';

const runs = { numRuns: LONG ? 20_000 : 300 };

describe.skipIf(noVectors)(`published notes ${noVectors || ''}`, () => {
  const vectors = noVectors ? null : vector('notes/signed-note.json');

  it('are signed byte for byte as Go signs them', () => {
    const { skey, text, wantNote } = vectors.signing;
    expect(signNote(text, skey)).toBe(wantNote);
  });

  it('open under their keys, with both verifiers', () => {
    for (const { vkeys, note, wantSigs } of vectors.opening) {
      expect(noteFault(note, vkeys)).toBeUndefined();
      expect(noteFault(note, vkeys, nodeVerify, nodeSha256)).toBeUndefined();
      const names = vkeys.map((key: string) => key.split('+')[0]);
      expect(
        parseNote(note)
          ?.signatures.map(({ name }) => name)
          .filter((name) => names.includes(name)),
      ).toEqual(wantSigs);
    }
  });

  it('do not open under broken keys: every part of a key, and every byte of it raised by one', () => {
    const { vkeys, note } = vectors.opening[0];
    const [key] = vkeys as [string];
    const bad: string[] = [...vectors.badVkeys];
    for (let from = 0; from < key.length; from += 1) {
      for (let to = from + 1; to <= key.length; to += 1)
        if (to - from < key.length) bad.push(key.slice(from, to));
      bad.push(key.slice(0, from) + String.fromCharCode(key.charCodeAt(from) + 1) + key.slice(from + 1));
    }
    for (const line of bad) {
      expect({ line, key: parseVerifierKey(line, nodeSha256) }).toEqual({ line, key: null });
    }
    expect(noteFault(note, [bad[0] as string])).toBe('bad-verifier-key');
  });

  it('cannot be signed with a broken secret key', () => {
    const { skey } = vectors.signing as { skey: string };
    for (let at = 0; at < skey.length; at += 1) {
      const raised = skey.slice(0, at) + String.fromCharCode(skey.charCodeAt(at) + 1) + skey.slice(at + 1);
      for (const key of [skey.slice(at + 1), skey.slice(0, at), raised]) {
        expect(() => signNote('text\n', key)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_INPUT' }));
      }
    }
  }, 60_000);

  it('include a tree head, read strictly', () => {
    const { text, size, bad } = vectors.tlog_tree_note;
    expect(parseCheckpoint(text)).toMatchObject({
      origin: 'go.sum database tree',
      size: Number(size),
      extensions: [],
    });
    expect(parseCheckpoint(text)?.root).toEqual(leafHash('hello world'));
    // The first differs by its origin only, which is the reader's to compare.
    expect(parseCheckpoint(bad[0])?.origin).toBe('not-go.sum database tree');
    for (const one of bad.slice(1)) expect(parseCheckpoint(one)).toBeNull();
  });
});

describe('a note', () => {
  const text = 'first line\n\nlast line\n';
  const note = signNote(text, signerKey);

  it('is what was signed, up to the last blank line', () => {
    expect(parseNote(note)?.text).toBe(text);
    expect(noteFault(note, [vkey])).toBeUndefined();
    expect(parseVerifierKey(vkey)?.publicKey).toEqual(ed25519PublicKey(new Uint8Array(32).fill(7)));
  });

  it('needs one of the known keys, and lets unknown ones be', () => {
    const both = note + (signNote(text, otherSignerKey).split('\n\n').at(-1) as string);
    expect(noteFault(note, [otherVkey])).toBe('no-known-signature');
    expect(noteFault(note, [])).toBe('no-known-signature');
    expect(noteFault(both, [otherVkey])).toBeUndefined();
    expect(noteFault(both, [vkey, otherVkey])).toBeUndefined();
  });

  it('is refused when a known key signed something else, whoever else signed it', () => {
    const wrong = noteSignatureLine(
      ORIGIN,
      parseVerifierKey(otherVkey)?.publicKey as Uint8Array,
      new Uint8Array(64),
    );
    expect(noteFault(note + wrong, [vkey])).toBeUndefined();
    expect(noteFault(note + wrong, [vkey, otherVkey])).toBe('bad-signature');
    expect(noteFault(note.replace('first', 'First'), [vkey])).toBe('bad-signature');
  });

  it('carries a signature made elsewhere', () => {
    const seed = new Uint8Array(32).fill(7);
    const line = noteSignatureLine(ORIGIN, ed25519PublicKey(seed), ed25519Sign(seed, Buffer.from(text)));
    expect(`${text}\n${line}`).toBe(note);
  });

  it('may carry 16 signatures and no more', () => {
    const [, line] = note.split(/\n\n(?=—)/) as [string, string];
    expect(noteFault(`${text}\n${line.repeat(16)}`, [vkey], nodeVerify)).toBeUndefined();
    expect(noteFault(`${text}\n${line.repeat(17)}`, [vkey], nodeVerify)).toBe('malformed');
    expect(noteFault(`${text}\n${line.repeat(100_000)}`, [vkey], nodeVerify)).toBe('malformed');
  });

  it('is malformed with control characters, lone surrogates, bad names or loose base64', () => {
    for (const bad of [
      note.replace('first', 'fir\tst'),
      note.replace('first', 'fir\rst'),
      note.replace('first', 'fir\0st'),
      note.replace('first', 'fir\ud800st'),
      note.slice(0, -1),
      note.trim(),
      note.replace('— log', '- log'),
      note.replace(ORIGIN, ''),
      note.replace(`— ${ORIGIN}`, '— a+b'),
      note.replace(`— ${ORIGIN}`, '— a\u00a0b'),
      note.replace(`— ${ORIGIN}`, '— a\u0085b'),
      note.replace(/=*\n$/, '\n'),
      note.replace(/4=\n$/, '5=\n'),
      `${text}\n— ${ORIGIN} AAAA\n`,
      `${text}\n— ${ORIGIN}  AAAAAAAA\n`,
      text,
      '\n',
      '',
    ]) {
      expect({ bad, fault: noteFault(bad, [vkey]) }).toEqual({ bad, fault: 'malformed' });
    }
  });

  it('is not signed over a text that is none', () => {
    for (const bad of ['', 'no newline', 'tab\t\n', 'lone \ud800\n']) {
      expect(() => signNote(bad, signerKey)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_INPUT' }));
    }
    expect(() => verifierKeyOf('a b', new Uint8Array(32))).toThrow();
    expect(() => signerKeyOf('a+b', new Uint8Array(32))).toThrow();
  });

  it('is read without a throw, whatever it is', () => {
    const lines = fc.array(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '— a AAAAAAAA', '0', note)),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          lines.map((all) => `${all.join('\n')}\n`),
        ),
        fc.anything(),
        (odd, keys) => {
          parseNote(odd as never);
          parseCheckpoint(odd as never);
          parseProof(odd as never);
          parseVerifierKey(odd as never);
          expect(noteFault(odd as never, keys as never, nodeVerify)).toBeDefined();
          expect(proofFault(odd as never, keys as never, keys as never)).toBeDefined();
          expect(noteFault(note, keys as never, nodeVerify)).toBeDefined();
        },
      ),
      runs,
    );
  });
});

describe('a checkpoint', () => {
  const root = leafHash('');

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (size, root) => {
        const body = checkpointBody({ origin: ORIGIN, size, root });
        expect(parseCheckpoint(body)).toEqual({ origin: ORIGIN, size, root, extensions: [] });
      }),
    );
    expect(
      parseCheckpoint(signNote(checkpointBody({ origin: ORIGIN, size: 5, root }), signerKey))?.size,
    ).toBe(5);
  });

  it('keeps extension lines, and is refused with empty ones', () => {
    const body = checkpointBody({ origin: ORIGIN, size: 5, root });
    expect(parseCheckpoint(`${body}more\n`)?.extensions).toEqual(['more']);
    expect(parseCheckpoint(`${body}\n`)).toBeNull();
  });

  it('is strict about numbers and hashes', () => {
    const body = checkpointBody({ origin: ORIGIN, size: 5, root });
    for (const size of [
      '05',
      '+5',
      '-5',
      '5 ',
      ' 5',
      '5.0',
      '0x5',
      '',
      '9007199254740992',
      '99999999999999999999',
    ]) {
      expect(parseCheckpoint(body.replace('\n5\n', `\n${size}\n`))).toBeNull();
    }
    expect(parseCheckpoint(body.replace('=', ''))).toBeNull();
    expect(parseCheckpoint(body.slice(0, -1))).toBeNull();
    expect(parseCheckpoint(body.slice(ORIGIN.length))).toBeNull();
    expect(() => checkpointBody({ origin: 'a\nb', size: 1, root })).toThrow();
    expect(() => checkpointBody({ origin: 'a', size: 1.5, root })).toThrow();
    expect(() => checkpointBody({ origin: 'a', size: 1, root: new Uint8Array(31) })).toThrow();
  });
});

describe('a receipt', () => {
  const tree = createTree(nodeSha256);
  for (let at = 0; at < 100; at += 1) tree.append(leafHash(`entry ${at}`, nodeSha256));
  const checkpoint = signNote(checkpointBody({ origin: ORIGIN, size: 100, root: tree.root() }), signerKey);
  const receipt = encodeProof({ index: 42, proof: proveInclusion(tree, 42, 100), checkpoint });

  it('proves one entry, to whoever has the key', () => {
    expect(proofFault(receipt, 'entry 42', [vkey])).toBeUndefined();
    expect(proofFault(receipt, Buffer.from('entry 42'), [vkey], nodeVerify, nodeSha256)).toBeUndefined();
    expect(proofFault(receipt, 'entry 43', [vkey])).toBe('wrong-root');
    expect(proofFault(receipt, 'entry 42', [otherVkey])).toBe('no-known-signature');
    expect(parseProof(receipt)).toMatchObject({ index: 42, checkpoint, extra: undefined });
  });

  it('may carry something extra', () => {
    const proof = proveInclusion(tree, 0, 100);
    const text = encodeProof({ index: 0, proof, checkpoint, extra: Uint8Array.of(1, 2) });
    expect(parseProof(text)?.extra).toEqual(Uint8Array.of(1, 2));
    expect(proofFault(text, 'entry 0', [vkey])).toBeUndefined();
  });

  it('proves nothing once any character is another', () => {
    for (let at = 0; at < receipt.length; at += LONG ? 1 : 7) {
      const changed = receipt.slice(0, at) + (receipt[at] === 'A' ? 'B' : 'A') + receipt.slice(at + 1);
      expect({ at, fault: proofFault(changed, 'entry 42', [vkey], nodeVerify) }).not.toEqual({
        at,
        fault: undefined,
      });
    }
  });

  it('is signed by a key of the log’s own name, even where two logs share a key', () => {
    const seed = new Uint8Array(32).fill(7);
    const body = checkpointBody({ origin: 'log.example/other', size: 100, root: tree.root() });
    const relabelled = encodeProof({
      index: 42,
      proof: proveInclusion(tree, 42, 100),
      checkpoint: signNote(body, signerKey),
    });
    expect(proofFault(relabelled, 'entry 42', [vkey])).toBe('no-known-signature');
    const named = signNote(body, signerKeyOf('log.example/other', seed));
    const honest = encodeProof({ index: 42, proof: proveInclusion(tree, 42, 100), checkpoint: named });
    expect(
      proofFault(honest, 'entry 42', [verifierKeyOf('log.example/other', ed25519PublicKey(seed))]),
    ).toBeUndefined();
  });
});
