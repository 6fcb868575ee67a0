import { createCipheriv, createDecipheriv, createHmac, hash, randomBytes, randomFillSync } from 'node:crypto';
import type { Primitives } from '../../ports/index.ts';

/** The primitives of `node:crypto`. Random bytes come from a pool of 4 KiB, refilled when it is used up. */
export function nodePrimitives(): Primitives {
  const pool = new Uint8Array(4096);
  let used = pool.length;
  const random = (length: number): Uint8Array => {
    if (length > 256) return new Uint8Array(randomBytes(length));
    if (used + length > pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += length;
    return pool.slice(used - length, used);
  };
  return {
    specificationVersion: 'v1',
    sha256: (data) => hash('sha256', data, 'buffer'),
    hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
    seal(key, plaintext, context) {
      const nonce = random(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
      return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
    },
    open(key, sealed, context) {
      if (sealed.length < 28) return null;
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 })
        .setAAD(Buffer.from(context))
        .setAuthTag(sealed.subarray(-16));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
      } catch {
        return null;
      }
    },
    randomBytes: random,
  };
}
