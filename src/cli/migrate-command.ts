import type { MigrationOptions } from '../adapters/sql/index.ts';
import type { Locale } from '../index.ts';
import { WORDS } from './words.ts';

/** What `gamekeeper migrate --print` was asked. */
export interface MigrateRequest {
  readonly options: MigrationOptions;
  readonly json: boolean;
  readonly locale: Locale;
}

/**
 * Prints the statements that make the tables of `gamekeeper/sql`, for hosts that run their migrations themselves.
 *
 * @throws {Error} where Kysely is not installed.
 */
export async function migrateCommand({ options, json, locale }: MigrateRequest): Promise<0> {
  // Only now: nobody else on the command line needs Kysely.
  const { sqlMigrations } = await import('../adapters/sql/index.ts').catch((cause: unknown) => {
    if ((cause as { readonly code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new Error(WORDS[locale].needsKysely, { cause });
  });
  const statements = sqlMigrations(options);
  const whole = options.dialect === 'mysql' ? statements : ['BEGIN', ...statements, 'COMMIT'];
  process.stdout.write(
    json
      ? `${JSON.stringify({ dialect: options.dialect, statements })}\n`
      : whole.map((sql) => `${sql};\n`).join('\n'),
  );
  return 0;
}
