import { afterEach, describe, expect, it, vi } from 'vitest';
import { CALLS, OPERATIONS, verbsOf } from './canary-verbs.ts';
import { type CanaryCompany, CLAIMED, canaryCompany, OWNED, SECRETS, TYPED } from './canary-world.ts';

type Field = keyof (typeof SECRETS)[typeof OWNED];
const everything = Object.values(TYPED);
const fieldsOf = (customer: typeof OWNED | typeof CLAIMED, ...fields: Field[]) =>
  fields.map((field) => SECRETS[customer][field]);
const both = [
  ...fieldsOf(OWNED, 'phone', 'need', 'creditLimit'),
  ...fieldsOf(CLAIMED, 'phone', 'need', 'creditLimit'),
];

/** Who looks, and what they must not find, wherever they look. */
const VIEWERS = {
  'a former owner': { who: 'finn', hidden: [...both, ...everything] },
  'another employee': { who: 'lead', hidden: [...both, ...everything] },
  'a collaborator who may read': {
    who: 'eve',
    hidden: [...fieldsOf(OWNED, 'need'), ...fieldsOf(CLAIMED, 'phone', 'need', 'creditLimit'), ...everything],
  },
  'a claimant before approval': {
    who: 'loner',
    hidden: [
      ...fieldsOf(OWNED, 'phone', 'need', 'creditLimit'),
      ...fieldsOf(CLAIMED, 'phone', 'need'),
      ...everything,
    ],
  },
  'who hears of alerts': { who: 'anna', hidden: [...both, ...everything] },
  'who leaves, of what others claim': {
    who: 'dana',
    hidden: fieldsOf(CLAIMED, 'phone', 'need', 'creditLimit'),
  },
} as const;

/** Everything that can be found in a value: what streams hold, and what errors say, their causes among it. */
async function textOf(value: unknown, seen = new Set<unknown>()): Promise<string> {
  if (typeof value === 'function') return '';
  if (typeof value !== 'object' || value === null) return String(value);
  if (seen.has(value)) return '';
  seen.add(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  const parts: string[] = [];
  if (value instanceof Error) parts.push(value.message, value.stack ?? '', await textOf(value.cause, seen));
  if (Symbol.asyncIterator in value)
    for await (const part of value as AsyncIterable<unknown>) parts.push(await textOf(part, seen));
  else if (value instanceof Map || value instanceof Set)
    for (const part of value) parts.push(await textOf(part, seen));
  for (const [name, part] of Object.entries(value)) parts.push(name, await textOf(part, seen));
  return parts.join('\n');
}

/** What a call comes to, as text: its answer, or what it throws. */
async function outcomeOf(call: () => unknown): Promise<{ text: string; code: string }> {
  try {
    const answer = await call();
    const { ok, error } = (answer ?? {}) as { ok?: boolean; error?: { code: string } };
    return { text: await textOf(answer), code: ok === false ? (error?.code ?? '') : 'ok' };
  } catch (error) {
    return { text: await textOf(error), code: (error as { code?: string }).code ?? String(error) };
  }
}

const found = (text: string, canaries: readonly (string | number)[]): readonly (string | number)[] =>
  canaries.filter((canary) => text.includes(String(canary)));

/** Calls every verb about both customers; answers what each came to. */
async function callAll(
  company: CanaryCompany,
  who: string,
): Promise<readonly { verb: string; text: string; code: string }[]> {
  const outcomes = [];
  for (const [verb, call] of Object.entries(CALLS)) {
    for (const customer of [OWNED, CLAIMED]) {
      const outcome = await outcomeOf(() => call(company.world.as(who), customer, company));
      outcomes.push({ verb, ...outcome });
    }
  }
  return outcomes;
}

/** What is written to a log meanwhile. */
function listenToLogs(): unknown[] {
  const lines: unknown[] = [];
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const)
    vi.spyOn(console, method).mockImplementation((...line) => void lines.push(line));
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((line) => lines.push(line) > 0);
  vi.spyOn(process, 'emitWarning').mockImplementation((...line) => void lines.push(line));
  return lines;
}
afterEach(() => {
  vi.restoreAllMocks();
});

