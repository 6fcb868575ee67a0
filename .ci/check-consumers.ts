/**
 * Packs the package, installs the tarball into a fresh folder as a host would, and runs one program against
 * it in every way a host may import it: as ESM and as CommonJS, typed under four module resolutions.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Way {
  readonly name: string;
  /** What `package.json` of the consumer says. */
  readonly type: 'module' | 'commonjs';
  readonly options: Readonly<Record<string, unknown>>;
}

const WAYS: readonly Way[] = [
  { name: 'esm', type: 'module', options: { module: 'NodeNext', moduleResolution: 'NodeNext' } },
  { name: 'commonjs', type: 'commonjs', options: { module: 'NodeNext', moduleResolution: 'NodeNext' } },
  { name: 'bundler', type: 'module', options: { module: 'ESNext', moduleResolution: 'Bundler' } },
  {
    name: 'node10',
    type: 'commonjs',
    options: { module: 'CommonJS', moduleResolution: 'Node10', ignoreDeprecations: '6.0' },
  },
];

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
};
const top = resolve('.');
const compiler = resolve('node_modules/typescript/bin/tsc');
const folder = mkdtempSync(join(tmpdir(), 'gamekeeper-consumers-'));

try {
  install();
  for (const way of WAYS) use(way);
  cpSync('.ci/consumers/mixed.mjs', join(folder, 'mixed.mjs'));
  run('node', ['mixed.mjs'], folder);
  console.log('ok   errors are recognised between ESM and CommonJS');
  cpSync('.ci/consumers/conformance.mjs', join(folder, 'conformance.mjs'));
  run('node', ['--test', 'conformance.mjs'], folder);
  console.log('ok   the packed suite passes the packed stores under node:test');
} catch (fault) {
  console.error(`FAIL ${(fault as Error).message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Installs the tarball with its own dependencies; without a registry, links those of this checkout. */
function install(): void {
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], top),
  ) as [{ readonly filename: string }];
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
  const versions = { zod: manifest.dependencies.zod, kysely: manifest.devDependencies.kysely };
  const hosts = Object.entries(versions).map(([name, version]) => `${name}@${version}`);
  try {
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    run('npm', ['install', ...quiet, join(folder, packed.filename), ...hosts], folder);
    console.log(`ok   ${packed.filename} installed`);
  } catch (cause) {
    const installed = join(folder, 'node_modules', manifest.name);
    mkdirSync(installed, { recursive: true });
    run('tar', ['xzf', packed.filename, '-C', installed, '--strip-components=1'], folder);
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      mkdirSync(join(folder, 'node_modules', name, '..'), { recursive: true });
      symlinkSync(join(top, 'node_modules', name), join(folder, 'node_modules', name), 'dir');
    }
    console.log(
      `ok   ${packed.filename} unpacked, its dependencies linked: ${(cause as Error).message.split('\n')[0]}`,
    );
  }
}

/** Compiles the program in one way and runs what came out. */
function use({ name, type, options }: Way): void {
  const home = join(folder, name);
  mkdirSync(home);
  cpSync('.ci/consumers/host.ts', join(home, 'host.ts'));
  writeFileSync(join(home, 'package.json'), JSON.stringify({ private: true, type }));
  const compilerOptions = {
    target: 'ES2023',
    lib: ['ES2023', 'DOM'], // zod's own types name URL
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    outDir: 'out',
    rootDir: '.',
    ...options,
  };
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['host.ts'] }));
  run('node', [compiler, '-p', '.'], home);
  run('node', ['--no-warnings', 'out/host.js'], home);
  console.log(`ok   ${name}: typed and run`);
}

/** Runs a program to its end and answers what it printed; on a failure, shows all of it. */
function run(program: string, args: readonly string[], cwd: string): string {
  const command = program === 'node' ? process.execPath : program;
  try {
    return execFileSync(command, args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 180_000,
    });
  } catch (cause) {
    const { stdout, stderr } = cause as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed\n${stdout ?? ''}${stderr ?? ''}`, { cause });
  }
}
