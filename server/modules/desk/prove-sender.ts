import { Resolver } from 'node:dns/promises';
import { type AuthenticateResult, authenticate } from 'mailauth';

/** What the sender's domain says about a mail: it is theirs, it is not, or nothing can be said. */
export type SenderProof = 'pass' | 'fail' | 'none';

const queryTimeoutMs = 2_000;
const totalTimeoutMs = 8_000;
/** Names that by RFC 6761 and RFC 6762 no public server knows. */
const reservedNames = /(^|\.)(example|test|invalid|localhost|local)\.?$/i;

/** Asks the name servers, as `Resolver.resolve` does. */
export type LookUp = (name: string, type: string) => Promise<unknown>;

/**
 * Checks DKIM, SPF, ARC and DMARC (RFC 7489) of a mail. Without an answer from the name servers in 8 s, or with a
 * fault in what the mail carries, nothing is proved.
 */
export async function proveSender(
  raw: Buffer,
  envelope: { from: string; remoteAddress: string; helo: string | null },
  lookUp?: LookUp,
): Promise<SenderProof> {
  const dns = new Resolver({ timeout: queryTimeoutMs, tries: 1 });
  const resolver = async (name: string, type: string): Promise<string[][] | string[]> => {
    if (reservedNames.test(name))
      throw Object.assign(new Error(`${name} is reserved`), { code: 'ENOTFOUND' });
    return (await (lookUp ?? dns.resolve.bind(dns))(name, type)) as string[][] | string[];
  };
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), totalTimeoutMs);
  try {
    const checked = authenticate(raw, {
      ip: envelope.remoteAddress,
      ...(envelope.helo === null ? {} : { helo: envelope.helo }),
      sender: envelope.from,
      mta: 'fairlead',
      resolver,
      disableBimi: true,
    });
    const result = await Promise.race([checked, late.promise]);
    if (result === null || !result.dmarc) return 'none';
    const { dmarc } = result;
    if (dmarc.status.result === 'pass')
      return dmarc.alignment.spf.result || signsBody(result.dkim) ? 'pass' : 'none';
    return dmarc.status.result === 'fail' && dmarc.policy !== 'none' ? 'fail' : 'none';
  } catch {
    return 'none';
  } finally {
    clearTimeout(timer);
    dns.cancel();
  }
}

/**
 * A signature with l= covers the beginning of the body only (RFC 6376, 8.2): anybody can add words to such a mail. It takes
 * SPF, or another aligned signature, to say that the words are the sender's.
 */
function signsBody({ results }: AuthenticateResult['dkim']): boolean {
  // The library's types leave the field out.
  return results.some((one: (typeof results)[number] & { canonBodyLengthLimited?: boolean }) => {
    return one.status.result === 'pass' && one.status.aligned && one.canonBodyLengthLimited !== true;
  });
}
