import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FINDING_WORDS } from '../../src/cli/finding-words.ts';
import { gamekeeper } from './command.ts';
import { type Exported, exportSmallLedger } from './exported.ts';

let exported: Exported;
beforeAll(async () => {
  exported = await exportSmallLedger();
});
afterAll(() => exported.remove());

/** The first file of each kind there is in an export. */
const KINDS = [
  /^checkpoint$/,
  /^manifest$/,
  /^vkey$/,
  /^checkpoints\/\d+$/,
  /^tile\/0\/\d+$/,
  /^tile\/0\/.*\.p\/\d+$/,
  /^tile\/1\/.*$/,
  /^tile\/entries\/\d+$/,
  /^tile\/entries\/.*\.p\/\d+$/,
  /^disclosures\/\d+$/,
];

function filesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(directory, path)).isFile())
    .sort();
}

describe('gamekeeper verify', () => {
  it('ends with 0, and says how far that goes', async () => {
    const { code, stdout, stderr } = await gamekeeper('verify', exported.ledger);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ok {2}.*: 3\d\d entries, nothing wrong/);
    expect(stdout).toContain('A0');
    expect(stdout).toContain('from the directory itself');
  });

  it('says it in Chinese', async () => {
    const { code, stdout } = await gamekeeper('verify', exported.ledger, '--locale', 'zh-CN');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^正常/);
    expect(stdout).toContain('取自该目录本身');
    expect(stdout).toContain('A0');
  });

  it('answers programs in JSON', async () => {
    const { code, stdout } = await gamekeeper('verify', exported.ledger, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'ok',
      anchorLevel: 'A0',
      keyPinned: false,
      findings: [],
    });
  });

  it('believes a pinned key and a checkpoint kept elsewhere more', async () => {
    const words = ['verify', exported.ledger, '--key', exported.key, '--seen', exported.earlier];
    const [text, json] = await Promise.all([gamekeeper(...words), gamekeeper(...words, '--json')]);
    expect([text.code, json.code]).toEqual([0, 0]);
    expect(text.stdout).toContain('the one you gave with --key');
    expect(text.stdout).toContain('A1');
    expect(JSON.parse(json.stdout)).toMatchObject({ anchorLevel: 'A1', keyPinned: true });
  });

  it.each(KINDS)('ends with 1 and names the place when a byte changes in %s', async (kind) => {
    const directory = exported.copy();
    const file = filesOf(directory).find((path) => kind.test(path));
    if (file === undefined) throw new Error(`no file of ${kind} in the export`);
    const bytes = readFileSync(join(directory, file));
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(join(directory, file), bytes);
    const { code, stdout } = await gamekeeper('verify', directory);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^TAMPERED/);
    expect(stdout).toContain(file);
  });

  it('names the entry whose bytes changed', async () => {
    const directory = exported.copy();
    const file = join(directory, 'tile/entries/000');
    writeFileSync(
      file,
      readFileSync(file, 'latin1').replace('"order-recorded"', '"order-rewarded"'),
      'latin1',
    );
    const { code, stdout } = await gamekeeper('verify', directory);
    expect(code).toBe(1);
    expect(stdout).toMatch(/altered-entry +entry \d+ +the entry was altered/);
  });

  it.each(['tile/0/000', 'vkey', 'manifest'])('ends with 1 when %s is removed', async (file) => {
    const directory = exported.copy();
    rmSync(join(directory, file));
    const { code, stdout } = await gamekeeper('verify', directory);
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`missing-file +${file}`));
  });

  it('ends with 1 when a file is added', async () => {
    const directory = exported.copy();
    mkdirSync(join(directory, 'notes'));
    writeFileSync(join(directory, 'notes/readme.txt'), 'nothing to see');
    const { code, stdout } = await gamekeeper('verify', directory);
    expect(code).toBe(1);
    expect(stdout).toMatch(/unlisted-file +notes\/readme\.txt/);
  });

  it('finds a log cut off by a later checkpoint', async () => {
    const { code, stdout } = await gamekeeper('verify', exported.ledger, '--seen', exported.later);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /truncated +seen +entries at the end are gone \(expected \d+ entries, found \d+\)/,
    );
  });

  it('refuses an export under another key', async () => {
    const { code, stdout } = await gamekeeper(
      'verify',
      exported.ledger,
      '--key',
      exported.otherKey,
      '--json',
    );
    const { status, findings } = JSON.parse(stdout) as { status: string; findings: { kind: string }[] };
    expect({ code, status }).toEqual({ code: 1, status: 'tampered' });
    expect(findings.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['wrong-key', 'bad-signature']));
  });

  it('prints many findings on one screen, and all of them as JSON', async () => {
    const directory = exported.copy();
    const file = join(directory, 'tile/0/000');
    writeFileSync(
      file,
      readFileSync(file).map((byte) => byte ^ 1),
    );
    const [text, json] = await Promise.all([
      gamekeeper('verify', directory),
      gamekeeper('verify', directory, '--json'),
    ]);
    expect(text.stdout.split('\n').length).toBeLessThan(55);
    expect(text.stdout).toMatch(/and \d+ more; --json lists them/);
    expect((JSON.parse(json.stdout) as { findings: unknown[] }).findings.length).toBeGreaterThan(256);
  });

  it('has a sentence for every kind of finding in both languages', () => {
    for (const words of Object.values(FINDING_WORDS)) {
      expect(words.en).not.toBe('');
      expect(words['zh-CN']).toMatch(/\p{Script=Han}/u);
    }
  });
});

