import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';

/** A PostgreSQL server of a test's own, that it may kill. */
export interface OwnPostgresql {
  readonly port: number;
  start(settings?: readonly string[]): Promise<void>;
  /** Kills the server with SIGKILL: its sessions see that it is gone, and end. */
  kill(): Promise<void>;
  /** Kills one session with SIGKILL: the server throws out all others, and recovers as after a crash. */
  killSession(): Promise<void>;
  /** Has the server stop at once, without a last checkpoint (`pg_ctl stop -m immediate`). */
  stopAtOnce(): Promise<void>;
  /** Stops it and removes its files. */
  end(): Promise<void>;
}

const HOME = '/usr/lib/postgresql';

/** Where PostgreSQL's programs are, or why there are none. */
export function findPostgresql(): { readonly programs: string } | { readonly missing: string } {
  const versions = existsSync(HOME) ? readdirSync(HOME).sort((a, b) => Number(b) - Number(a)) : [];
  for (const version of versions) {
    const programs = join(HOME, version, 'bin');
    if (existsSync(join(programs, 'initdb'))) return { programs };
  }
  console.log(`skipped: no initdb below ${HOME}`);
  return { missing: `no initdb below ${HOME}` };
}

/** Makes a cluster in a folder of its own. It flushes as one in production does. */
export async function ownPostgresql(programs: string): Promise<OwnPostgresql> {
  const who = user();
  const folder = mkdtempSync(join(tmpdir(), 'gamekeeper-postgresql-'));
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if ('uid' in who) for (const path of [folder, data]) chownSync(path, who.uid, who.gid);
  const asked = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(programs, 'initdb'), asked, { ...who, cwd: folder, stdio: 'ignore' });
  const port = await freePort();
  appendFileSync(
    join(data, 'postgresql.conf'),
    `\nport = ${port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '${folder}'
fsync = on\nsynchronous_commit = on\nshared_buffers = 16MB\nmax_connections = 40\n`,
  );
  let server: ChildProcess | null = null;

  /** Sends the server a signal, and waits until it is gone. */
  async function signal(name: NodeJS.Signals): Promise<void> {
    if (server === null) return;
    const gone = once(server, 'close');
    server.kill(name);
    await gone;
    server = null;
  }

  return {
    port,
    async start(settings = []) {
      const options = settings.flatMap((setting) => ['-c', setting]);
      // After a kill the sessions of the old server take a moment to end, and no new one begins before.
      for (;;) {
        const child = spawn(join(programs, 'postgres'), ['-D', data, ...options], {
          ...who,
          cwd: folder,
          stdio: 'ignore',
        });
        while (child.exitCode === null) {
          if (await answers(port)) {
            server = child;
            return;
          }
          await setTimeout(20);
        }
      }
    },
    kill: () => signal('SIGKILL'),
    async killSession() {
      const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
      client.on('error', () => undefined);
      await client.connect();
      const { rows } = await client.query<{ readonly pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' ORDER BY pid = pg_backend_pid() LIMIT 1`,
      );
      process.kill(rows[0]?.pid as number, 'SIGKILL');
      await client.end().catch(() => undefined);
    },
    stopAtOnce: () => signal('SIGQUIT'),
    async end() {
      await signal('SIGQUIT');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Whether a server takes sessions already. */
async function answers(port: number): Promise<boolean> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made. */
function user(): { readonly uid: number; readonly gid: number } | Readonly<Record<never, never>> {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}
