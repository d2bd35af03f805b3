import { Resolver } from 'node:dns/promises';
import type { Config } from '#platform/config.ts';

/** What a name server said to one question; `code` as in `node:dns` when it said nothing of use. */
export type NameAnswer = { records: unknown } | { code: string };

/** One question as a key. */
export const questionOf = (name: string, type: string): string => `${type} ${name.toLowerCase()}`;

const queryTimeoutMs = 2_000;
const mostOpen = 256;
const mostOpenPerDomain = 16;
/** An answer is asked for again after this; it is the whole memory, too. */
const rememberMs = 30_000;
const mostRemembered = 5_000;
/** Names that by RFC 6761 and RFC 6762 no public server knows. */
const reservedNames = /(^|\.)(example|test|invalid|localhost|local)\.?$/i;

/** A bound on what is open at once; the rest waits its turn. */
class Turnstile {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #open = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get idle(): boolean {
    return this.#open === 0;
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#open < this.#most) this.#open++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#open--;
      else next();
    }
  }
}

/**
 * Asks the name servers on behalf of mails, without a thread: at most 256 questions at once and 16 for one sender's domain, 2 s
 * each. The same question within 30 s is asked once. So servers that do not answer hold up nobody but their own domain.
 */
export class NameServers {
  readonly #resolver = new Resolver({ timeout: queryTimeoutMs, tries: 1 });
  readonly #own: boolean;
  readonly #all = new Turnstile(mostOpen);
  readonly #domains = new Map<string, Turnstile>();
  readonly #remembered = new Map<string, { at: number; answer: Promise<NameAnswer> }>();

  /** `servers` as IP addresses, with a port where it is not 53; those of the system when there are none. */
  constructor(servers: readonly string[]) {
    this.#own = servers.length > 0;
    if (this.#own) this.#resolver.setServers(servers);
  }

  ask(name: string, type: string, domain: string): Promise<NameAnswer> {
    if (!this.#own && reservedNames.test(name)) return Promise.resolve({ code: 'ENOTFOUND' });
    const key = questionOf(name, type);
    const now = performance.now();
    const known = this.#remembered.get(key);
    if (known !== undefined && now - known.at < rememberMs) return known.answer;
    const answer = this.#inTurn(domain, async () => {
      try {
        return { records: await this.#resolver.resolve(name, type as 'TXT') };
      } catch (error) {
        return { code: String((error as { code?: unknown }).code ?? 'ESERVFAIL') };
      }
    });
    this.#remembered.delete(key);
    this.#remembered.set(key, { at: now, answer });
    for (const [oldest] of this.#remembered) {
      if (this.#remembered.size <= mostRemembered) break;
      this.#remembered.delete(oldest);
    }
    return answer;
  }

  async #inTurn(domain: string, work: () => Promise<NameAnswer>): Promise<NameAnswer> {
    const gate = this.#domains.get(domain) ?? new Turnstile(mostOpenPerDomain);
    this.#domains.set(domain, gate);
    try {
      return await gate.pass(() => this.#all.pass(work));
    } finally {
      if (gate.idle) this.#domains.delete(domain);
    }
  }
}

const opened = new WeakMap<Config, NameServers>();

/** The name servers of this process, which share their bounds and their memory. */
export function nameServersOf(config: Config): NameServers {
  const servers = opened.get(config) ?? new NameServers(config.smtp.nameServers);
  opened.set(config, servers);
  return servers;
}
