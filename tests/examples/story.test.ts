import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsOf } from '../../src/cli/terminal.ts';
import { demo, type Ended, gamekeeper } from '../cli/command.ts';
import { type Drawn, elementsOf } from './svg-elements.ts';

/** How wide a column of text is in a picture, at most: in whichever of its fonts. */
const EM_OF_A_COLUMN = 0.56;
const LEFT = ['certificate.json', 'certificate.vkey', 'guard-day.svg', 'handover.svg'];

let folder: string;
let english: Ended;
let chinese: Ended;
let json: Ended;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gamekeeper-story-'));
  const place = (name: string): string => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };
  [english, chinese, json] = await Promise.all([
    demo(place('en')),
    demo(place('zh-CN'), '--locale', 'zh-CN'),
    demo(place('json'), '--json'),
  ]);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the demonstration', () => {
  it('tells the whole story on two screens, and leaves what it says', () => {
    for (const { code, stdout, stderr } of [english, chinese]) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(72);
      for (const line of stdout.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(120);
    }
    for (const place of ['en', 'zh-CN', 'json']) {
      expect(readdirSync(join(folder, place))).toEqual(['out']);
      expect(readdirSync(join(folder, place, 'out')).sort()).toEqual(LEFT);
    }
  });

  it.each([
    ['a claim waits', /registers company K +a claim, waiting for Ben/],
    ['the claimant sees a mask', /Dana +looks at it +phone •••• · need •••• · owner ••••/],
    ['nobody decides their own claim', /refused: Nobody decides their own claim\./],
    ['approval makes the owner, who sees everything', /phone 555-0100 · need 40 pumps · owner Dana/],
    ['a call moves the clock', /qualifies: the clock starts anew/],
    ['one word moves nothing', /notes "ok" +moves no clock/],
    ['silence reminds', /three days of silence +1 reminder, to Dana/],
    ['silence escalates', /seven days of silence +1 escalation, to Ben.*Dana 1/],
    ['a supervisor takes nothing over', /refused: Nobody moves a customer to themselves\./],
    ['the customer goes to Eric', /Eric owns it; phone 555-0100/],
    ['the ledger knows the owner in March', /on 20 March +Dana, since 2026-03-02/],
    ['the ledger verifies', /ok: \d+ entries.*anchor A0/],
    ['an edited row denies', /ERR_STORE_CORRUPT: nothing is granted/],
    ['an edited row is named', /tampered: altered-state at customer\/c_/],
    ['the ledger restores it', /rebuilds the state from the ledger +ok/],
    ['a notice opens the handover', /records the notice +.*15 customers, 3 open orders, \$600\.00 due/],
    ['what is not reconciled comes back', /Finn +compares that.* 3 come back: \$200\.00/],
    ['the rest is taken over', /takes over the others +12 are his; 65 % done/],
    [
      'the corrected follow',
      /corrects the 3; Eric accepts +15 are his; orders and what is due went along: 6/,
    ],
    ['the third signature clears it', /cleared: 15 owned = 15 transferred, 0 missing/],
    ['the certificate is kept', /keeps the certificate +out\/certificate\.json; it verifies offline/],
    ['ordinary work passes', /corrects two phone numbers +done/],
    ['twelve deletions are held as twelve', /deletes 12 customers +held, as 12/],
    ['an administrator denies them', /guard-deletes, high; 12 denied, 12 of 12 customers are there/],
    ['once an alert is confirmed, the second overwritten number is held', /stricter: 1 passes, 11 are held/],
    ['an administrator denies these', /guard-overwrites, high; 11 denied, 12 of 12 customers/],
    ['nothing is lost', /put back: 1; 12 of 12 numbers are as they were/],
    ['a customer had gone', /one customer goes +Hugo has 2 of 3 left/],
    ['a notice withdrawn leaves everything as before', /withdrawn; Hugo has 3 of 3, as before/],
  ])('%s', (_, line) => {
    expect(english.stdout).toMatch(line);
  });

  it('tells it in Chinese', () => {
    for (const words of [
      '等待 Ben 审批',
      '任何人不得审批自己的报备',
      '三天没有跟进',
      '已被篡改：altered-state',
      '用账本重建数据',
      '15 个客户，3 笔未结订单，应收 $600.00',
      '退回 3 项',
      '原有 15 = 移交 15，遗漏 0',
      '拒绝 12 个，客户仍有 12/12 个',
      '警报确认后守护更严：1 个放行，11 个挂起',
      '12/12 个号码完好如初',
      'Hugo 有 3/3 个，一如从前',
    ])
      expect(chinese.stdout).toContain(words);
    expect(chinese.stdout.split('\n').length).toBe(english.stdout.split('\n').length);
  });

  it('tells programs in JSON', () => {
    const { status, chapters, out } = JSON.parse(json.stdout) as {
      status: string;
      chapters: { steps: object[] }[];
      out: string;
    };
    expect(status).toBe('ok');
    expect(out).toBe('out');
    expect(chapters).toHaveLength(7);
    expect(chapters[0]?.steps[0]).toMatchObject({ at: '2026-03-02T09:00:00.000Z', who: 'Dana' });
  });

  it('uses no colour where there is no terminal', () => {
    expect(english.stdout).not.toContain('\x1b');
  });

  it('is told a second time in the same place', async () => {
    const again = await demo(join(folder, 'json'));
    expect({ code: again.code, stderr: again.stderr }).toEqual({ code: 0, stderr: '' });
    expect(readdirSync(join(folder, 'json/out')).sort()).toEqual(LEFT);
  });

  it('says what is in its way where it cannot leave anything', async () => {
    const place = join(folder, 'taken');
    mkdirSync(place);
    writeFileSync(join(place, 'out'), 'a file');
    const { code, stderr } = await demo(place);
    expect(code).toBe(2);
    expect(stderr).toMatch(/the folder out cannot be made here: move away/);
  });
});

