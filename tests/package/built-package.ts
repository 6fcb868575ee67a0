import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Format } from 'esbuild';
import { publicNames } from './fences.ts';

/**
 * Makes a host in a folder of its own: the package as `npm run build` makes it, types aside, in its `node_modules`, beside
 * the checkout's own copies of everything else. Answers the folder.
 *
 * @param files A folder whose files the host consists of.
 */
export async function installBuilt(host: string, files?: string): Promise<string> {
  const modules = join(host, 'node_modules');
  const home = join(modules, 'gamekeeper');
  mkdirSync(home, { recursive: true });
  if (files !== undefined) cpSync(files, host, { recursive: true });
  cpSync('package.json', join(home, 'package.json'));
  const entryPoints = Object.fromEntries(
    Object.values(publicNames()).map((source) => [source.replace(/^src\/|\.ts$/g, ''), resolve(source)]),
  );
  const formats: readonly [Format, string][] = [
    ['esm', '.js'],
    ['cjs', '.cjs'],
  ];
  for (const [format, extension] of formats) {
    await build({
      entryPoints,
      format,
      outdir: join(home, 'dist'),
      outExtension: { '.js': extension },
      bundle: true,
      splitting: format === 'esm',
      platform: 'node',
      target: 'node22',
      packages: 'external',
      logLevel: 'error',
    });
  }
  for (const name of readdirSync('node_modules'))
    if (!name.startsWith('.') && name !== 'gamekeeper')
      symlinkSync(resolve('node_modules', name), join(modules, name));
  return host;
}
