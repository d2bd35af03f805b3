import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector, errors, request } from 'undici';
import { parsePrivateBlock } from '#platform/private-blocks.ts';
import { type AddressRules, addressRules } from './address-rules.ts';
import { type ResolveHost, resolveHosts } from './resolve-host.ts';

const mostResponseBytes = 16_384;
const userAgent = 'Fairlead-Webhooks/1';

/** What came of one request: a status, or the reason why there was none. */
export interface SendResult {
  status: number | null;
  error: string | null;
  /** The first 16 KiB of the answer as text. */
  response: string | null;
  durationMs: number;
  retryAfter: string | null;
}

/** Sends requests to customers' addresses, under the rules against requests to private networks. */
export interface Sender {
  post(
    url: string,
    options: { headers: Record<string, string>; body: string; secureOnly: boolean; customer: string },
  ): Promise<SendResult>;
  /** Ends all requests; what they then report says nothing about the address. */
  close(): Promise<void>;
  isClosed(): boolean;
}

/** Raised inside the connector when an address may not be called. */
class RefusedAddress extends Error {}

/**
 * Makes a sender. The look-up is made and checked inside the connector, so that the checked address is the connected
 * one. With `secureOnly`, plain http goes to listed private addresses only. Redirects are not followed.
 */
export function createSender(options: {
  allowedPrivateAddresses: readonly string[];
  timeoutMs: number;
  resolve?: ResolveHost;
}): Sender {
  const connectMs = Math.min(10_000, options.timeoutMs);
  const resolve = options.resolve ?? resolveHosts({ timeoutMs: Math.ceil(connectMs / 2) });
  // Customers without blocks of their own share connections; what is listed for one customer is reached for that one only.
  const listedFor = new Set(options.allowedPrivateAddresses.map((text) => parsePrivateBlock(text)?.customer));
  const agents = new Map<string | null, { any: Agent; listed: Agent }>();
  const agentsOf = (customer: string) => {
    const name = listedFor.has(customer) ? customer : null;
    let found = agents.get(name);
    if (found === undefined) {
      const rules = addressRules(options.allowedPrivateAddresses, name);
      found = {
        any: makeAgent(rules.isAllowed, connectMs, resolve),
        listed: makeAgent(rules.isListed, connectMs, resolve),
      };
      agents.set(name, found);
    }
    return found;
  };
  let closed = false;
  return {
    isClosed: () => closed,
    post: (url, { headers, body, secureOnly, customer }) => {
      const { any, listed } = agentsOf(customer);
      return post(
        secureOnly && url.startsWith('http:') ? listed : any,
        url,
        headers,
        body,
        options.timeoutMs,
      );
    },
    close: async () => {
      closed = true;
      await Promise.all([...agents.values()].flatMap(({ any, listed }) => [any.destroy(), listed.destroy()]));
    },
  };
}

function makeAgent(isAllowed: AddressRules['isAllowed'], connectMs: number, resolve: ResolveHost): Agent {
  const connect = buildConnector({ timeout: connectMs, lookup: checkedLookup(isAllowed, resolve) });
  return new Agent({
    keepAliveTimeout: 10_000,
    pipelining: 1,
    maxHeaderSize: 16_384,
    connect: (target, callback) => {
      const host = target.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0 && !isAllowed(host)) {
        callback(new RefusedAddress(host), null);
        return;
      }
      connect(target, callback);
    },
  });
}

/** A look-up that fails when any address it finds may not be called. */
function checkedLookup(isAllowed: AddressRules['isAllowed'], resolve: ResolveHost): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (found) => {
        const refused = found.find(({ address }) => !isAllowed(address));
        const [first] = found;
        if (refused !== undefined || first === undefined)
          return callback(new RefusedAddress(hostname), [], 0);
        if (options.all === true) return callback(null, found);
        return callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, [], 0),
    );
  };
}

async function post(
  dispatcher: Agent,
  url: string,
  headers: Record<string, string>,
  body: string,
  timeoutMs: number,
): Promise<SendResult> {
  const began = performance.now();
  const signal = AbortSignal.timeout(timeoutMs);
  const took = () => Math.round((performance.now() - began) * 10) / 10;
  try {
    const answer = await request(url, {
      method: 'POST',
      dispatcher,
      signal,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      headers: { 'content-type': 'application/json', 'user-agent': userAgent, ...headers },
      body,
    });
    const response = await firstBytes(answer.body);
    const retryAfter = answer.headers['retry-after'];
    return {
      status: answer.statusCode,
      error: null,
      response,
      durationMs: took(),
      retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
    };
  } catch (error) {
    return {
      status: null,
      error: nameOf(error, timeoutMs),
      response: null,
      durationMs: took(),
      retryAfter: null,
    };
  }
}

/** The beginning of an answer; the rest is thrown away with its connection. An answer cut off counts as far as it came. */
async function firstBytes(body: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > mostResponseBytes) break;
    }
  } catch {
    body.destroy();
  }
  return Buffer.concat(chunks).subarray(0, mostResponseBytes).toString('utf8').replaceAll('\0', '�');
}

/** The reason in words for the customer, without addresses of ours. */
function nameOf(error: unknown, timeoutMs: number): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof RefusedAddress) return 'address-not-allowed: the address is private or special';
    if (
      at.name === 'TimeoutError' ||
      at instanceof errors.HeadersTimeoutError ||
      at instanceof errors.BodyTimeoutError
    )
      return `timeout: no answer within ${timeoutMs / 1000} s`;
    const code = (at as { code?: string }).code;
    const named = code === undefined ? undefined : transportFaults[code];
    if (named !== undefined) return named;
    if (code?.startsWith('ERR_TLS') || code?.includes('CERT') || code?.includes('SIGNATURE'))
      return `tls: the certificate was not accepted (${code})`;
  }
  return 'transport: the connection failed';
}

const transportFaults: Record<string, string> = {
  ENOTFOUND: 'dns: the host name was not found',
  EAI_AGAIN: 'dns: the name server did not answer',
  ECONNREFUSED: 'refused: nothing listens there',
  ECONNRESET: 'reset: the connection was closed half-way',
  EPIPE: 'reset: the connection was closed half-way',
  UND_ERR_SOCKET: 'reset: the connection was closed half-way',
  UND_ERR_CONNECT_TIMEOUT: 'timeout: no connection in time',
  ETIMEDOUT: 'timeout: no connection in time',
  EHOSTUNREACH: 'unreachable: no route to the host',
  ENETUNREACH: 'unreachable: no route to the host',
};
