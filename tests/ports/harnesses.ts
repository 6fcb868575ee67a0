import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { memoryNotifier } from '../../src/adapters/memory/index.ts';
import { ephemeralKeys, localKeys } from '../../src/adapters/node/index.ts';
import { webhook } from '../../src/adapters/webhook/index.ts';
import type { Notice } from '../../src/ports/index.ts';
import type {
  KeyStoreHarness,
  NotifierHarness,
  ReceiverState,
  SignerHarness,
} from '../../src/testing/index.ts';
import { temporaryFolder } from '../stores/harness.ts';

const nothing = async (): Promise<void> => undefined;

/** A signer that ends with its process. */
export async function ephemeralSigner(): Promise<SignerHarness> {
  return { signer: ephemeralKeys().signer, reopen: null, close: nothing };
}

/** A signer whose key and memory lie in a directory. */
export async function localSigner(): Promise<SignerHarness> {
  const folder = temporaryFolder();
  const open = async () => (await localKeys(folder)).signer;
  return { signer: await open(), reopen: open, close: nothing };
}

/** A key store that ends with its process. */
export async function ephemeralKeyStore(): Promise<KeyStoreHarness> {
  const make = () => ephemeralKeys().keyStore;
  return { keyStore: make(), reopen: null, stranger: async () => make(), close: nothing };
}

/** A key store whose master key lies in a directory. */
export async function localKeyStore(): Promise<KeyStoreHarness> {
  const folder = temporaryFolder();
  const open = async (name: string) => (await localKeys(join(folder, name))).keyStore;
  return {
    keyStore: await open('own'),
    reopen: () => open('own'),
    stranger: () => open('other'),
    close: nothing,
  };
}

/** A notifier that is its own receiver. */
export async function memoryReceiver(): Promise<NotifierHarness> {
  const made = [memoryNotifier()];
  return {
    notifier: made[0] as (typeof made)[number],
    async again() {
      const notifier = memoryNotifier();
      made.push(notifier);
      return notifier;
    },
    received: async () => made.flatMap(({ notices }) => notices),
    receiver: null,
    close: nothing,
  };
}

/** A webhook, and a server on this machine that it calls. */
export async function webhookReceiver(): Promise<NotifierHarness> {
  const received: Notice[] = [];
  let state: ReceiverState = 'takes';
  const answer = (response: ServerResponse, notice: Notice): void => {
    if (state === 'takes') received.push(notice);
    if (state === 'is-away') response.destroy();
    else response.writeHead(state === 'takes' ? 204 : 503, { 'retry-after': 'soon' }).end();
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () =>
      answer(
        response,
        noticeFrom(String(request.headers['webhook-id']), Buffer.concat(parts).toString('utf8')),
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  return {
    notifier: await webhook({ url, secret }),
    again: () => webhook({ url, secret }),
    received: async () => [...received],
    receiver: async (next) => {
      state = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A webhook's body, read back into the notice it was made of. */
function noticeFrom(id: string, body: string): Notice {
  const { type, timestamp, data } = JSON.parse(body) as {
    readonly type: string;
    readonly timestamp: Notice['at'];
    readonly data: Notice['data'] & Pick<Notice, 'tenant' | 'audience' | 'subject' | 'index'>;
  };
  const { tenant, audience, subject, index, ...rest } = data;
  return { id, tenant, type: type.replaceAll('_', '-'), at: timestamp, index, audience, subject, data: rest };
}
