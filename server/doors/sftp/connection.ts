import { BlockList, isIPv4, type Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type PublicKeyAuthContext } from 'ssh2';
import {
  findLogin,
  keyFingerprint,
  type Login,
  openHome,
  recordLogin,
} from '#modules/file-exchange/index.ts';
import type { Platform } from '#platform/platform.ts';
import { serveChannels } from './channels.ts';
import { type Guard, guardPoints } from './guard.ts';
import { SftpSession } from './session.ts';

const maxTries = 6;
const userNameForm = /^[a-z][a-z0-9-]{2,31}$/;

/** A connection as the door holds it. */
export interface ServedConnection {
  /** The key that signed in; undefined before. */
  keyId(): string | undefined;
  /** Ends it at once: what was not closed by then never was. */
  end(): void;
  /** Resolves, and ends it, when everything asked so far has been answered. */
  settled(): Promise<void>;
}

/** Serves one SSH connection: signs in by public key, then offers the sftp subsystem and nothing else. */
export function serveConnection(
  platform: Platform,
  client: Connection,
  address: string,
  options: { guard: Guard; handshakeTimeoutMs: number; socket: Socket; onReady: () => void },
): ServedConnection {
  const { guard } = options;
  const sessions = new Set<SftpSession>();
  let tries = 0;
  let login: Login | undefined;
  const late = setTimeout(() => client.end(), options.handshakeTimeoutMs);
  client.on('close', () => clearTimeout(late));
  client.on('error', (error: Error & { level?: string }) => {
    if (login === undefined && error.level === 'handshake') guard.accuse(address, guardPoints.nonsense);
    platform.log.debug({ err: error }, 'an ssh connection failed');
  });

  const refuse = (context: AuthContext, points: number) => {
    tries += 1;
    if (points > 0 && guard.accuse(address, points))
      platform.log.warn('an address was banned from the sftp door');
    if (tries >= maxTries) {
      client.end();
      return;
    }
    context.reject(['publickey']);
  };
  const authenticate = async (context: AuthContext) => {
    if (context.method === 'none') return context.reject(['publickey']);
    if (context.method !== 'publickey') return refuse(context, 0);
    const found = await loginOf(platform, context, address);
    if (found === undefined)
      return refuse(
        context,
        userNameForm.test(context.username) ? guardPoints.unknownKey : guardPoints.unknownUser,
      );
    if (context.signature === undefined) return context.accept();
    if (!isSignedBy(found, context)) return refuse(context, guardPoints.unknownKey);
    login = found;
    context.accept();
  };
  client.on('authentication', (context) => {
    authenticate(context).catch((error: unknown) => {
      platform.log.error({ err: error }, 'a sign-in could not be checked');
      refuse(context, 0);
    });
  });

  client.on('ready', () => {
    clearTimeout(late);
    const signedIn = login;
    if (signedIn === undefined) return void client.end();
    guard.clear(address);
    options.onReady();
    recordLogin(platform, signedIn).catch((error: unknown) =>
      platform.log.error({ err: error }, 'a login could not be recorded'),
    );
    serveChannels(client, (channel) => {
      const home = openHome(platform, signedIn);
      const served = new SftpSession(platform, channel, home, options.socket);
      sessions.add(served);
      channel.on('close', () => sessions.delete(served));
    });
  });
  return {
    keyId: () => login?.keyId,
    end: () => void client.end(),
    settled: async () => {
      await Promise.all([...sessions].map((session) => session.settled()));
      client.end();
    },
  };
}

async function loginOf(
  platform: Platform,
  context: PublicKeyAuthContext,
  address: string,
): Promise<Login | undefined> {
  if (!userNameForm.test(context.username)) return undefined;
  const login = await findLogin(platform.db, context.username, keyFingerprint(context.key.data));
  if (login === undefined || !isAllowed(login.allowedAddresses, address)) return undefined;
  return login;
}

function isSignedBy(login: Login, context: PublicKeyAuthContext): boolean {
  const key = ssh2.utils.parseKey(login.publicKey);
  if (key instanceof Error || context.signature === undefined || context.blob === undefined) return false;
  // An RSA signature without a named hash is SHA-1's, which nobody should trust any more (RFC 8332).
  if (context.key.algo === 'ssh-rsa' && context.hashAlgo === undefined) return false;
  return key.verify(context.blob, context.signature, context.hashAlgo) === true;
}

function isAllowed(blocks: string[], address: string): boolean {
  if (blocks.length === 0) return true;
  const list = new BlockList();
  for (const block of blocks) {
    const [network = '', prefix = ''] = block.split('/');
    list.addSubnet(network, Number(prefix), isIPv4(network) ? 'ipv4' : 'ipv6');
  }
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}
