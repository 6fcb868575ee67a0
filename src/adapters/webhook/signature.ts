import { GamekeeperError, utf8 } from '../../kernel/index.ts';

/** The headers of a webhook, by their names in small letters. */
export interface WebhookHeaders {
  readonly 'webhook-id': string;
  /** Unix seconds of the attempt. */
  readonly 'webhook-timestamp': string;
  /** Signatures, separated by spaces: one for each secret. */
  readonly 'webhook-signature': string;
}

/** Why a webhook is not to be believed. */
export type WebhookFault = 'missing-header' | 'bad-timestamp' | 'too-old' | 'too-new' | 'bad-signature';

/** How far apart the clocks of sender and receiver may be, and how old a webhook, in seconds. */
const TOLERANCE = 300;

/**
 * The headers that go with a body (Standard Webhooks, "Signature scheme": HMAC-SHA256 over `id.timestamp.body`).
 *
 * @param secrets `whsec_` and base64 of 24 to 64 bytes each; more than one while one replaces another.
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` for a secret of another form or length.
 */
export async function signWebhook(
  { id, timestamp, body }: { readonly id: string; readonly timestamp: number; readonly body: string },
  secrets: readonly string[],
): Promise<WebhookHeaders> {
  const signatures: string[] = [];
  for (const secret of secrets)
    signatures.push(`v1,${await signatureOf(secret, id, String(timestamp), body)}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}

/**
 * Why a received webhook is not authentic, or `undefined` when it is. Use it on the very bytes of the body, and
 * `webhook-id` to drop what was seen already.
 *
 * @param headers As received; names in small letters, as Node and `fetch` have them.
 * @param now Unix seconds.
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` for a secret of another form or length.
 */
export async function webhookFault(
  body: string,
  headers: { readonly [name: string]: unknown },
  secret: string,
  now: number,
): Promise<WebhookFault | undefined> {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    (name) => headers[name],
  );
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string')
    return 'missing-header';
  if (!/^\d{1,12}$/.test(timestamp)) return 'bad-timestamp';
  if (Number(timestamp) < now - TOLERANCE) return 'too-old';
  if (Number(timestamp) > now + TOLERANCE) return 'too-new';
  const expected = await signatureOf(secret, id, timestamp, body);
  let known = false;
  for (const signature of signatures.split(' ')) {
    // Every one is compared, in the same time: nobody learns where a guess went wrong.
    if (signature.startsWith('v1,') && sameText(signature.slice(3), expected)) known = true;
  }
  return known ? undefined : 'bad-signature';
}

async function signatureOf(secret: string, id: string, timestamp: string, body: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytesOf(secret), algorithm, false, ['sign']);
  const signature = await crypto.subtle.sign(
    'HMAC',
    key,
    Uint8Array.from(utf8(`${id}.${timestamp}.${body}`)),
  );
  return btoa(String.fromCharCode(...new Uint8Array(signature)));
}

/** The bytes of a secret. Short ones are guessed; the message says nothing of what was given. */
function bytesOf(secret: string): Uint8Array<ArrayBuffer> {
  const text = typeof secret === 'string' ? secret.replace(/^whsec_/, '') : '';
  const isBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
  const bytes = isBase64 ? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)) : new Uint8Array();
  if (bytes.length >= 24 && bytes.length <= 64) return bytes;
  throw new GamekeeperError('ERR_INVALID_INPUT', 'secret: expected whsec_ and base64 of 24 to 64 bytes', {
    path: 'secret',
  });
}

function sameText(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < other.length; at += 1) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}
