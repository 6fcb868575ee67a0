import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** What git tracks, or would track if it were added. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
  encoding: 'utf8',
})
  .split('\0')
  .filter((file) => file !== '');

const TOP_FOLDERS = ['.ci', 'docs', 'examples', 'src', 'tests'];

/** Folders at the top that nobody has agreed on. */
function strayFolders(paths: readonly string[]): string[] {
  const folders = paths.filter((path) => path.includes('/')).map((path) => path.slice(0, path.indexOf('/')));
  return [...new Set(folders)].filter((folder) => !TOP_FOLDERS.includes(folder));
}

/** What ties a text to one machine or one network. */
function placeFaults(text: string): string[] {
  const hosts = text.match(/\bregistry\.[a-z0-9-]+\.[a-z]{2,}\b|\bregistry\s*=\s*\S+/gi) ?? [];
  const paths = text.match(/(?<![\w.$}/])\/(work|tmp|root|home|Users|farm)\/[a-z][\w.-]*/gi) ?? [];
  return [...hosts, ...paths];
}

interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}
interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Download addresses in a lockfile, and packages that are asked for and not locked. */
function lockFaults({ packages }: Lock): string[] {
  const faults: string[] = [];
  for (const [path, entry] of Object.entries(packages)) {
    if (entry.resolved !== undefined) faults.push(`${path}: resolved`);
    const asked = {
      ...entry.dependencies,
      ...entry.optionalDependencies,
      ...(path === '' ? entry.devDependencies : {}),
    };
    for (const [name, range] of Object.entries(asked)) {
      if (/^(https?:|git|file:)/.test(range)) faults.push(`${path}: ${name} comes from an address`);
      if (!isLocked(packages, path, name)) faults.push(`${path}: ${name} is not locked`);
    }
  }
  return faults;
}

/** Whether node would find `name` from `path`: beside it, or in any folder above. */
function isLocked(packages: Lock['packages'], path: string, name: string): boolean {
  for (let folder = path; ; folder = folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
  }
}

describe('the repository', () => {
  it('has no folders at the top but the agreed ones', () => {
    expect(strayFolders(files)).toEqual([]);
    expect(strayFolders(['src/a.ts', 'lib/b.ts', 'README.md', 'lib/c.ts'])).toEqual(['lib']);
  });

  it('names no package registry and no path of a machine', () => {
    const faults = files
      .filter((file) => file !== 'package-lock.json')
      .flatMap((file) => placeFaults(textOf(file)).map((fault) => `${file}: ${fault}`));
    expect(faults).toEqual([]);
  });

  it.each([
    ['a registry', ['https://registry', 'npmjs', 'org/zod'].join('.')],
    ['a setting of npm', ['registry', 'https://example.invalid/'].join('=')],
    ['a path', `see ${['', 'home', 'dana', 'notes.md'].join('/')}`],
    ['a path in quotes', `'${['', 'tmp', 'scratch'].join('/')}'`],
  ])('would notice %s', (_, text) => {
    expect(placeFaults(text)).toHaveLength(1);
  });

  it.each([
    ['src', 'work', 'item.ts'].join('/'),
    ['.', 'tmp', 'a'].join('/'),
    ['https://example.invalid', 'home', 'page'].join('/'),
    ['\u0024{folder}', 'tmp', 'a'].join('/'),
    '/usr/bin',
  ])('would leave %s alone', (text) => {
    expect(placeFaults(text)).toEqual([]);
  });
});

describe('the lockfile', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as LockedPackage;

  it('is complete and holds no download addresses', () => {
    expect(lockFaults(lock)).toEqual([]);
    expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/\.tgz|"resolved"/);
  });

  it('asks for what package.json asks for', () => {
    expect(lock.packages['']?.dependencies).toEqual(manifest.dependencies);
    expect(lock.packages['']?.devDependencies).toEqual(manifest.devDependencies);
  });

  it('would notice an address and a missing package', () => {
    const planted: Lock = {
      packages: {
        '': { dependencies: { a: '1.0.0', gone: '1.0.0' } },
        'node_modules/a': { resolved: 'somewhere', optionalDependencies: { b: '1.0.0', c: '1.0.0' } },
        'node_modules/a/node_modules/b': { dependencies: { a: '1.0.0', d: 'https://example.invalid/d' } },
      },
    };
    expect(lockFaults(planted)).toEqual([
      ': gone is not locked',
      'node_modules/a: resolved',
      'node_modules/a: c is not locked',
      'node_modules/a/node_modules/b: d comes from an address',
      'node_modules/a/node_modules/b: d is not locked',
    ]);
  });
});

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // removed and not yet committed
  }
}
