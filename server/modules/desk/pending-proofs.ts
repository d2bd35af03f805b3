import type { SenderProof } from './prove-sender.ts';

const mostPending = 500;
/** What no job fetched, because another process took it, is forgotten. */
const forgetMs = 60_000;

interface Pending {
  proof: Promise<SenderProof>;
  /** Resolves once the name servers let the proof wait for longer than a job may. */
  slow: Promise<'later'>;
}

const pending = new Map<string, Pending>();
let open = 0;

/** Whether the proof of a mail is still waited for. */
export function isPending(mailId: string): boolean {
  return pending.has(mailId);
}

/** So long may a job wait for name servers: a moment, and hardly at all once many mails wait. */
export function patienceMs(): number {
  return open <= 4 ? 1_000 : 50;
}

/**
 * The proof of a mail, or `later` when name servers keep it waiting: it goes on by itself, and whoever asks again for the same
 * mail gets it. `prove` tells when it is kept waiting.
 */
export async function proofOrLater(
  mailId: string,
  prove: (onSlow: () => void) => Promise<SenderProof>,
): Promise<SenderProof | 'later'> {
  const one = pending.get(mailId) ?? start(mailId, prove);
  if (one === undefined) return 'later';
  const answer = await Promise.race([one.proof, one.slow]);
  if (answer !== 'later') pending.delete(mailId);
  return answer;
}

function start(mailId: string, prove: (onSlow: () => void) => Promise<SenderProof>): Pending | undefined {
  if (pending.size >= mostPending) return undefined;
  const slow = Promise.withResolvers<'later'>();
  open++;
  const proof = prove(() => slow.resolve('later'))
    .catch(() => 'none' as const)
    .finally(() => {
      open--;
      setTimeout(() => pending.delete(mailId), forgetMs).unref();
    });
  const one = { proof, slow: slow.promise };
  pending.set(mailId, one);
  return one;
}
