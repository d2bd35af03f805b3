import { within } from './prove-apart.ts';
import type { SenderProof } from './prove-sender.ts';

/** A job waits so long for the name servers; then it lets other mail pass and looks again. */
const patienceMs = 100;
const mostPending = 500;
/** What no job fetched, because another process took it, is forgotten. */
const forgetMs = 60_000;

const pending = new Map<string, Promise<SenderProof>>();

/** Whether the proof of a mail is still waited for. */
export function isPending(mailId: string): boolean {
  return pending.has(mailId);
}

/**
 * The proof of a mail, or `later` when it takes longer than a job may wait: it goes on by itself, and whoever asks again for
 * the same mail gets it.
 */
export async function proofOrLater(
  mailId: string,
  prove: () => Promise<SenderProof>,
): Promise<SenderProof | 'later'> {
  let proof = pending.get(mailId);
  if (proof === undefined) {
    if (pending.size >= mostPending) return 'later';
    proof = prove().catch(() => 'none' as const);
    pending.set(mailId, proof);
    void proof.then(() => setTimeout(() => pending.delete(mailId), forgetMs).unref());
  }
  if (!(await within(proof, patienceMs))) return 'later';
  pending.delete(mailId);
  return proof;
}
