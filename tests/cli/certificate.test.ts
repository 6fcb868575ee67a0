import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, unwrap } from '../../src/index.ts';
import { createLeaving, handOver, leaves, signAll } from '../app/handover-world.ts';
import { gamekeeper } from './command.ts';

let folder: string;
let certificate: Certificate;
let forced: Certificate;
let other: Certificate;
const write = (name: string, what: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, typeof what === 'string' ? what : JSON.stringify(what));
  return file;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gamekeeper-certificate-'));
  const world = await createLeaving();
  await world.own('c-1', 'dana');
  await world.own('f-1', 'finn');
  const id = await leaves(world);
  await handOver(world, id, ['c-1']);
  await signAll(world, id);
  certificate = unwrap(await world.as('hr').handovers.certificate(id));
  const second = await leaves(world, 'finn');
  unwrap(await world.as('hr').handovers.forceExit(second, { reason: 'moves abroad tomorrow' }));
  forced = unwrap(await world.as('hr').handovers.certificate(second));
  const elsewhere = await createLeaving();
  const third = await leaves(elsewhere);
  await signAll(elsewhere, third);
  other = unwrap(await elsewhere.as('hr').handovers.certificate(third));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('gamekeeper verify --certificate', () => {
  it('ends with 0 and says who left, what became of the customers and who signed', async () => {
    const key = write('vkey', certificate.verifierKey);
    const { code, stdout, stderr } = await gamekeeper(
      'verify',
      '--certificate',
      write('a.json', certificate),
      '--key',
      key,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('the handover was cleared');
    expect(stdout).toMatch(/leaver {5}e_\S+ \(dana\), last day 2026-03-31/);
    expect(stdout).toContain('1 owned and 0 acquired = 1 transferred');
    for (const [party, who] of [
      ['supervisor', 'boss'],
      ['hr', 'hr'],
      ['finance', 'fin'],
    ])
      expect(stdout).toMatch(new RegExp(`${party}: e_\\S+ \\(${who}\\)`));
    expect(stdout).not.toContain('REDUCED');
  });

  it('says it in Chinese, and to programs in JSON', async () => {
    const file = write('a.json', certificate);
    const chinese = await gamekeeper('verify', '--certificate', file, '--locale', 'zh-CN');
    expect(chinese.stdout).toMatch(/^正常/);
    const { code, stdout } = await gamekeeper('verify', '--certificate', file, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'ok',
      keyPinned: false,
      entry: { type: 'handover-cleared' },
    });
  });

  it('says that an exit was forced, and with how much open', async () => {
    const { code, stdout } = await gamekeeper('verify', '--certificate', write('f.json', forced));
    expect(code).toBe(0);
    expect(stdout).toContain('left by forced exit, 1 items open');
    expect(stdout).toContain('1 missing');
  });

  it('ends with 1 when a word of the entry, the proof or the log is another', async () => {
    const mutants = [
      { ...certificate, leaf: certificate.leaf.replace('"transferred":1', '"transferred":2') },
      { ...certificate, leaf: other.leaf },
      { ...certificate, proof: other.proof },
      {
        ...certificate,
        proof: certificate.proof.replace(/^index (\d+)/m, (_, at) => `index ${Number(at) - 1}`),
      },
      { ...certificate, verifierKey: other.verifierKey },
    ];
    for (const mutant of mutants) {
      const { code, stdout } = await gamekeeper('verify', '--certificate', write('m.json', mutant));
      expect(code).toBe(1);
      expect(stdout).toContain('TAMPERED');
    }
    const foreign = write('vkey2', other.verifierKey);
    expect(
      (await gamekeeper('verify', '--certificate', write('a.json', certificate), '--key', foreign)).code,
    ).toBe(1);
  });

  it('ends with 2 and the cure when there is nothing to verify', async () => {
    for (const what of ['not json', '{}', JSON.stringify({ ...certificate, format: 'other' })]) {
      const { code, stderr } = await gamekeeper('verify', '--certificate', write('x.json', what));
      expect(code).toBe(2);
      expect(stderr).toContain('--certificate');
    }
    expect((await gamekeeper('verify', 'DIR', '--certificate', write('a.json', certificate))).code).toBe(2);
  });
});
