import { execFileSync, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { freePort, type OwnServer, serverFolder, serverProcess, serverUser } from './own-server.ts';

const PLACES = ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];

/** MariaDB's programs. */
export interface MariadbPrograms {
  readonly server: string;
  readonly install: string;
}

/** Where MariaDB's programs are, or why there are none. */
export function findMariadb(): MariadbPrograms | { readonly missing: string } {
  const whereIs = (name: string): string | undefined =>
    PLACES.map((place) => join(place, name)).find((path) => existsSync(path));
  const [server, install] = [whereIs('mariadbd'), whereIs('mariadb-install-db')];
  if (server !== undefined && install !== undefined) return { server, install };
  const missing = `no mariadbd in ${PLACES.join(', ')}`;
  console.log(`skipped: ${missing}`);
  return { missing };
}

/** So long after its start a server is in the middle of its recovery. */
const RECOVERING_MS = 60;

/** Makes a server in a folder of its own. It flushes as one in production does, which is its default. */
export async function ownMariadb({ server, install }: MariadbPrograms): Promise<OwnServer> {
  const who = serverUser('mysql');
  const folder = serverFolder('mariadb', who);
  const small = ['--innodb-log-file-size=8M', '--innodb-buffer-pool-size=32M'];
  const data = ['--no-defaults', `--datadir=${join(folder, 'data')}`, ...small];
  const asked = ['--auth-root-authentication-method=normal', '--skip-test-db'];
  execFileSync(install, [...data, ...asked], { ...who, cwd: folder, stdio: 'ignore' });
  const port = await freePort();
  const connection = { host: '127.0.0.1', port, user: 'root' };
  const place = [`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${join(folder, 'socket')}`];
  const process = serverProcess(
    () => spawn(server, [...data, ...place], { ...who, cwd: folder, stdio: 'ignore' }),
    async () => {
      try {
        await (await createConnection(connection)).end();
        return true;
      } catch {
        return false;
      }
    },
  );

  /** Ends every session but its own, as an administrator or a time-out does. */
  async function killSessions(): Promise<void> {
    const session = await createConnection(connection);
    const [rows] = await session.query<RowDataPacket[]>(
      "SELECT id FROM information_schema.processlist WHERE user = 'root' AND id <> connection_id()",
    );
    for (const { id } of rows) await session.query(`KILL ${id}`).catch(() => undefined);
    await session.end();
  }

  return {
    port,
    start: process.start,
    stopAtOnce: () => process.signal('SIGKILL'),
    ways: {
      async 'is killed'() {
        await process.signal('SIGKILL');
        await process.start();
      },
      async 'is killed, and once more while it recovers'() {
        await process.signal('SIGKILL');
        await process.startAndKill(RECOVERING_MS);
        await process.start();
      },
      'has its sessions killed': killSessions,
    },
    async end() {
      await process.end('SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
