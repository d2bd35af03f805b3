import { parentPort } from 'node:worker_threads';
import { readAttachment, readMail } from './incoming-mail.ts';
import { proveSender } from './prove-sender.ts';

/** What is asked of the thread in which mails are read, by the name of what does it. */
export type MailTask = { raw: Buffer } & (
  | { does: 'read'; envelopeFrom: string }
  | { does: 'attachment'; index: number }
  | { does: 'prove'; envelope: Parameters<typeof proveSender>[1] }
);

/** What the thread answers: what was asked for, or why there is none. */
export type MailAnswer = { value: unknown } | { fault: string };

parentPort?.on('message', (task: MailTask) => {
  work(task).then(
    (value) => parentPort?.postMessage({ value } satisfies MailAnswer),
    (error: unknown) => parentPort?.postMessage({ fault: String(error) } satisfies MailAnswer),
  );
});

function work(task: MailTask): Promise<unknown> {
  // What crosses into a thread comes out as plain bytes.
  const raw = Buffer.from(task.raw);
  if (task.does === 'read') return readMail(raw, task.envelopeFrom);
  if (task.does === 'attachment') return readAttachment(raw, task.index);
  return proveSender(raw, task.envelope);
}
