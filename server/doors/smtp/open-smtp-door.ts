import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { receiveMail } from '#modules/desk/index.ts';
import { isHelpdeskAddress, isPostmasterAddress } from '#platform/mail.ts';
import type { Platform } from '#platform/platform.ts';
import { announceSmtpDoor, type MailServerAddress } from '#platform/send-mail.ts';

/** The SMTP door as main holds it. */
export interface SmtpDoor {
  address: MailServerAddress;
  close(): Promise<void>;
}

const maxClients = 100;
const maxClientsPerAddress = 20;
const maxRecipients = 50;
const socketTimeoutMs = 60_000;
const closeTimeoutMs = 5_000;

/** A refusal with its SMTP reply code (RFC 5321 §4.2). */
class SmtpRefusal extends Error {
  readonly responseCode: number;
  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

/**
 * Takes mail for the helpdesk address and its plus addresses, for postmaster and abuse, and for nobody else. A mail gets its 250 only once its
 * bytes and its row are safely stored; one over the size limit gets 552, whatever size its sender declared.
 */
export async function openSmtpDoor(
  platform: Platform,
  options: { port: number; host: string },
): Promise<SmtpDoor> {
  const { config } = platform;
  const clients = new Map<string, number>();
  const server = new SMTPServer({
    name: config.desk.helpdeskAddress.split('@')[1] ?? 'localhost',
    banner: 'Fairlead',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: config.smtp.maxSizeBytes,
    rejectOversized: true,
    maxClients,
    maxRecipients,
    socketTimeout: socketTimeoutMs,
    closeTimeout: closeTimeoutMs,
    disableReverseLookup: true,
    logger: false,
    onConnect: (session, callback) => {
      const open = (clients.get(session.remoteAddress) ?? 0) + 1;
      clients.set(session.remoteAddress, open);
      if (open > maxClientsPerAddress)
        callback(new SmtpRefusal(421, 'Too many connections from your address'));
      else callback();
    },
    onClose: (session) => {
      const open = clients.get(session.remoteAddress) ?? 0;
      if (open <= 1) clients.delete(session.remoteAddress);
      else clients.set(session.remoteAddress, open - 1);
    },
    onRcptTo: (recipient, _session, callback) => {
      const { address } = recipient;
      if (isHelpdeskAddress(config, address) || isPostmasterAddress(config, address)) callback();
      else callback(new SmtpRefusal(550, 'No such mailbox here; we take mail for the helpdesk only'));
    },
    onData: (stream, session, callback) => {
      take(platform, stream, session).then(
        () => callback(null, 'OK: stored'),
        (error: unknown) => callback(refusalOf(platform, error)),
      );
    },
  });
  server.on('error', (error) => platform.log.warn({ err: error }, 'a mail connection failed'));
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.server.address() as AddressInfo;
  const address = {
    host: options.host === '0.0.0.0' || options.host === '::' ? '127.0.0.1' : options.host,
    port,
  };
  announceSmtpDoor(config, address);
  return { address, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Writes the bytes while they arrive; past the limit it keeps nothing and only reads to the end. */
async function take(
  platform: Platform,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
): Promise<void> {
  const limit = platform.config.smtp.maxSizeBytes;
  const writer = await platform.objects.create({ class: 'mail' });
  let size = 0;
  let kept = true;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= limit) await writer.write(chunk);
      else if (kept) {
        kept = false;
        await writer.abort();
      }
    }
  } catch (error) {
    if (kept) await writer.abort();
    throw error;
  }
  if (!kept)
    throw new SmtpRefusal(552, `A mail may have ${limit} bytes; send large files through a file exchange`);
  const { key, sha256, sizeBytes } = await writer.finish();
  const { mailFrom, rcptTo } = session.envelope;
  await receiveMail(platform, {
    objectKey: key,
    sha256: Buffer.from(sha256, 'hex'),
    sizeBytes,
    envelopeFrom: mailFrom === false ? '' : mailFrom.address,
    envelopeTo: rcptTo.map((recipient) => recipient.address.toLowerCase()),
    remoteAddress: session.remoteAddress,
    helo: session.hostNameAppearsAs || null,
    authenticatedAs: null,
  });
}

/** What a connection says when its client leaves amid a mail: nothing of the mail is kept, and nobody is left to be told. */
const leaving = new Set(['ECONNECTION', 'ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
const hasLeft = (error: unknown) => leaving.has(String((error as { code?: unknown }).code));

/** What isn't a refusal is our own fault: the sender may try again. */
function refusalOf(platform: Platform, error: unknown): SmtpRefusal {
  if (error instanceof SmtpRefusal) return error;
  if (hasLeft(error)) platform.log.info('a client left amid a mail');
  else platform.log.error({ err: error }, 'a mail could not be stored');
  return new SmtpRefusal(451, 'The mail could not be stored just now; try again later');
}
