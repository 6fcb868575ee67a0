import { GamekeeperError, isGamekeeperError } from '../../kernel/index.ts';
import type { KeyStore, Signer, Timers } from '../../ports/index.ts';
import { createDeadline } from './deadline.ts';

/** A signer that has to answer in time; whatever it throws becomes `ERR_SIGNER_FAILED`. */
export function checkedSigner(signer: Signer, timeoutMs: number, timers: Timers): Signer {
  const within = checking('the signer', 'the entries stay staged', timeoutMs, timers);
  return {
    specificationVersion: 'v1',
    publicKey: signer.publicKey,
    sign: (request) => within(() => signer.sign(request)),
    lastSigned: (origin) => within(() => signer.lastSigned(origin)),
  };
}

/** A key store that has to answer in time; whatever it throws becomes `ERR_SIGNER_FAILED`. */
export function checkedKeyStore(keyStore: KeyStore, timeoutMs: number, timers: Timers): KeyStore {
  const within = checking('the key store', 'nothing was granted', timeoutMs, timers);
  return {
    specificationVersion: 'v1',
    generate: (tenant, purpose) => within(() => keyStore.generate(tenant, purpose)),
    unwrap: (tenant, purpose, wrapped) => within(() => keyStore.unwrap(tenant, purpose, wrapped)),
  };
}

function checking(who: string, meanwhile: string, timeoutMs: number, timers: Timers) {
  const deadline = createDeadline(
    timeoutMs,
    timers,
    () =>
      new GamekeeperError('ERR_SIGNER_FAILED', `${who} did not answer within ${timeoutMs} ms; ${meanwhile}`),
  );
  const failed = (cause: unknown): unknown =>
    isGamekeeperError(cause)
      ? cause
      : new GamekeeperError('ERR_SIGNER_FAILED', `${who} failed: see the cause; ${meanwhile}`, { cause });
  return <Answer>(work: () => Promise<Answer>): Promise<Answer> => deadline.within(work, undefined, failed);
}
