// A host whose parts import the package in both formats must still recognise its errors.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { GamekeeperError, isGamekeeperError, unwrap } from 'gamekeeper';

const commonjs = createRequire(import.meta.url)('gamekeeper');
const refused = { ok: false, error: { code: 'not-found' } };

assert.notEqual(commonjs.GamekeeperError, GamekeeperError, 'two copies, or this proves nothing');
assert.throws(
  () => unwrap(refused),
  (error) =>
    commonjs.isGamekeeperError(error, 'ERR_REFUSED') && !commonjs.isGamekeeperError(error, 'ERR_CLOSED'),
);
assert.throws(
  () => commonjs.unwrap(refused),
  (error) => isGamekeeperError(error, 'ERR_REFUSED'),
);
