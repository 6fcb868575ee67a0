import { readdirSync } from 'node:fs';

const APP = new URL('../../src/app/', import.meta.url);
let loading: Promise<unknown> | null = null;

/** Loads everything that is loaded when it is first used: reading a file takes turns that no seed decides. */
export function preload(): Promise<unknown> {
  loading ??= Promise.all(readdirSync(APP).map((file) => import(new URL(file, APP).href)));
  return loading;
}
