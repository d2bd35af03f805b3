import { parentPort } from 'node:worker_threads';
import type { ApartAnswer } from '#platform/run-apart.ts';
import { readAttachment, readMail } from './incoming-mail.ts';
import { type NameAnswer, questionOf } from './name-servers.ts';
import { type LookUp, proveSender, type SenderProof } from './prove-sender.ts';

/** What is asked of the thread in which mails are read, by the name of what does it. */
export type MailTask = { raw: Buffer } & (
  | { does: 'read'; envelopeFrom: string }
  | { does: 'attachment'; index: number }
  | { does: 'prove'; envelope: Parameters<typeof proveSender>[1]; answers: Map<string, NameAnswer> }
);

/** The proof, or the names and types that it takes to go on. */
export type ProofRound = { proof: SenderProof } | { asks: [name: string, type: string][] };

parentPort?.on('message', (task: MailTask) => {
  work(task).then(
    (value) => parentPort?.postMessage({ value } satisfies ApartAnswer),
    (error: unknown) => parentPort?.postMessage({ fault: String(error) } satisfies ApartAnswer),
  );
});

function work(task: MailTask): Promise<unknown> {
  // What crosses into a thread comes out as plain bytes.
  const raw = Buffer.from(task.raw);
  if (task.does === 'read') return readMail(raw, task.envelopeFrom);
  if (task.does === 'attachment') return readAttachment(raw, task.index);
  return proveRound(raw, task.envelope, task.answers);
}

/** Never waits: what is not answered yet is asked for. */
async function proveRound(
  raw: Buffer,
  envelope: Parameters<typeof proveSender>[1],
  answers: Map<string, NameAnswer>,
): Promise<ProofRound> {
  const asks = new Map<string, [name: string, type: string]>();
  const lookUp: LookUp = async (name, type) => {
    const question = questionOf(name, type);
    const answer = answers.get(question);
    if (answer === undefined) asks.set(question, [name, type]);
    if (answer !== undefined && 'records' in answer) return answer.records;
    throw Object.assign(new Error(question), { code: answer?.code ?? 'ETIMEOUT' });
  };
  const proof = await proveSender(raw, envelope, lookUp);
  return asks.size === 0 ? { proof } : { asks: [...asks.values()] };
}
