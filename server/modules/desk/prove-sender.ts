import { type AuthenticateResult, authenticate } from 'mailauth';
import { readHeaders } from './mail-headers.ts';
import { soleSender } from './read-addresses.ts';

/**
 * What the sender's domain says about a mail: it is theirs; it is not, and the domain asks to refuse it (`fail`); it is not, or
 * not in these words, and the domain asks for nothing (`doubtful`); or nothing can be said.
 */
export type SenderProof = 'pass' | 'fail' | 'doubtful' | 'none';

/** Asks the name servers, as `Resolver.resolve` does. */
export type LookUp = (name: string, type: string) => Promise<unknown>;

const mostSignatures = 10;

/**
 * Checks DKIM, SPF and DMARC (RFC 7489) of a mail. The proof is of the one address that the mail names as its sender, as
 * `soleSender` reads it and as the check itself read it; a mail in which these differ proves nothing, nor does a fault.
 */
export async function proveSender(
  raw: Buffer,
  envelope: { from: string; remoteAddress: string; helo: string | null },
  lookUp: LookUp,
): Promise<SenderProof> {
  const headers = readHeaders(raw);
  const sender = soleSender(headers);
  const count = (field: string) => headers.fields.filter(({ name }) => name === field).length;
  if (sender === undefined || count('dkim-signature') > mostSignatures) return 'none';
  try {
    const { dkim, dmarc } = await authenticate(raw, {
      ip: envelope.remoteAddress,
      ...(envelope.helo === null ? {} : { helo: envelope.helo }),
      sender: envelope.from,
      mta: 'fairlead',
      resolver: lookUp as (name: string, type: string) => Promise<string[][] | string[]>,
      disableArc: true,
      disableBimi: true,
    });
    if (!dmarc || !isSoleSender(dkim, sender)) return 'none';
    if (dmarc.status.result === 'pass')
      return dmarc.alignment.spf.result || signsWords(dkim, count('subject') > 0) ? 'pass' : 'doubtful';
    if (dmarc.status.result !== 'fail') return 'none';
    return dmarc.policy === 'none' ? 'doubtful' : 'fail';
  } catch {
    return 'none';
  }
}

/** Whether the addresses that alignment was checked for are this one alone. The library's types leave the field out. */
function isSoleSender(dkim: AuthenticateResult['dkim'] & { headerFrom?: string[] }, sender: string): boolean {
  return dkim.headerFrom?.length === 1 && dkim.headerFrom[0]?.toLowerCase() === sender;
}

/**
 * A signature with l= covers the beginning of the body only (RFC 6376, 8.2), and one may leave the subject out: anybody can
 * change such words. It takes SPF, or another aligned signature, to say that they are the sender's.
 */
function signsWords({ results }: AuthenticateResult['dkim'], hasSubject: boolean): boolean {
  return results.some((one: (typeof results)[number] & SignatureFacts) => {
    const signed = (one.signingHeaders?.keys ?? '').toLowerCase().split(/\s*:\s*/);
    return (
      one.status.result === 'pass' &&
      one.status.aligned &&
      one.canonBodyLengthLimited !== true &&
      (!hasSubject || signed.includes('subject'))
    );
  });
}

/** What the library's types leave out or leave open. */
interface SignatureFacts {
  canonBodyLengthLimited?: boolean;
  signingHeaders?: { keys?: string };
}
