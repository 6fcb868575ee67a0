import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { ephemeralKeys } from '../../src/adapters/node/index.ts';
import { signWebhook, webhook, webhookFault } from '../../src/adapters/webhook/index.ts';
import {
  createGamekeeper,
  type IntegrityAlarm,
  type Notice,
  type Notifier,
  type NotifyOutcome,
  unwrap,
} from '../../src/index.ts';
import { createAlertWorld } from '../app/alert-world.ts';
import { customerProfile, DAY, freshStore, MINUTE } from '../app/world.ts';

/** The vector of the reference implementations of Standard Webhooks. */
const VECTOR = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1614265330 as number,
  body: '{"test": 2432232314}',
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
} as const;
const { secret } = VECTOR;
const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const notice: Notice = {
  id: '019cad8f-ac00-7806-9c8c-e08fd6b030fe',
  tenant: 'acme',
  type: 'alert-raised',
  at: '2026-03-02T08:00:00.000Z' as Notice['at'],
  index: 7,
  audience: ['boss'],
  subject: 'opaque',
  data: { rule: 'mass-delete', text: '姓名 "quoted" \u2028' },
};

interface Received {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server | null = null;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve) ?? resolve(null));
  server = null;
});

/** A receiver on this machine, which answers as it is told to. */
async function receiver(
  answer: (response: ServerResponse, attempt: number, received: Received) => void,
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const one = {
        method: request.method,
        headers: request.headers,
        body: Buffer.concat(parts).toString('utf8'),
      };
      received.push(one);
      answer(response, received.length, one);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, received };
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(code, headers).end('an answer that nobody reads');

async function outcome(
  answer: (response: ServerResponse) => void,
  more = {},
): Promise<NotifyOutcome | 'thrown'> {
  const { url } = await receiver(answer);
  const notifier = await webhook({ url, secret, ...more });
  return notifier.notify(notice).catch(() => 'thrown' as const);
}

describe('the signature of a webhook', () => {
  it('is that of the reference implementations', async () => {
    const headers = await signWebhook(VECTOR, [secret]);
    expect(headers).toEqual({
      'webhook-id': VECTOR.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': VECTOR.signature,
    });
    expect(await webhookFault(VECTOR.body, { ...headers }, secret, VECTOR.timestamp)).toBeUndefined();
    // The secret is the same with and without its prefix.
    expect(
      await webhookFault(VECTOR.body, { ...headers }, secret.slice(6), VECTOR.timestamp),
    ).toBeUndefined();
  });

  it('is HMAC-SHA256 over id, timestamp and body, as Node computes it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 0, max: 4_000_000_000 }),
        async (key, body, timestamp) => {
          const hmac = createHmac('sha256', key).update(`id.${timestamp}.${body}`).digest('base64');
          const secret = `whsec_${Buffer.from(key).toString('base64')}`;
          const signed = await signWebhook({ id: 'id', timestamp, body }, [secret]);
          expect(signed['webhook-signature']).toBe(`v1,${hmac}`);
        },
      ),
    );
  });

  it('is given for each secret while one replaces another, and either receiver believes it', async () => {
    const headers = await signWebhook(VECTOR, [other, secret]);
    expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
    for (const each of [secret, other])
      expect(await webhookFault(VECTOR.body, { ...headers }, each, VECTOR.timestamp)).toBeUndefined();
    const third = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
    expect(await webhookFault(VECTOR.body, { ...headers }, third, VECTOR.timestamp)).toBe('bad-signature');
  });

  it('is not believed where anything is missing, old, new, cut or changed', async () => {
    const good: Record<string, unknown> = { ...(await signWebhook(VECTOR, [secret])) };
    const at = VECTOR.timestamp;
    const fault = (
      change: Record<string, unknown>,
      body: string = VECTOR.body,
      now = at,
    ): Promise<string | undefined> => webhookFault(body, { ...good, ...change }, secret, now);
    for (const name of Object.keys(good)) {
      expect(await fault({ [name]: undefined })).toBe('missing-header');
      expect(await fault({ [name]: [good[name]] })).toBe('missing-header');
    }
    for (const text of ['hello', '', '-1', '1e9', '1614265330.5', '9'.repeat(13)])
      expect(await fault({ 'webhook-timestamp': text })).toBe('bad-timestamp');
    expect(await fault({}, VECTOR.body, at + 300)).toBeUndefined();
    expect(await fault({}, VECTOR.body, at + 301)).toBe('too-old');
    expect(await fault({}, VECTOR.body, at - 300)).toBeUndefined();
    expect(await fault({}, VECTOR.body, at - 301)).toBe('too-new');
    expect(await fault({}, `${VECTOR.body} `)).toBe('bad-signature');
    expect(await fault({ 'webhook-id': 'msg_other' })).toBe('bad-signature');
    expect(await fault({ 'webhook-timestamp': String(at + 1) })).toBe('bad-signature');
    const { signature } = VECTOR;
    for (const text of [
      '',
      'v1,',
      signature.slice(0, 8),
      signature.slice(3),
      `${signature}A`,
      signature.replace('v1', 'v2'),
    ])
      expect(await fault({ 'webhook-signature': text }), text).toBe('bad-signature');
    expect(await fault({ 'webhook-signature': `v1,AAAA v2,BBBB ${signature} v1a,CCCC` })).toBeUndefined();
  });

  it('takes secrets of 24 to 64 bytes in base64, and repeats none of them in an error', async () => {
    for (const [length, fine] of [
      [23, false],
      [24, true],
      [64, true],
      [65, false],
    ] as const) {
      const text = `whsec_${Buffer.alloc(length, 9).toString('base64')}`;
      const signing = signWebhook(VECTOR, [text]);
      if (fine) await signing;
      else await expect(signing).rejects.toThrow('24 to 64 bytes');
    }
    for (const text of ['', 'whsec_', 'whsec_not base64 at all, really not', null as never]) {
      const error = await signWebhook(VECTOR, [text]).catch((cause: Error) => cause);
      expect(error).toMatchObject({ code: 'ERR_INVALID_INPUT' });
      expect(String(error)).not.toContain('really');
    }
  });
});

