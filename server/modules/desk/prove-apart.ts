import { type NameAnswer, type NameServers, questionOf } from './name-servers.ts';
import { patienceMs } from './pending-proofs.ts';
import type { SenderProof } from './prove-sender.ts';
import { proveRoundApart } from './read-apart.ts';

/** What of a mail and its envelope the proof is about. */
export interface ProofSource {
  read(): Promise<Buffer>;
  envelope: { from: string; remoteAddress: string; helo: string | null };
  /** The domain of the sender, on whose behalf the name servers are asked. */
  domain: string;
}

const mostNames = 60;
const waitForNamesMs = 5_000;

/**
 * As proveSender, in rounds: a thread reads the mail with the answers there are and says what else it needs, and the name
 * servers are asked while no thread waits. Without all answers in 5 s nothing is proved; `onSlow` hears once that they make it wait
 * for longer than a job may.
 */
export async function proveSenderApart(
  source: ProofSource,
  names: NameServers,
  onSlow: () => void,
): Promise<SenderProof> {
  const answers = new Map<string, NameAnswer>();
  let leftMs = waitForNamesMs;
  for (;;) {
    const round = await proveRoundApart(await source.read(), source.envelope, answers).catch(() => null);
    if (round === null) return 'none';
    if ('proof' in round) return round.proof;
    if (answers.size + round.asks.length > mostNames) return 'none';
    const startedAt = performance.now();
    const asked = Promise.all(
      round.asks.map(async ([name, type]) => {
        answers.set(questionOf(name, type), await names.ask(name, type, source.domain));
      }),
    );
    if (!(await within(asked, patienceMs()))) onSlow();
    if (!(await within(asked, Math.max(0, leftMs - (performance.now() - startedAt))))) return 'none';
    leftMs -= performance.now() - startedAt;
  }
}

/** Whether something is done within a time. */
async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), ms);
  return Promise.race([work.then(() => true), late.promise]).finally(() => clearTimeout(timer));
}
