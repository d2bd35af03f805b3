import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A relay in front of the door that takes no more from a client after so many bytes. */
export interface StallingRelay {
  port: number;
  /** Resolves when the client has sent that much. */
  stalled: Promise<void>;
  close(): Promise<void>;
}

/** Opens a relay, so that a client is amid its upload for as long as one likes. */
export async function openStallingRelay(doorPort: number, afterBytes: number): Promise<StallingRelay> {
  const { promise: stalled, resolve: stall } = Promise.withResolvers<void>();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const door = connect(doorPort, '127.0.0.1');
    let taken = 0;
    client.on('data', (piece: Buffer) => {
      door.write(piece);
      taken += piece.length;
      if (taken < afterBytes) return;
      client.pause();
      stall();
    });
    door.pipe(client);
    for (const [from, to] of [
      [client, door],
      [door, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stalled,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