describe('a webhook', () => {
  it('is a signed POST of type, timestamp and data, the same id in every attempt', async () => {
    const { url, received } = await receiver(status(204));
    let now = 1_800_000_000_999;
    const notifier = await webhook({ url, secret, now: () => now });
    expect(await notifier.notify(notice)).toEqual({ status: 'delivered' });
    now += 60_000;
    await notifier.notify(notice);
    const [first, second] = received as [Received, Received];
    expect(first.method).toBe('POST');
    expect(first.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(JSON.parse(first.body)).toEqual({
      type: 'alert_raised',
      timestamp: notice.at,
      data: { ...notice.data, tenant: 'acme', audience: ['boss'], subject: 'opaque', index: 7 },
    });
    expect(await webhookFault(first.body, first.headers, secret, 1_800_000_000)).toBeUndefined();
    expect(await webhookFault(second.body, second.headers, secret, 1_800_000_060)).toBeUndefined();
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(second.headers['webhook-timestamp']).toBe('1800000060');
  });

  it('is delivered by any 2xx, over by 410, and failed by anything else', async () => {
    for (const code of [200, 201, 202, 204, 299])
      expect(await outcome(status(code)), String(code)).toEqual({ status: 'delivered' });
    expect(await outcome(status(410))).toEqual({ status: 'gone' });
    for (const code of [301, 302, 307, 400, 401, 404, 429, 500, 502, 503, 504])
      expect(await outcome(status(code, { location: 'http://127.0.0.1:1/' })), String(code)).toEqual({
        status: 'failed',
        retryAfterMs: null,
      });
  });

  it('heeds how long it is asked to wait: seconds or a date, a day at most', async () => {
    const now = (): number => Date.parse('2026-03-02T08:00:00.000Z');
    const wait = async (text: string): Promise<unknown> => {
      const answer = await outcome(status(503, { 'retry-after': text }), { now });
      return (answer as { retryAfterMs: number | null }).retryAfterMs;
    };
    expect(await wait('120')).toBe(120_000);
    expect(await wait('Mon, 02 Mar 2026 08:05:00 GMT')).toBe(300_000);
    expect(await wait('999999999')).toBe(DAY);
    expect(await wait('Mon, 02 Mar 2026 07:00:00 GMT')).toBe(null);
    expect(await wait('soon')).toBe(null);
  });

  it('fails where nobody answers, or hangs up', async () => {
    expect(await outcome((response) => void response.destroy())).toBe('thrown');
    expect(await outcome(() => undefined, { timeoutMs: 30 })).toBe('thrown');
  });

  it('goes to https, or to this machine, and to no address with a password', async () => {
    for (const url of [
      'http://example.com/',
      'ftp://example.com/',
      'https://user:pass@example.com/',
      'example',
      '',
      null,
    ])
      await expect(webhook({ url: url as string, secret }), String(url)).rejects.toMatchObject({
        code: 'ERR_INVALID_INPUT',
      });
    for (const url of ['https://example.com/', 'http://localhost:1/', 'http://[::1]:1/'])
      expect((await webhook({ url, secret })).name).toBe('webhook');
    await expect(webhook({ url: 'https://example.com/', secret: 'short' })).rejects.toThrow('24 to 64 bytes');
  });
});

describe('alerts by webhook', () => {
  it('arrive at least once, in the order of each subject, through failures and a new process; without a name', async () => {
    const accepted: { id: string; rule: string }[] = [];
    const { url, received } = await receiver((response, attempt, { headers, body }) => {
      if (attempt % 3 !== 0) return void response.writeHead(500).end();
      accepted.push({ id: String(headers['webhook-id']), rule: JSON.parse(body).data.rule });
      response.writeHead(200).end();
    });
    const open = (): Promise<Notifier> => webhook({ url, secret, types: ['alert-raised'] });
    const store = freshStore();
    const keys = ephemeralKeys();
    const world = await createAlertWorld(
      { staff: ['chief', 'boss', 'dana', 'eve'], store, keeper: { notifiers: [await open()] } },
      keys,
    );
    await world.own('c-1', 'dana');
    for (let at = 0; at < 6; at += 1)
      await world.raise(at % 2 === 0 ? 'dana' : 'eve', {
        rule: `rule-${at}`,
        customers: ['c-1'],
        by: 'dana',
      });
    await world.keeper.sweep('acme');
    await world.keeper.close();
    expect(accepted.length).toBeLessThan(6);
    const { clock } = world;
    const next = createGamekeeper({
      profile: customerProfile,
      store,
      keys,
      clock,
      notifiers: [await open()],
    });
    for (let round = 0; round < 40 && accepted.length < 6; round += 1) {
      await next.sweep('acme');
      clock.advance(3 * 60 * MINUTE);
    }
    const rules = accepted.map(({ rule }) => rule);
    for (const odd of [0, 1]) {
      const own = rules.filter((rule) => Number(rule.at(-1)) % 2 === odd);
      expect(own).toEqual([`rule-${odd}`, `rule-${odd + 2}`, `rule-${odd + 4}`]);
    }
    expect(received.length).toBeGreaterThan(12);
    expect(received.map(({ body }) => body).join()).not.toMatch(/"(dana|eve|c-1|[ec]_)/i);
    await next.close();
  });

  it('end for good, and loudly, when the receiver answers 410', async () => {
    const { url, received } = await receiver(status(410));
    const alarms: IntegrityAlarm[] = [];
    const world = await createAlertWorld({
      staff: ['chief', 'boss', 'dana'],
      keeper: { notifiers: [await webhook({ url, secret })] },
    });
    world.keeper.onAlarm((alarm) => alarms.push(alarm));
    await world.raise('dana');
    await world.keeper.sweep('acme');
    await world.raise('dana', { rule: 'another' });
    world.clock.advance(DAY);
    await world.keeper.sweep('acme');
    expect(received).toHaveLength(1);
    expect(alarms).toEqual([{ tenant: 'acme', kind: 'notifier-gone', places: ['webhook'] }]);
    expect(unwrap(await world.as('boss').alerts.list({ state: 'open' })).items).toHaveLength(2);
    await world.keeper.close();
  });
});
