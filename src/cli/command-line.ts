import { parseArgs } from 'node:util';
import type { Locale } from '../index.ts';
import { WORDS } from './words.ts';

/** A command line, taken apart. What is wrong with it stands in `faults`, in words. */
export interface CommandLine {
  /** `null` when none was named. */
  readonly command: Command | null;
  readonly operands: readonly string[];
  readonly options: Options;
  readonly locale: Locale;
  readonly faults: readonly string[];
}

type Command = keyof typeof COMMANDS;

interface Options {
  readonly help?: boolean;
  readonly version?: boolean;
  readonly json?: boolean;
  readonly locale?: string;
  readonly key?: string;
  readonly seen?: readonly string[];
  readonly data?: string;
  readonly certificate?: string;
  readonly print?: boolean;
  readonly dialect?: string;
  readonly schema?: string;
  readonly prefix?: string;
  readonly from?: string;
  readonly 'row-level-security'?: boolean;
}

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  json: { type: 'boolean' },
  locale: { type: 'string' },
  key: { type: 'string' },
  seen: { type: 'string', multiple: true },
  data: { type: 'string' },
  certificate: { type: 'string' },
  print: { type: 'boolean' },
  dialect: { type: 'string' },
  schema: { type: 'string' },
  prefix: { type: 'string' },
  from: { type: 'string' },
  'row-level-security': { type: 'boolean' },
} as const;

const COMMANDS = {
  verify: ['key', 'seen', 'certificate'],
  demo: ['data'],
  migrate: ['print', 'dialect', 'schema', 'prefix', 'from', 'row-level-security'],
} as const;
const DIALECTS = ['postgresql', 'mysql', 'sqlite'] as const;
const EVERYWHERE = ['help', 'version', 'json', 'locale'];

/** Takes a command line apart. Never throws: what is wrong becomes a fault. */
export function parseCommandLine(words: readonly string[]): CommandLine {
  const { tokens } = parseArgs({
    args: [...words],
    options: OPTIONS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const options: Record<string, unknown> = {};
  const operands: string[] = [];
  const wrong: ((text: (typeof WORDS)[Locale]) => string)[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const known = Object.hasOwn(OPTIONS, token.name) ? OPTIONS[token.name as keyof typeof OPTIONS] : null;
    const { name, rawName, value } = token;
    if (known === null) wrong.push((text) => text.unknownOption(rawName));
    else if (known.type === 'boolean') {
      if (value === undefined) options[name] = true;
      else wrong.push((text) => text.takesNoValue(rawName));
    } else if (value === undefined || value === '' || (!token.inlineValue && value.startsWith('--'))) {
      wrong.push((text) => text.needsValue(rawName));
    } else if (name === 'seen') options[name] = [...((options[name] as string[]) ?? []), value];
    else options[name] = value;
  }
  const locale = localeOf(options.locale);
  const first = operands.shift();
  const command = first !== undefined && Object.hasOwn(COMMANDS, first) ? (first as Command) : null;
  const text = WORDS[locale ?? 'en'];
  const faults = wrong.map((words) => words(text));
  if (locale === null) faults.push(text.unknownLocale(String(options.locale)));
  if (first !== undefined && command === null) faults.push(text.unknownCommand(first));
  if (command !== null) {
    for (const name of Object.keys(options)) {
      const allowed: readonly string[] = [...EVERYWHERE, ...COMMANDS[command]];
      if (!allowed.includes(name)) faults.push(text.notForCommand(`--${name}`, command));
    }
  }
  return { command, operands, options, locale: locale ?? 'en', faults };
}

/** Why a command line cannot be carried out, or `null`. Asking for help is always possible. */
export function usageFault({ command, operands, options, locale, faults }: CommandLine): string | null {
  if (faults.length > 0) return faults.join(' ');
  if (options.help === true || options.version === true || command === null) return null;
  const alone = options.certificate !== undefined;
  if (alone && options.seen !== undefined)
    return WORDS[locale].notForCommand('--seen', 'verify --certificate');
  const most = command === 'verify' && !alone ? 1 : 0;
  if (operands.length > most) return WORDS[locale].tooMany(operands[most] as string);
  if (command === 'verify' && !alone && operands.length === 0) return WORDS[locale].noDirectory;
  if (command === 'migrate') {
    if (options.print !== true) return WORDS[locale].onlyPrints;
    if (dialectOf(options.dialect) === null) return WORDS[locale].noDialect;
  }
  return null;
}

/** The dialect that is named, or `null`. */
export function dialectOf(asked: string | undefined): (typeof DIALECTS)[number] | null {
  return DIALECTS.find((dialect) => dialect === asked) ?? null;
}

/** The language asked for, or the one of the environment; `null` for one that nobody here speaks. */
function localeOf(asked: unknown): Locale | null {
  if (asked === 'en' || asked === 'zh-CN') return asked;
  if (asked !== undefined) return null;
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  return /^zh/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'zh-CN' : 'en';
}
