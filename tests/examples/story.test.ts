import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsOf } from '../../src/cli/terminal.ts';
import { demo, type Ended } from '../cli/command.ts';

let folder: string;
let english: Ended;
let chinese: Ended;
let json: Ended;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gamekeeper-story-'));
  [english, chinese, json] = await Promise.all([
    demo(folder),
    demo(folder, '--locale', 'zh-CN'),
    demo(folder, '--json'),
  ]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the demonstration', () => {
  it('tells the whole story on one screen, and leaves nothing behind', () => {
    for (const { code, stdout, stderr } of [english, chinese]) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(45);
      for (const line of stdout.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(120);
    }
    expect(readdirSync(folder)).toEqual([]);
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
    ])
      expect(chinese.stdout).toContain(words);
    expect(chinese.stdout.split('\n').length).toBe(english.stdout.split('\n').length);
  });

  it('tells programs in JSON', () => {
    const { status, chapters } = JSON.parse(json.stdout) as {
      status: string;
      chapters: { steps: object[] }[];
    };
    expect(status).toBe('ok');
    expect(chapters).toHaveLength(4);
    expect(chapters[0]?.steps[0]).toMatchObject({ at: '2026-03-02T09:00:00.000Z', who: 'Dana' });
  });

  it('uses no colour where there is no terminal', () => {
    expect(english.stdout).not.toContain('\x1b');
  });
});
