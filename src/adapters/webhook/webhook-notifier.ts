import { GamekeeperError } from '../../kernel/index.ts';
import type { Notice, Notifier, NotifyOutcome } from '../../ports/index.ts';
import { signWebhook } from './signature.ts';

/** Where a webhook goes, and how it is signed. */
export interface WebhookOptions {
  /** `https:`; `http:` on this machine only. Not for addresses that strangers choose: nothing is looked up first. */
  readonly url: string;
  /** `whsec_…`, shared with the receiver; two while the newer replaces the older. */
  readonly secret: string | readonly [newer: string, older: string];
  /** The name of its cursor: `webhook` when left out. Another receiver needs another one. */
  readonly name?: string;
  /** Which types of entries; all there are notices of when left out. */
  readonly types?: readonly string[];
  /** Milliseconds to wait for an answer: 15,000 when left out. */
  readonly timeoutMs?: number;
  /** Unix milliseconds; the machine's clock when left out. */
  readonly now?: () => number;
}

/**
 * Tells an HTTP endpoint, as Standard Webhooks 1.0.0 says: a POST of `{ type, timestamp, data }`, signed with
 * HMAC-SHA256, the same `webhook-id` in every attempt. Any 2xx is a delivery, 410 ends it for good, anything
 * else (a redirect, too) is tried again over three days; `Retry-After` is heeded.
 *
 * @throws {GamekeeperError} `ERR_INVALID_INPUT` for an address or a secret that will not do.
 */
export async function webhook(options: WebhookOptions): Promise<Notifier> {
  const url = checkUrl(options.url);
  const secrets = typeof options.secret === 'string' ? [options.secret] : options.secret;
  const now = options.now ?? Date.now;
  // A secret that will not do is noticed now, and not with the first notice.
  await signWebhook({ id: 'check', timestamp: 0, body: '' }, secrets);
  return {
    specificationVersion: 'v1',
    name: options.name ?? 'webhook',
    types: options.types ?? null,
    async notify(notice) {
      const body = bodyOf(notice);
      const timestamp = Math.floor(now() / 1000);
      const headers = await signWebhook({ id: notice.id, timestamp, body }, secrets);
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(options.timeoutMs ?? 15_000),
      });
      // What it says does not matter; unread, it would hold the connection.
      await response.body?.cancel();
      return outcomeOf(response, now());
    },
  };
}

function outcomeOf(response: Response, now: number): NotifyOutcome {
  if (response.status >= 200 && response.status < 300) return { status: 'delivered' };
  if (response.status === 410) return { status: 'gone' };
  return { status: 'failed', retryAfterMs: retryAfter(response.headers.get('retry-after'), now) };
}

/** A day at most: who asks for more is not worth waiting for longer than for a failure. */
const LONGEST_MS = 86_400_000;

/** Seconds or a date (RFC 9110, section 10.2.3), as milliseconds from now. */
function retryAfter(text: string | null, now: number): number | null {
  if (text === null) return null;
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(wait) && wait >= 0 ? Math.min(wait, LONGEST_MS) : null;
}

/** Types are words of `[a-zA-Z0-9_]` there: `alert_raised`. */
function bodyOf({ type, at, data, tenant, audience, subject, index }: Notice): string {
  return JSON.stringify({
    type: type.replaceAll('-', '_'),
    timestamp: at,
    data: { ...data, tenant, audience, subject, index },
  });
}

function checkUrl(text: string): string {
  const invalid = (what: string): GamekeeperError =>
    new GamekeeperError('ERR_INVALID_INPUT', `url: ${what}`, { path: 'url' });
  if (typeof text !== 'string' || !URL.canParse(text)) throw invalid('expected an address');
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') throw invalid('expected an address without a name and password');
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && local))
    throw invalid('expected https, or http on this machine');
  return text;
}
