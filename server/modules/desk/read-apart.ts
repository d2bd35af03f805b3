import { openApart } from '#platform/run-apart.ts';
import type { IncomingMail } from './incoming-mail.ts';
import type { MailTask, ProofRound } from './mail-thread.ts';
import type { NameAnswer } from './name-servers.ts';
import type { proveSender } from './prove-sender.ts';

/** A thread that read more is not kept: its memory goes with it. */
const mostBytesToStay = 1_000_000;

/** Anybody may write to the helpdesk, and a mail of a few bytes' craft can keep a parser busy for minutes. */
const apart = openApart<MailTask>({
  thread: new URL('mail-thread.ts', import.meta.url),
  threads: 2,
  heapMb: 512,
  withinMs: 30_000,
});

const inThread = (task: MailTask, withinMs?: number) =>
  apart(task, {
    keep: task.raw.length <= mostBytesToStay,
    ...(withinMs === undefined ? {} : { withinMs }),
  });

/** As readMail; rejects as well when the mail goes beyond the bounds. */
export async function readMailApart(
  raw: Buffer,
  envelopeFrom: string,
  withinMs?: number,
): Promise<IncomingMail> {
  const mail = (await inThread({ does: 'read', raw, envelopeFrom }, withinMs)) as IncomingMail;
  return { ...mail, contentSha256: mail.contentSha256 && Buffer.from(mail.contentSha256) };
}

/** As readAttachment; rejects as well when the mail goes beyond the bounds. */
export async function readAttachmentApart(raw: Buffer, index: number): Promise<Buffer | undefined> {
  const bytes = (await inThread({ does: 'attachment', raw, index })) as Uint8Array | undefined;
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** As proveSender with the answers of the name servers that there are; rejects when it goes beyond the bounds. */
export async function proveRoundApart(
  raw: Buffer,
  envelope: Parameters<typeof proveSender>[1],
  answers: Map<string, NameAnswer>,
): Promise<ProofRound> {
  return (await inThread({ does: 'prove', raw, envelope, answers })) as ProofRound;
}
