import { describe, expect, it } from 'vitest';
import {
  aliasOf,
  GamekeeperError,
  isGamekeeperError,
  isUuidv7,
  unwrap,
  uuidv7,
} from '../../src/kernel/index.ts';

describe('an error', () => {
  it('is known by what it is, not by the copy of the package that made it', () => {
    const error = new GamekeeperError('ERR_CONFLICT', 'words', { path: 'a.b' });
    expect(isGamekeeperError(error)).toBe(true);
    expect(isGamekeeperError(error, 'ERR_CONFLICT')).toBe(true);
    expect(isGamekeeperError(error, 'ERR_CLOSED')).toBe(false);
    const foreign = Object.assign(new Error('words'), {
      code: 'ERR_CONFLICT',
      [Symbol.for('gamekeeper.error')]: true,
    });
    expect(isGamekeeperError(foreign, 'ERR_CONFLICT')).toBe(true);
    for (const other of [null, undefined, 'ERR_CONFLICT', new Error('x'), { code: 'ERR_CONFLICT' }])
      expect(isGamekeeperError(other)).toBe(false);
  });

  it('of a refusal that was unwrapped holds the refusal', () => {
    expect(unwrap({ ok: true, value: 5 })).toBe(5);
    expect(() => unwrap({ ok: false, error: { code: 'own-claim' } })).toThrow(
      expect.objectContaining({ code: 'ERR_REFUSED', refusal: { code: 'own-claim' } }),
    );
  });
});

describe('an id', () => {
  it('is a UUIDv7 that sorts by time', () => {
    const random = new Uint8Array(10).fill(255);
    const none = new Uint8Array(10);
    expect(isUuidv7(uuidv7(0, none))).toBe(true);
    expect(isUuidv7(uuidv7(2 ** 48 - 1, random))).toBe(true);
    expect(uuidv7(1, random) < uuidv7(2, none)).toBe(true);
    for (const text of ['', 'x', uuidv7(5, none).toUpperCase(), uuidv7(5, none).replace('-7', '-4'), null, 7])
      expect(isUuidv7(text)).toBe(text === uuidv7(5, none));
  });

  it('of a person or a customer is random and says which of the two it is', () => {
    const bytes = new Uint8Array(16).fill(7);
    expect(aliasOf('employee', bytes)).toMatch(/^e_[\w-]{22}$/);
    expect(aliasOf('customer', bytes)).toMatch(/^c_[\w-]{22}$/);
  });
});
