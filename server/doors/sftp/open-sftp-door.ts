import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import ssh2, { type ServerConfig } from 'ssh2';
import { hostKeys, revokedKeys } from '#modules/file-exchange/index.ts';
import type { Platform } from '#platform/platform.ts';
import { repeat } from '#platform/repeat.ts';
import { type ServedConnection, serveConnection } from './connection.ts';
import { ConnectionBounds, type CountedConnection } from './connection-bounds.ts';

/** The SFTP door as main holds it. */
export interface SftpDoor {
  address: string;
  port: number;
  /** Stops listening, lets every upload that was closed be answered, then ends the connections. */
  close(): Promise<void>;
}

const handshakeTimeoutMs = 120_000;
const drainMs = 4_000;
const maxBacklogBytes = 32 * 1024 * 1024;
/** How often it is asked whether the keys behind open connections are still in use. */
const recheckMs = 1_000;

/** Only what OpenSSH itself still offers; strict key exchange comes with the library. */
const algorithms: NonNullable<ServerConfig['algorithms']> = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
    'diffie-hellman-group14-sha256',
  ],
  cipher: [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
    'aes128-ctr',
    'aes192-ctr',
    'aes256-ctr',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  serverHostKey: ['ssh-ed25519', 'ecdsa-sha2-nistp256'],
  compress: ['none'],
};

/** Opens the door on a port (0: any free one). */
export async function openSftpDoor(
  platform: Platform,
  options: { port: number; host: string; handshakeTimeoutMs?: number },
): Promise<SftpDoor> {
  const { maxHandshakesPerAddress, maxConnectionsPerAccount } = platform.config.sftp;
  const bounds = new ConnectionBounds({
    perAddress: maxHandshakesPerAddress,
    perAccount: maxConnectionsPerAccount,
  });
  const open = new Map<Socket, ServedConnection | undefined>();
  const server = new ssh2.Server({ hostKeys: await hostKeys(platform), algorithms, ident: 'Fairlead' });
  const sockets = new Map<string, { socket: Socket; counted: CountedConnection }>();
  server.on('connection', (client, info) => {
    const found = sockets.get(peerOf(info.ip, info.port));
    if (found === undefined) return void client.end();
    const { socket, counted } = found;
    const served = serveConnection(platform, client, plainAddress(info.ip), {
      counted,
      handshakeTimeoutMs: options.handshakeTimeoutMs ?? handshakeTimeoutMs,
      socket,
      onReady: () => socket.setTimeout(0),
    });
    open.set(socket, served);
  });
  server.on('error' as never, (error: Error) => platform.log.error({ err: error }, 'the sftp door failed'));

  const listener = createServer({ noDelay: true }, (socket) => {
    const address = plainAddress(socket.remoteAddress ?? '');
    socket.on('error', () => {});
    const counted = bounds.enter(address, () => socket.destroy());
    const peer = peerOf(socket.remoteAddress, socket.remotePort);
    sockets.set(peer, { socket, counted });
    open.set(socket, undefined);
    socket.on('close', () => {
      sockets.delete(peer);
      open.delete(socket);
      counted.leave();
    });
    // A peer that never sends its version string is not a connection to the library yet.
    socket.setTimeout(options.handshakeTimeoutMs ?? handshakeTimeoutMs, () => socket.destroy());
    server.injectSocket(socket);
    // Answers pile up for a peer that asks and does not read; what an SFTP session holds for it stays far below.
    socket.on('data', () => {
      if (socket.writableLength > maxBacklogBytes) socket.destroy();
    });
  });
  listener.listen(options.port, options.host);
  await once(listener, 'listening');
  listener.on('error', (error) => platform.log.error({ err: error }, 'the sftp door failed'));
  const rechecking = repeat(() => endRevoked(platform, open.values()), {
    everyMs: recheckMs,
    onFault: (error) => platform.log.error({ err: error }, 'keys of sftp connections could not be checked'),
  });
  const { port } = listener.address() as AddressInfo;
  return {
    address: `sftp://${options.host}:${port}`,
    port,
    close: async () => {
      await rechecking.stop();
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      const settled = Promise.allSettled([...open.values()].map((served) => served?.settled()));
      await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, drainMs).unref())]);
      for (const socket of open.keys()) socket.destroySoon();
      const force = setTimeout(() => {
        for (const socket of open.keys()) socket.destroy();
      }, 500);
      await closed;
      clearTimeout(force);
    },
  };
}

/** Ends the connections whose key was taken out of use since it signed in. */
async function endRevoked(platform: Platform, open: Iterable<ServedConnection | undefined>): Promise<void> {
  const served = [...open].filter((one) => one?.keyId() !== undefined);
  if (served.length === 0) return;
  const keys = [...new Set(served.flatMap((one) => one?.keyId() ?? []))];
  const revoked = new Set(await revokedKeys(platform.db, keys));
  for (const one of served) if (revoked.has(one?.keyId() ?? '')) one?.end();
}

const peerOf = (address: string | undefined, port: number | undefined) => `${address} ${port}`;

/** IPv4 addresses come mapped into IPv6 on a socket that listens on both. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
