import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

/** Reports by the name of their file. */
export type ApiReports = ReadonlyMap<string, string>;

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly import?: { readonly types: string } }>>;
}

/**
 * What each public subpath of a built package promises: names and signatures, sorted, as Markdown that a person reads in
 * a review. Made of the declarations that a host's compiler sees, with what they rest on.
 *
 * @param home The folder of the package, built.
 */
export function apiReports(home: string): ApiReports {
  const { exports } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Manifest;
  const folder = mkdtempSync(join(tmpdir(), 'gamekeeper-api-'));
  try {
    return new Map(
      Object.entries(exports).flatMap(([subpath, target]) => {
        if (target.import === undefined) return [];
        const name = `${subpath === '.' ? 'gamekeeper' : subpath.slice(2)}.api.md`;
        return [[name, reportOf(home, join(home, target.import.types), folder, name)] as const];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws When the declarations do not compile. */
function reportOf(home: string, entry: string, folder: string, name: string): string {
  const silent = { default: { logLevel: 'none' as never } };
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: home,
      mainEntryPointFilePath: entry,
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            lib: ['ES2023'],
            module: 'NodeNext',
            moduleResolution: 'NodeNext',
            skipLibCheck: true,
            strict: true,
            target: 'ES2023',
            typeRoots: [fileURLToPath(new URL('../node_modules/@types', import.meta.url))],
            types: ['node'],
          },
          files: [entry],
        },
        skipLibCheck: true,
      },
      apiReport: {
        enabled: true,
        // What is named and not exported is part of what a host meets: the options of a verb, for one.
        includeForgottenExports: true,
        reportFileName: name,
        reportFolder: folder,
        reportTempFolder: join(folder, 'new'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: silent,
        extractorMessageReporting: silent,
        tsdocMessageReporting: silent,
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(home, 'package.json'),
  });
  const { succeeded } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message) {
      if (message.logLevel !== ('error' as never)) message.handled = true;
    },
  });
  if (!succeeded) throw new Error(`no report could be made of ${entry}`);
  return readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n');
}

/** How made reports differ from those that are kept: a line for each, `-` what is gone and `+` what is new. */
export function differences(kept: ApiReports, made: ApiReports): readonly string[] {
  const names = [...new Set([...kept.keys(), ...made.keys()])].sort();
  return names.flatMap((name) => {
    const before = linesOf(kept.get(name));
    const after = linesOf(made.get(name));
    // Their order says nothing: the compiler lists the words of a union as it happened to meet them.
    const gone = without(before, after).map((line) => `${name}: - ${line}`);
    const fresh = without(after, before).map((line) => `${name}: + ${line}`);
    return [...gone, ...fresh];
  });
}

function linesOf(report = ''): readonly string[] {
  return report.split('\n');
}

/** The lines that others do not have, or not as often. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0 && line.trim() !== '';
  });
}
