import type { Socket } from 'node:net';
import type { AuthContext, Connection, PublicKeyAuthContext } from 'ssh2';
import {
  type Attempt,
  accuseStranger,
  judgeSignIn,
  keyFingerprint,
  type Login,
  openHome,
  recordLogin,
  refuseConnection,
} from '#modules/file-exchange/index.ts';
import type { Platform } from '#platform/platform.ts';
import { serveChannels } from './channels.ts';
import type { CountedConnection } from './connection-bounds.ts';
import { sendBanner } from './send-banner.ts';
import { SftpSession } from './session.ts';

const maxTries = 6;

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
  options: { counted: CountedConnection; handshakeTimeoutMs: number; socket: Socket; onReady: () => void },
): ServedConnection {
  const sessions = new Set<SftpSession>();
  let tries = 0;
  let login: Login | undefined;
  const told = new Set<string>();
  const late = setTimeout(() => client.end(), options.handshakeTimeoutMs);
  client.on('close', () => clearTimeout(late));
  client.on('error', (error: Error & { level?: string }) => {
    if (login === undefined && error.level === 'handshake')
      accuseStranger(platform, address).catch((fault: unknown) =>
        platform.log.error({ err: fault }, 'bytes that are no ssh could not be counted'),
      );
    platform.log.debug({ err: error, peer: address }, 'an ssh connection failed');
  });

  const refuse = (context: AuthContext, message: string, isLast = false) => {
    tries += 1;
    if (message !== '' && !told.has(message)) sendBanner(client, message);
    told.add(message);
    if (isLast || tries >= maxTries) client.end();
    else context.reject(['publickey']);
  };
  const authenticate = async (context: AuthContext) => {
    if (context.method === 'none') return context.reject(['publickey']);
    if (context.method !== 'publickey') return refuse(context, '');
    const attempt = attemptOf(context, address);
    const verdict = await judgeSignIn(platform, attempt);
    if (verdict.login === undefined) return refuse(context, verdict.message, verdict.isBanned);
    if (context.signature === undefined) return context.accept();
    if (!options.counted.signIn(verdict.login.accountId))
      return refuse(context, await refuseConnection(platform, verdict.login, attempt), true);
    login = verdict.login;
    context.accept();
  };
  client.on('authentication', (context) => {
    authenticate(context).catch((error: unknown) => {
      platform.log.error({ err: error }, 'a sign-in could not be checked');
      refuse(context, 'The sign-in could not be checked; try again.');
    });
  });

  client.on('ready', () => {
    clearTimeout(late);
    const signedIn = login;
    if (signedIn === undefined) return void client.end();
    options.onReady();
    recordLogin(platform, signedIn, address).catch((error: unknown) =>
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

function attemptOf(context: PublicKeyAuthContext, address: string): Attempt {
  const { username: userName, key, signature, blob, hashAlgo } = context;
  const isSigned = signature !== undefined && blob !== undefined;
  return {
    userName,
    address,
    fingerprint: keyFingerprint(key.data),
    algorithm: key.algo === 'ssh-rsa' && hashAlgo !== undefined ? `rsa-sha2-${hashAlgo.slice(3)}` : key.algo,
    isSignedBy: isSigned
      ? (publicKey) => !(publicKey instanceof Error) && publicKey.verify(blob, signature, hashAlgo) === true
      : undefined,
  };
}
