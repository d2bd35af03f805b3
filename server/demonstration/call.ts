import { Agent, fetch } from 'undici';

/** An answer that is not what was hoped for: the problem's code and words. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(
    method: string,
    path: string,
    status: number,
    body: { code?: string; detail?: string; title?: string; errors?: unknown },
  ) {
    super(
      `${method} ${path} was answered ${status} ${body.code ?? ''}: ${body.detail ?? body.title ?? ''} ${body.errors === undefined ? '' : JSON.stringify(body.errors)}`,
    );
    this.status = status;
    this.code = body.code ?? '';
  }
}

export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
  /** The only statuses that are right; any 2xx when left out. */
  expect?: number[];
}

/** JSON as it came: the journey's steps know its shape from the contract, and a wrong guess fails the step. */
export type JsonAnswer = ReturnType<typeof JSON.parse>;

export interface Answer {
  status: number;
  headers: Headers;
  json: JsonAnswer;
  text: string;
}

const agent = new Agent({ connectTimeout: 5_000, headersTimeout: 60_000, bodyTimeout: 60_000 });
const keepTryingMs = 60_000;

let crashes = false;

/**
 * From now on the server may be killed at any moment: a call that goes unanswered, or is answered with 5xx, is tried
 * again for a minute. So what is asked for must bear being asked twice.
 */
export function expectCrashes(): void {
  crashes = true;
}

/** Whether the server may be killed at any moment, so that a failure may be that, and an answer may have been lost. */
export const crashesExpected = () => crashes;

/**
 * A client of one base address that keeps cookies. It waits up to a minute for a server that is not there, or says
 * 503; every other failure is one, unless crashes are expected.
 */
export class Caller {
  readonly base: string;
  readonly #headers: Record<string, string>;
  readonly #cookies = new Map<string, string>();

  constructor(base: string, headers: Record<string, string> = {}) {
    this.base = base;
    this.#headers = headers;
  }

  get(path: string, options: CallOptions = {}): Promise<Answer> {
    return this.call('GET', path, options);
  }
  post(path: string, body?: unknown, options: CallOptions = {}): Promise<Answer> {
    return this.call('POST', path, { ...options, body });
  }
  put(path: string, body: unknown, options: CallOptions = {}): Promise<Answer> {
    return this.call('PUT', path, { ...options, body });
  }

  async call(method: string, path: string, options: CallOptions): Promise<Answer> {
    const deadline = Date.now() + keepTryingMs;
    for (;;) {
      const answer = await this.#once(method, path, options).catch((error: Error) => error);
      const failed = answer instanceof Error || answer.status >= 500;
      const away = answer instanceof Error ? isRefused(answer) : answer.status === 503;
      if (!failed || !(away || crashes) || Date.now() > deadline) {
        if (answer instanceof Error) throw answer;
        return this.#judge(method, path, answer, options);
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  /** Signs in with a one-time link, as the button on its page does; throws when it is not accepted. */
  async signIn(link: string): Promise<void> {
    if (!(await this.trySignIn(link))) throw new Error('the sign-in link was not accepted');
  }

  /** As signIn; false when the link is not accepted. */
  async trySignIn(link: string): Promise<boolean> {
    this.#cookies.clear();
    const token = new URL(link).searchParams.get('token') ?? '';
    await this.call('POST', '/api/auth/magic-link/verify', { body: { token }, expect: [200, 410] });
    return this.#cookies.size > 0;
  }

  /** Takes up a session that another process began. */
  resume(cookie: string): void {
    for (const pair of cookie.split('; ').filter(Boolean)) {
      const [name = '', ...value] = pair.split('=');
      this.#cookies.set(name, value.join('='));
    }
  }

  /** What a session is carried on by, for another process. */
  cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async #once(method: string, path: string, options: CallOptions): Promise<Answer> {
    const headers: Record<string, string> = { ...this.#headers, ...options.headers, origin: this.base };
    if (this.#cookies.size > 0) headers['cookie'] = this.cookie();
    const { body } = options;
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    if (body !== undefined && !raw) headers['content-type'] ??= 'application/json';
    const response = await fetch(new URL(path, this.base), {
      method,
      headers,
      redirect: 'manual',
      dispatcher: agent,
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const [name = '', ...value] = pair.split('=');
      this.#cookies.set(name, value.join('='));
    }
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers as Headers,
      json: isJson && text ? JSON.parse(text) : undefined,
      text,
    };
  }

  #judge(method: string, path: string, answer: Answer, options: CallOptions): Answer {
    const { status } = answer;
    if (options.expect?.includes(status) ?? (status >= 200 && status < 300)) return answer;
    throw new Refused(method, path, answer.status, answer.json ?? { detail: answer.text.slice(0, 200) });
  }
}

const isRefused = (error: Error) =>
  (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
