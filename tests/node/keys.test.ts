import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ephemeralKeys, localKeys, nodePrimitives } from '../../src/adapters/node/index.ts';
import { isGamekeeperError, type TenantId, toHex } from '../../src/kernel/index.ts';
import { ed25519Verify } from '../../src/ledger/index.ts';
import type { Signer } from '../../src/ports/index.ts';

const tenant = 'acme' as TenantId;
const head = (size: number, fill = size) => ({ size, root: new Uint8Array(32).fill(fill) });
const body = new TextEncoder().encode('what is signed\n');
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gamekeeper-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['ephemeral keys', async () => ephemeralKeys()],
  ['keys in a directory', async () => localKeys(folder)],
])('%s', (_, make) => {
  it('sign what their public key verifies', async () => {
    const { signer } = await make();
    const outcome = await signer.sign({ origin: 'a/log', body, head: head(1) });
    expect(outcome.status).toBe('signed');
    if (outcome.status === 'signed')
      expect(ed25519Verify(signer.publicKey, body, outcome.signature)).toBe(true);
  });

  it('never sign a smaller size, nor another root at the same size', async () => {
    const { signer } = await make();
    await signer.sign({ origin: 'a/log', body, head: head(5) });
    expect((await signer.sign({ origin: 'a/log', body, head: head(4) })).status).toBe('behind');
    expect((await signer.sign({ origin: 'a/log', body, head: head(5, 9) })).status).toBe('behind');
    expect((await signer.sign({ origin: 'a/log', body, head: head(5) })).status).toBe('signed');
    expect((await signer.sign({ origin: 'another/log', body, head: head(1) })).status).toBe('signed');
    expect((await signer.lastSigned('a/log'))?.size).toBe(5);
  });

  it('open a wrapped key for its tenant and purpose only', async () => {
    const { keyStore } = await make();
    const { key, wrapped } = await keyStore.generate(tenant, 'mac');
    expect(toHex(await keyStore.unwrap(tenant, 'mac', wrapped))).toBe(toHex(key));
    for (const [whose, purpose, text] of [
      ['other', 'mac', wrapped],
      ['acme', 'c_1', wrapped],
      ['acme', 'mac', `${wrapped.slice(0, -2)}AA`],
    ] as const) {
      const error = await keyStore
        .unwrap(whose as TenantId, purpose, text)
        .catch((thrown: unknown) => thrown);
      expect(isGamekeeperError(error, 'ERR_SIGNER_FAILED')).toBe(true);
    }
  });
});

describe('keys in a directory', () => {
  it('are the same after a restart, and so is what was signed last', async () => {
    const first = await localKeys(folder);
    await first.signer.sign({ origin: 'a/log', body, head: head(7) });
    const { wrapped, key } = await first.keyStore.generate(tenant, 'mac');
    const second = await localKeys(folder);
    expect(second.signer.publicKey).toEqual(first.signer.publicKey);
    expect(toHex(await second.keyStore.unwrap(tenant, 'mac', wrapped))).toBe(toHex(key));
    expect((await second.signer.sign({ origin: 'a/log', body, head: head(6) })).status).toBe('behind');
  });

  it('know what 0.1.0 remembered of a log with a long origin, and nothing that it remembered of another', async () => {
    const origin = (end: string): string => `example.org/${'t'.repeat(200)}${end}`;
    const first = await localKeys(folder);
    await first.signer.sign({ origin: origin('x'), body, head: head(7) });
    const [file = ''] = readdirSync(join(folder, 'signed'));
    const former = `${Buffer.from(origin('x')).toString('base64url').slice(0, 120)}.json`;
    renameSync(join(folder, 'signed', file), join(folder, 'signed', former));
    const { signer } = await localKeys(folder);
    expect((await signer.sign({ origin: origin('x'), body, head: head(6) })).status).toBe('behind');
    expect((await signer.sign({ origin: origin('y'), body, head: head(1) })).status).toBe('signed');
    expect((await signer.lastSigned(origin('x')))?.size).toBe(7);
  });

  it('say what is wrong when a key file is damaged', async () => {
    await localKeys(folder);
    writeFileSync(join(folder, 'master.key'), 'not a key\n');
    const error = await localKeys(folder).catch((thrown: unknown) => thrown);
    expect(isGamekeeperError(error, 'ERR_SIGNER_FAILED')).toBe(true);
  });

  it('serve two processes that sign the same log at once: neither fails, and the larger size stays', async () => {
    await localKeys(folder);
    const script = join(import.meta.dirname, 'sign-many.ts');
    const run = promisify(execFile);
    const runs = [0, 1].map((odd) => run(process.execPath, [script, folder, String(odd)]));
    for (const { stdout } of await Promise.all(runs)) expect(stdout.trim()).toBe('done');
    const signer: Signer = (await localKeys(folder)).signer;
    expect((await signer.lastSigned('a/log'))?.size).toBe(200);
  });
});

it('the fast HMAC is HMAC-SHA-256, whatever the lengths of key and text', () => {
  const primitives = nodePrimitives();
  for (let length = 0; length < 400; length += 1) {
    const key = primitives.randomBytes(1 + (length % 130));
    const text = 'ü'.repeat(length * 37);
    for (const data of [text, primitives.randomBytes(1 + length)]) {
      expect(Buffer.from(primitives.hmacSha256(key, data))).toEqual(
        createHmac('sha256', key).update(data).digest(),
      );
    }
  }
});

it('a sealed text opens under its key and context only, and not after a byte was changed', () => {
  const { seal, open, randomBytes } = nodePrimitives();
  const key = randomBytes(32);
  const sealed = seal(key, body, 'here');
  expect(Buffer.from(open(key, sealed, 'here') as Uint8Array)).toEqual(Buffer.from(body));
  expect(open(key, sealed, 'there')).toBeNull();
  expect(open(randomBytes(32), sealed, 'here')).toBeNull();
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Uint8Array.from(sealed);
    changed[at] = (changed[at] as number) ^ 1;
    expect(open(key, changed, 'here')).toBeNull();
  }
});
