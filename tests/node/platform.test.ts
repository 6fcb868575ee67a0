import { afterEach, describe, expect, it, vi } from 'vitest';
import { ephemeralKeys, nodePrimitives, systemTimers } from '../../src/adapters/node/index.ts';
import type { TenantId } from '../../src/kernel/index.ts';
import { seeded } from '../stores/seeded.ts';

afterEach(() => vi.useRealTimers());

describe('the timers of the platform', () => {
  it('ring once, and not once they were stopped', () => {
    vi.useFakeTimers();
    const rung: string[] = [];
    const timers = systemTimers();
    timers.start(10, () => rung.push('first'));
    const second = timers.start(10, () => rung.push('second'));
    second.stop();
    vi.advanceTimersByTime(100);
    second.stop();
    expect(rung).toEqual(['first']);
  });

  it('wait longer than the 24.8 days that Node can', () => {
    vi.useFakeTimers();
    let rung = 0;
    const timer = systemTimers().start(60 * 86_400_000, () => {
      rung += 1;
    });
    timer.hold(false);
    vi.advanceTimersByTime(60 * 86_400_000 - 1);
    expect(rung).toBe(0);
    vi.advanceTimersByTime(1);
    expect(rung).toBe(1);
  });
});

describe('primitives over chance of one’s own', () => {
  const fill = (seed: number) => {
    const random = seeded(seed);
    return (bytes: Uint8Array): void => {
      for (let at = 0; at < bytes.length; at += 1) bytes[at] = Math.floor(random() * 256);
    };
  };

  it('make the same keys, nonces and bytes again from the same seed', async () => {
    const run = async (seed: number): Promise<string> => {
      const primitives = nodePrimitives(fill(seed));
      const keys = ephemeralKeys(primitives);
      const made = await keys.keyStore.generate('acme' as TenantId, 'mac');
      const sealed = primitives.seal(made.key, new Uint8Array(5), 'context');
      const parts = [keys.signer.publicKey, made.key, sealed, primitives.randomBytes(300)];
      return [made.wrapped, ...parts.map((part) => Buffer.from(part).toString('hex'))].join();
    };
    expect(await run(1)).toBe(await run(1));
    expect(await run(2)).not.toBe(await run(1));
  });
});