describe('a command that cannot run ends with 2 and names the cure', () => {
  const cases: readonly (readonly [name: string, words: () => readonly string[], cure: RegExp])[] = [
    ['an unknown option', () => ['verify', exported.ledger, '--keys', 'x'], /no option --keys.*--help/],
    [
      'an unknown command',
      () => ['verfy', exported.ledger],
      /no command verfy; there are verify, demo and migrate/,
    ],
    ['no directory', () => ['verify'], /Name the directory/],
    [
      'a directory that is not there',
      () => ['verify', join(exported.ledger, 'nowhere')],
      /There is no directory/,
    ],
    ['a file for a directory', () => ['verify', exported.key], /is not a directory/],
    ['a directory without an export', () => ['verify', 'src'], /holds no exported ledger/],
    ['two directories', () => ['verify', exported.ledger, exported.ledger], /leave it out/],
    [
      'a key file that is not there',
      () => ['verify', exported.ledger, '--key', 'nowhere.key'],
      /--key nowhere\.key: cannot read/,
    ],
    [
      'a key file with something else',
      () => ['verify', exported.ledger, '--key', exported.later],
      /not a verifier key/,
    ],
    [
      'a checkpoint that is none',
      () => ['verify', exported.ledger, '--seen', exported.key],
      /not a signed checkpoint/,
    ],
    ['an option without its value', () => ['verify', exported.ledger, '--key'], /--key needs a value/],
    [
      'an option of another command',
      () => ['verify', exported.ledger, '--data', 'x'],
      /--data is not for verify/,
    ],
    ['a language nobody speaks', () => ['verify', exported.ledger, '--locale', 'tlh'], /choose en or zh-CN/],
    ['no data', () => ['demo', '--data', 'src'], /cannot read sales_teams\.csv in src/],
  ];
  it.each(cases)('%s', async (_, words, cure) => {
    const { code, stdout, stderr } = await gamekeeper(...words());
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(cure);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('as JSON, too', async () => {
    const { code, stdout } = await gamekeeper('verify', 'nowhere', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'could-not-run',
      error: expect.stringContaining('no directory nowhere'),
    });
  });
});

describe('help and version', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

  it('are there in both languages', async () => {
    const [plain, help, chinese, number, json] = await Promise.all([
      gamekeeper(),
      gamekeeper('verify', '--help'),
      gamekeeper('--help', '--locale', 'zh-CN'),
      gamekeeper('--version'),
      gamekeeper('--version', '--json'),
    ]);
    for (const { code, stdout } of [plain, help, chinese]) {
      expect(code).toBe(0);
      expect(stdout).toContain('--seen');
      for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
    }
    expect(chinese.stdout).toContain('退出码');
    expect(number.stdout).toBe(`${version}\n`);
    expect(JSON.parse(json.stdout)).toEqual({ version });
  });
});
