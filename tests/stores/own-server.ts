import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A database server of a test's own, that it may kill. */
export interface OwnServer {
  readonly port: number;
  /** Starts it, and waits until it takes sessions. */
  start(): Promise<void>;
  /** Has it stop at once, without a last checkpoint. */
  stopAtOnce(): Promise<void>;
  /** The ways to go down and come back, by what is done. */
  readonly ways: Readonly<Record<string, () => Promise<void>>>;
  /** Stops it and removes its files. */
  end(): Promise<void>;
}

/** A server's process, which is started anew and sent signals. */
export interface ServerProcess {
  start(): Promise<void>;
  /** Sends the server a signal, and waits until it is gone. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** Starts it, and kills it again so many milliseconds later, in the middle of whatever it does first. */
  startAndKill(afterMs: number): Promise<void>;
  /** Sends it a last signal. It is not started again, whoever still asks for that. */
  end(name: NodeJS.Signals): Promise<void>;
}

/** Runs a server. What `launch` starts may end by itself, as long as the one before holds the files: then again. */
export function serverProcess(launch: () => ChildProcess, answers: () => Promise<boolean>): ServerProcess {
  let server: ChildProcess | null = null;
  let isOver = false;

  async function signal(name: NodeJS.Signals): Promise<void> {
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'close');
    server.kill(name);
    await gone;
    server = null;
  }

  return {
    signal,
    async start() {
      while (!isOver) {
        const child = launch();
        server = child;
        while (child.exitCode === null && child.signalCode === null) {
          if (await answers()) return;
          await setTimeout(20);
        }
      }
    },
    async startAndKill(afterMs) {
      if (isOver) return;
      server = launch();
      await setTimeout(afterMs);
      await signal('SIGKILL');
    },
    async end(name) {
      isOver = true;
      await signal(name);
    },
  };
}

/** Who a server runs as. */
export type ServerUser = { readonly uid: number; readonly gid: number } | Readonly<Record<never, never>>;

/** Database servers refuse to run as root: then one runs as the user that its package made. */
export function serverUser(name: string): ServerUser {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** A folder of a server's own, under the system's temporary one. */
export function serverFolder(name: string, who: ServerUser): string {
  const folder = mkdtempSync(join(tmpdir(), `gamekeeper-${name}-`));
  if ('uid' in who) chownSync(folder, who.uid, who.gid);
  return folder;
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}
