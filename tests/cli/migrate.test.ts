import { describe, expect, it } from 'vitest';
import { sqlMigrations } from '../../src/adapters/sql/index.ts';
import { gamekeeper } from './command.ts';

describe('gamekeeper migrate --print', () => {
  it('prints what the store would run, in one transaction where the engine has such', async () => {
    const { code, stdout } = await gamekeeper(
      'migrate',
      '--print',
      '--dialect',
      'postgresql',
      '--schema',
      'crm',
    );
    expect(code).toBe(0);
    const statements = sqlMigrations({ dialect: 'postgresql', schema: 'crm' });
    expect(stdout).toBe(['BEGIN', ...statements, 'COMMIT'].map((sql) => `${sql};\n`).join('\n'));
    const mysql = await gamekeeper('migrate', '--print', '--dialect', 'mysql', '--prefix', 'own_');
    expect(mysql.stdout).toContain('CREATE TABLE IF NOT EXISTS `own_documents`');
    expect(mysql.stdout).not.toContain('BEGIN');
  });

  it('answers programs in JSON', async () => {
    const { stdout } = await gamekeeper('migrate', '--print', '--dialect', 'sqlite', '--from', '1', '--json');
    expect(JSON.parse(stdout)).toEqual({
      dialect: 'sqlite',
      statements: sqlMigrations({ dialect: 'sqlite', from: 1 }),
    });
  });

  it('adds row-level security where it is asked for', async () => {
    const { stdout } = await gamekeeper(
      'migrate',
      '--print',
      '--dialect',
      'postgresql',
      '--row-level-security',
    );
    expect(stdout).toContain('FORCE ROW LEVEL SECURITY');
  });

  it.each([
    [['migrate'], 'Add --print'],
    [['migrate', '--print'], 'Name the dialect'],
    [['migrate', '--print', '--dialect', 'oracle'], 'Name the dialect'],
    [['migrate', '--print', '--dialect', 'mysql', '--from', 'x'], 'from: expected 0 to'],
    [['migrate', '--print', '--dialect', 'mysql', '--schema', 'a`b'], 'schema: expected'],
    [['migrate', '--print', '--dialect', 'sqlite', '--row-level-security'], 'only PostgreSQL has it'],
    [['verify', '--print'], 'not for verify'],
  ])('says what is wrong with %j', async (words, message) => {
    const { code, stderr, stdout } = await gamekeeper(...words);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });

  it('says it in Chinese', async () => {
    expect((await gamekeeper('migrate', '--locale', 'zh-CN')).stderr).toContain('请加上 --print');
  });
});
