import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { classicLevelStore } from '../../examples/classic-level-store/classic-level-store.ts';
import type { TenantId } from '../../src/kernel/index.ts';
import { type Survivors, storeCases, survivorsIn } from '../../src/testing/index.ts';
import { batchOf, entryOf, putOf, refOf } from '../../src/testing/store-harness.ts';
import { installBuilt } from '../package/built-package.ts';
import { temporaryFolder } from '../stores/harness.ts';
import { killWriters } from '../stores/kills.ts';

const rounds = process.env.LONG === '1' ? 1000 : 10;
const seed = Number(process.env.SEED ?? 20_260_325);
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const example = 'examples/classic-level-store';

async function inspect(path: string): Promise<Survivors> {
  const store = await classicLevelStore(path);
  try {
    return await survivorsIn(store);
  } finally {
    await store.close();
  }
}

describe('the store over classic-level', () => {
  it('is short, and no dependency of the package', () => {
    expect(readFileSync(`${example}/classic-level-store.ts`, 'utf8').split('\n').length).toBeLessThan(250);
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, object | undefined>;
    for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies'])
      expect(Object.keys(manifest[kind] ?? {}), kind).not.toContain('classic-level');
  });

  it('passes the suite of the built package in a host of its own, with node:test', async () => {
    const home = await installBuilt(join(folder, 'host'), example);
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--test', '--test-reporter=tap', 'classic-level-store.test.ts'],
      { cwd: home, encoding: 'utf8', env: { ...env, TMPDIR: folder } },
    );
    expect(status, stdout).toBe(0);
    const lines = [...stdout.matchAll(/^ *ok \d+ - (ST-\d+) .*?( # SKIP (\w+) is not claimed)?$/gm)];
    expect(lines.map(([, id, , claim]) => [id, claim ?? null])).toEqual(
      storeCases.map(({ id, claim }) => [id, claim === 'durable' ? null : claim]),
    );
  }, 120_000);

  it(`loses no acknowledged commit and leaves no half batch when its process is killed, ${rounds} times`, async () => {
    const killed = await killWriters({ kind: 'classic-level', rounds, seed, folder, inspect });
    console.log(
      `${rounds} kills: ${killed.acknowledged} commits acknowledged, ${killed.unanswered} stored and never answered`,
    );
    expect(killed.acknowledged).toBeGreaterThan(rounds);
  });

  it('harms nobody by a batch that contradicts what is stored, and waits for what is under way when closed', async () => {
    const tenant = 'acme' as TenantId;
    const path = join(folder, 'contradiction');
    const store = await classicLevelStore(path);
    const commit = (id: string, leaf?: string) =>
      store.commit(tenant, batchOf({ puts: [putOf(refOf(id), 'v1')], entries: [entryOf('e', [], leaf)] }));
    await commit('first');
    const waiting = Promise.allSettled([
      commit('x', '{"other":1}'),
      store.commit(tenant, batchOf({ puts: [putOf(refOf('y'), 'v1')] })),
    ]);
    await store.close();
    expect(await waiting).toMatchObject([{ status: 'rejected' }, { status: 'fulfilled' }]);
    const again = await classicLevelStore(path);
    const documents = await again.get(tenant, [refOf('first'), refOf('x'), refOf('y')]);
    expect(documents.map((document) => document?.version)).toEqual(['v1', undefined, 'v1']);
    await again.close();
  });
});
