import { Worker } from 'node:worker_threads';
import type { IncomingMail } from './incoming-mail.ts';
import type { MailAnswer, MailTask, ProofRound } from './mail-thread.ts';
import type { NameAnswer } from './name-servers.ts';
import type { proveSender } from './prove-sender.ts';

/**
 * Anybody may write to the helpdesk, and a mail of a few bytes' craft can keep a parser busy for minutes or fill all
 * memory. So mails are read in threads of their own, within these bounds; one that goes beyond them ends its thread,
 * and nothing else.
 */
const longestMs = 30_000;
const mostHeapMb = 512;
const mostThreads = 2;
/** A thread that read more is not kept: its memory goes with it. */
const mostBytesToStay = 1_000_000;

interface Thread {
  worker: Worker;
  asked: PromiseWithResolvers<unknown> | undefined;
}

let atWork = 0;
const idle: Thread[] = [];
const waiting: (() => void)[] = [];

/** As readMail; rejects as well when the mail goes beyond the bounds. */
export async function readMailApart(
  raw: Buffer,
  envelopeFrom: string,
  withinMs = longestMs,
): Promise<IncomingMail> {
  const mail = (await apart({ does: 'read', raw, envelopeFrom }, withinMs)) as IncomingMail;
  return { ...mail, contentSha256: mail.contentSha256 && Buffer.from(mail.contentSha256) };
}

/** As readAttachment; rejects as well when the mail goes beyond the bounds. */
export async function readAttachmentApart(raw: Buffer, index: number): Promise<Buffer | undefined> {
  const bytes = (await apart({ does: 'attachment', raw, index })) as Uint8Array | undefined;
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** As proveSender with the answers of the name servers that there are; rejects when it goes beyond the bounds. */
export async function proveRoundApart(
  raw: Buffer,
  envelope: Parameters<typeof proveSender>[1],
  answers: Map<string, NameAnswer>,
): Promise<ProofRound> {
  return (await apart({ does: 'prove', raw, envelope, answers })) as ProofRound;
}

async function apart(task: MailTask, withinMs = longestMs): Promise<unknown> {
  if (atWork < mostThreads) atWork += 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  const thread = idle.pop() ?? startThread();
  let stays = false;
  try {
    const value = await ask(thread, task, withinMs);
    stays = task.raw.length <= mostBytesToStay;
    return value;
  } finally {
    if (stays) idle.push(thread);
    else void thread.worker.terminate();
    const next = waiting.shift();
    if (next === undefined) atWork -= 1;
    else next();
  }
}

function ask(thread: Thread, task: MailTask, withinMs: number): Promise<unknown> {
  const asked = Promise.withResolvers<unknown>();
  const late = setTimeout(() => asked.reject(new Error('a mail took too long to read')), withinMs);
  thread.asked = asked;
  thread.worker.ref();
  thread.worker.postMessage(task);
  return asked.promise.finally(() => {
    clearTimeout(late);
    thread.asked = undefined;
    // One that only waits does not keep the process from ending.
    thread.worker.unref();
  });
}

function startThread(): Thread {
  const worker = new Worker(new URL('mail-thread.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
  });
  const thread: Thread = { worker, asked: undefined };
  worker.on('message', (answer: MailAnswer) => {
    if ('fault' in answer) thread.asked?.reject(new Error(answer.fault));
    else thread.asked?.resolve(answer.value);
  });
  worker.on('error', (error) => thread.asked?.reject(error));
  worker.on('exit', () => {
    if (idle.includes(thread)) idle.splice(idle.indexOf(thread), 1);
    thread.asked?.reject(new Error('the thread that read a mail has ended'));
  });
  return thread;
}
