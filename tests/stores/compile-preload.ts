import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';

/** A compiled library to preload into a process, or why there is none. */
export function compilePreload(
  source: string,
  folder: string,
): { readonly shim: string } | { readonly missing: string } {
  if (process.platform !== 'linux')
    return { missing: 'what stands between a process and its disk needs Linux' };
  const shim = join(folder, basename(source).replace(/c$/, 'so'));
  const { status } = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', shim, source, '-ldl'], {
    stdio: 'inherit',
  });
  return status === 0 ? { shim } : { missing: 'no C compiler: cc' };
}
