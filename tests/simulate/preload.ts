import { readdirSync } from 'node:fs';

const APP = new URL('../../src/app/', import.meta.url);
let loading: Promise<unknown> | null = null;

/** Loads everything that is loaded when it is first used: reading a file takes turns that no seed decides. */
export function preload(): Promise<unknown> {
  const files = readdirSync(APP, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  loading ??= Promise.all(files.map((file) => import(new URL(file, APP).href)));
  return loading;
}