describe('what somebody may not see', () => {
  it('is looked for in what every verb comes to: a new one needs a call here', async () => {
    const { world } = await canaryCompany();
    expect(Object.keys(CALLS).toSorted()).toEqual(verbsOf(world.as('dana')).toSorted());
    expect(Object.keys(OPERATIONS).toSorted()).toEqual(verbsOf(world.keeper).toSorted());
  });

  it.each(Object.entries(VIEWERS))('%s finds nowhere', async (_, { who, hidden }) => {
    const company = await canaryCompany();
    const logs = listenToLogs();
    const outcomes = await callAll(company, who);
    vi.restoreAllMocks();
    expect(
      outcomes
        .filter(({ text }) => found(text, hidden).length > 0)
        .map(({ verb, text }) => [verb, found(text, hidden)]),
    ).toEqual([]);
    expect(found(await textOf(logs), [...both, ...everything])).toEqual([]);
    // None was turned away at the door: each call is one that somebody may make.
    expect(outcomes.filter(({ code }) => code === 'ERR_INVALID_INPUT').map(({ verb }) => verb)).toEqual([]);
  });

  it('is in no notice, no event, no log line, no span, nothing that listeners hear and no alarm', async () => {
    const company = await canaryCompany();
    for (const { who } of Object.values(VIEWERS)) await callAll(company, who);
    await callAll(company, 'ada');
    await company.world.keeper.sweep('acme');
    await company.world.keeper.seal('acme');
    const text = await textOf(company.told);
    for (const what of ['customer-updated', 'alert-raised', 'hold-placed', 'handover-item-prepared'])
      expect(text).toContain(what);
    expect(company.told.length).toBeGreaterThan(100);
    // Amounts are facts of the ledger, and no field of a profile.
    const texts = [...both, ...everything].filter(
      (canary) => canary !== TYPED.amount && canary !== TYPED.unsettled,
    );
    expect(found(text, texts)).toEqual([]);
  });

  it('is in nothing that operators are answered', async () => {
    const { world } = await canaryCompany();
    const logs = listenToLogs();
    const outcomes = [];
    for (const [verb, operate] of Object.entries(OPERATIONS))
      outcomes.push({ verb, ...(await outcomeOf(() => operate(world.keeper))) });
    vi.restoreAllMocks();
    outcomes.push({ verb: 'logs', text: await textOf(logs), code: 'ok' });
    expect(
      outcomes
        .map(({ verb, text }) => [verb, found(text, [...both, ...everything])])
        .filter(([, what]) => (what as unknown[]).length > 0),
    ).toEqual([]);
  });

  it('whom an alert is about is not named to those who hear of it, before two people agree', async () => {
    const company = await canaryCompany();
    const outcomes = await callAll(company, 'anna');
    const ofAlerts = outcomes.filter(({ verb }) => verb.startsWith('alerts.'));
    expect(ofAlerts.some(({ code, text }) => code === 'ok' && text.includes('guard-deletes'))).toBe(true);
    for (const { text, verb } of ofAlerts) expect(found(text, ['dana', 'Dana']), verb).toEqual([]);
    const notices = company.told.filter((one) => (one as { recipient?: string }).recipient === 'anna');
    expect(found(await textOf(notices), ['dana', 'Dana'])).toEqual([]);
  });

  it('is what its owner finds: the search is not blind', async () => {
    const outcomes = await callAll(await canaryCompany(), 'dana');
    const shown = (canary: string | number): readonly string[] => [
      ...new Set(outcomes.filter(({ text }) => text.includes(String(canary))).map(({ verb }) => verb)),
    ];
    expect(shown(SECRETS[OWNED].phone)).toEqual(
      expect.arrayContaining([
        'customers.get',
        'customers.list',
        'customers.all',
        'customers.history',
        'guard.mask',
      ]),
    );
    expect(shown(TYPED.followUp)).toContain('followUps.list');
    expect(shown(TYPED.order)).toContain('orders.list');
    expect(shown(TYPED.prepared)).toContain('handovers.get');
    expect(shown(TYPED.unsettled)).toEqual(expect.arrayContaining(['handovers.get', 'customers.history']));
  });
});
