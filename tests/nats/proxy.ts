import { connect, createServer, type Server, type Socket } from 'node:net';

/** What stands between a client and its server: it can fail as networks do. */
export interface Proxy {
  readonly port: number;
  /**
   * `open`: passes everything on. `cut`: ends connections and takes no new ones. `deaf`: takes what the client says,
   * and passes on nothing of what the server answers.
   */
  set(mode: ProxyMode): Promise<void>;
  close(): Promise<void>;
}

export type ProxyMode = 'open' | 'cut' | 'deaf';

/** A proxy on this machine, to a server's port. */
export async function startProxy(to: { readonly host: string; readonly port: number }): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let mode: ProxyMode = 'open';
  let server: Server | null = null;
  let port = 0;

  const serve = (client: Socket): void => {
    const upstream = connect(to);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (data) => void upstream.write(data));
    upstream.on('data', (data) => {
      if (mode === 'open') client.write(data);
    });
  };
  const listen = async (): Promise<void> => {
    const opened = createServer(serve);
    await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', resolve));
    server = opened;
    port = (opened.address() as { readonly port: number }).port;
  };
  const shut = async (): Promise<void> => {
    const closing = server;
    server = null;
    for (const socket of [...sockets]) socket.destroy();
    if (closing !== null) await new Promise((resolve) => closing.close(resolve));
  };

  await listen();
  return {
    get port() {
      return port;
    },
    async set(next) {
      mode = next;
      if (next === 'cut') await shut();
      else if (server === null) await listen();
    },
    close: shut,
  };
}