describe('the certificate that it leaves', () => {
  it('verifies offline, and not with a digit changed', async () => {
    const out = join(folder, 'en/out');
    const key = ['--key', join(out, 'certificate.vkey')] as const;
    const fine = await gamekeeper('verify', '--certificate', join(out, 'certificate.json'), ...key);
    expect(fine.code, fine.stderr).toBe(0);
    expect(fine.stdout).toMatch(/15 owned and 0 acquired = 15 transferred.*; 0 missing/);
    const forged = join(folder, 'forged.json');
    const text = readFileSync(join(out, 'certificate.json'), 'utf8');
    writeFileSync(forged, text.replace('\\"transferred\\":15', '\\"transferred\\":14'));
    expect(readFileSync(forged, 'utf8')).not.toBe(text);
    expect((await gamekeeper('verify', '--certificate', forged, ...key)).code).toBe(1);
  });
});

describe.each(['en', 'zh-CN'])('the pictures that it leaves in %s', (locale) => {
  const read = (name: string): readonly Drawn[] =>
    elementsOf(readFileSync(join(folder, locale, 'out', name), 'utf8'));
  const wordsIn = (drawn: readonly Drawn[]): readonly string[] =>
    drawn.filter(({ name }) => name === 'text').map(({ text }) => text);

  it('are well-formed, say what they are, and keep their words inside', () => {
    for (const name of ['handover.svg', 'guard-day.svg']) {
      const drawn = read(name);
      const [svg, title] = drawn;
      expect(svg).toMatchObject({ name: 'svg', attributes: { xmlns: 'http://www.w3.org/2000/svg' } });
      expect(title?.name).toBe('title');
      expect(wordsIn(drawn)).toContain(title?.text);
      expect(/[\u4e00-\u9fff]/.test(title?.text ?? '')).toBe(locale === 'zh-CN');
      for (const { name: kind, attributes, text } of drawn) {
        if (kind !== 'text') continue;
        const size = Number(attributes['font-size']);
        const wide =
          (columnsOf(text) * size * EM_OF_A_COLUMN) / (attributes['text-anchor'] === 'middle' ? 2 : 1);
        const x = Number(attributes.x);
        if (attributes['text-anchor'] !== 'end') expect(x + wide).toBeLessThanOrEqual(900);
      }
    }
  });

  it('a handover: the numbers of the story, in every column all fifteen, and three signatures', () => {
    const drawn = read('handover.svg');
    const columns = new Map<string, { [state: string]: number }>();
    for (const { attributes } of drawn) {
      const { 'data-moment': at, 'data-state': state, 'data-count': count } = attributes;
      if (at === undefined || state === undefined) continue;
      columns.set(at, { ...columns.get(at), [state]: Number(count) });
    }
    expect([...columns.values()]).toEqual([
      { pending: 15 },
      { prepared: 15 },
      { offered: 15 },
      { offered: 12, returned: 3 },
      { transferred: 12, returned: 3 },
      { transferred: 12, prepared: 3 },
      { transferred: 15 },
    ]);
    const signed = drawn.filter(({ attributes }) => attributes['data-party'] !== undefined);
    expect(signed.map(({ attributes, text }) => [attributes['data-party'], text.slice(-4).trim()])).toEqual([
      ['supervisor', 'Ben'],
      ['hr', 'Hera'],
      ['finance', 'Finn'],
    ]);
    const { leaf } = JSON.parse(readFileSync(join(folder, locale, 'out/certificate.json'), 'utf8')) as {
      leaf: string;
    };
    const { coverage } = (JSON.parse(leaf) as { data: { coverage: Record<string, number> } }).data;
    const accounted = drawn.find(({ attributes }) => attributes['data-owned'] !== undefined);
    expect(accounted?.attributes).toMatchObject({
      'data-owned': String(coverage.ownedAtOpening),
      'data-missing': String(coverage.missing),
    });
  });

  it('a day of the guard: what passed, was held and denied in the story, and from how many on', () => {
    const drawn = read('guard-day.svg');
    const bars = drawn.flatMap(({ attributes }): (readonly unknown[])[] => {
      const { 'data-hour': hour, 'data-answer': answer, 'data-count': count } = attributes;
      return hour === undefined ? [] : [[Number(hour), answer, Number(count)]];
    });
    expect(bars).toEqual([
      [8, 'allowed', 2],
      [10, 'alerted', 1],
      [10, 'held', 12],
      [11, 'denied', 12],
      [15, 'allowed', 1],
      [15, 'alerted', 1],
      [15, 'held', 11],
      [16, 'denied', 11],
      [17, 'allowed', 1],
    ]);
    const lines = drawn.flatMap(({ attributes }): (readonly unknown[])[] =>
      attributes['data-from'] === undefined ? [] : [[attributes['data-rule'], attributes['data-from']]],
    );
    expect(lines).toEqual([
      ['deletes', '5'],
      ['overwrites', '2'],
    ]);
  });

  it('write beside every bar the number that it stands for', () => {
    for (const name of ['handover.svg', 'guard-day.svg']) {
      const drawn = read(name);
      for (const [at, { attributes }] of drawn.entries())
        if (attributes['data-count'] !== undefined)
          expect(drawn[at + 1]?.text).toBe(attributes['data-count']);
    }
  });
});
