import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chownSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort, type OwnServer, serverFolder, serverProcess, serverUser } from './own-server.ts';

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
export async function ownPostgresql({ programs }: { readonly programs: string }): Promise<OwnServer> {
  const who = serverUser('postgres');
  const folder = serverFolder('postgresql', who);
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if ('uid' in who) chownSync(data, who.uid, who.gid);
  const asked = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(programs, 'initdb'), asked, { ...who, cwd: folder, stdio: 'ignore' });
  const port = await freePort();
  appendFileSync(
    join(data, 'postgresql.conf'),
    `\nport = ${port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '${folder}'
fsync = on\nsynchronous_commit = on\nshared_buffers = 16MB\nmax_connections = 40\n`,
  );
  const client = (): pg.Client =>
    new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  // After a kill the sessions of the old server take a moment to end, and no new one begins before.
  const server = serverProcess(
    () => spawn(join(programs, 'postgres'), ['-D', data], { ...who, cwd: folder, stdio: 'ignore' }),
    async () => {
      try {
        const session = client();
        await session.connect();
        await session.end();
        return true;
      } catch {
        return false;
      }
    },
  );

  /** Kills one session with SIGKILL: the server throws out all others, and recovers as after a crash. */
  async function killSession(): Promise<void> {
    const session = client();
    session.on('error', () => undefined);
    await session.connect();
    const { rows } = await session.query<{ readonly pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' ORDER BY pid = pg_backend_pid() LIMIT 1`,
    );
    process.kill(rows[0]?.pid as number, 'SIGKILL');
    await session.end().catch(() => undefined);
  }

  const stopAtOnce = (): Promise<void> => server.signal('SIGQUIT');
  return {
    port,
    start: server.start,
    stopAtOnce,
    ways: {
      // Its sessions see that it is gone, and end.
      async 'is killed'() {
        await server.signal('SIGKILL');
        await server.start();
      },
      // As `pg_ctl stop -m immediate` does.
      async 'stops at once'() {
        await stopAtOnce();
        await server.start();
      },
      'has a session killed': killSession,
    },
    async end() {
      await server.end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
