import { readFileSync } from 'node:fs';
import type { Locale } from '../index.ts';
import { certificateCommand } from './certificate-command.ts';
import { type CommandLine, dialectOf, parseCommandLine, usageFault } from './command-line.ts';
import { migrateCommand } from './migrate-command.ts';
import { readKey, verifyCommand } from './verify-command.ts';
import { HELP, WORDS } from './words.ts';

/** What a command ends with: all is well, tampered with or not as it should be, could not run. */
export type ExitCode = 0 | 1 | 2;

/** Runs the command line `gamekeeper …`, without the name of the program. Never rejects. */
export async function runCommand(words: readonly string[]): Promise<ExitCode> {
  const line = parseCommandLine(words);
  const fault = usageFault(line);
  if (fault !== null) return sayFault(line, fault);
  try {
    return await run(line);
  } catch (error) {
    return sayFault(line, error instanceof Error ? error.message : String(error));
  }
}

async function run(line: CommandLine): Promise<ExitCode> {
  const { options, locale, operands } = line;
  if (options.version === true) return say(options.json === true ? { version: version() } : version());
  if (options.help === true || line.command === null) {
    const help = HELP[locale](version());
    return say(options.json === true ? { help } : help);
  }
  if (line.command === 'demo') {
    // Only now: who verifies needs no more than the ledger.
    const { runDemo } = await import('./demo.ts');
    return runDemo({ locale, json: options.json === true, data: options.data ?? null });
  }
  if (line.command === 'migrate') {
    const { schema, prefix, from } = options;
    const asked = {
      dialect: dialectOf(options.dialect) ?? 'postgresql',
      ...(schema === undefined ? {} : { schema }),
      ...(prefix === undefined ? {} : { prefix }),
      ...(from === undefined ? {} : { from: Number(from) }),
      rowLevelSecurity: options['row-level-security'] === true,
    };
    return migrateCommand({ options: asked, json: options.json === true, locale });
  }
  if (options.certificate !== undefined) {
    const key = options.key === undefined ? null : readKey(options.key, locale);
    return certificateCommand({ file: options.certificate, key, json: options.json === true, locale });
  }
  return verifyCommand({
    directory: operands[0] as string,
    key: options.key ?? null,
    seen: options.seen ?? [],
    json: options.json === true,
    locale,
  });
}

function say(what: string | object): ExitCode {
  process.stdout.write(`${typeof what === 'string' ? what : JSON.stringify(what)}\n`);
  return 0;
}

/** Says why nothing was done, and what to do about it. */
function sayFault(
  { locale, options }: { locale: Locale; options: { json?: boolean } },
  why: string,
): ExitCode {
  if (options.json === true)
    process.stdout.write(`${JSON.stringify({ status: 'could-not-run', error: why })}\n`);
  else process.stderr.write(`${WORDS[locale].couldNotRun(why)}\n`);
  return 2;
}

/** The version of this package. The same two steps up from the source as from what is built. */
function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
