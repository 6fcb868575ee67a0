import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

/** What a command ended with. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const COMMAND_LINE = resolve('src/cli/main.ts');
const DEMO = resolve('examples/demo/main.ts');

/** Runs `gamekeeper …` from its source, in English unless told otherwise. */
export function gamekeeper(...words: readonly string[]): Promise<Ended> {
  return run(COMMAND_LINE, words, process.cwd());
}

/** Runs the demonstration as `npm run demo -- …` does, in a folder of its own. */
export function demo(folder: string, ...words: readonly string[]): Promise<Ended> {
  return run(DEMO, words, folder);
}

function run(program: string, words: readonly string[], cwd: string): Promise<Ended> {
  const env = { ...process.env, LANG: 'en', LC_ALL: 'en', NO_COLOR: '1', FORCE_COLOR: undefined };
  return new Promise((done) => {
    execFile(
      process.execPath,
      [program, ...words],
      { cwd, env, maxBuffer: 50_000_000 },
      (error, stdout, stderr) => {
        done({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr });
      },
    );
  });
}
