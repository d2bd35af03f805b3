import type { IncomingHttpHeaders } from 'node:http';
import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { magicLink } from 'better-auth/plugins';
import type pg from 'pg';
import { localPathOf } from '#contract/local-path.ts';
import { type Actor, systemActor } from '#platform/actor.ts';
import { publicUrl } from '#platform/config.ts';
import { derivedKey } from '#platform/crypto.ts';
import type { Http } from '#platform/http.ts';
import { uuidv7 } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems, type Problem } from '#platform/problem.ts';
import { transact } from '#platform/transact.ts';
import { actorOf } from './person.ts';
import { personByEmail, personById } from './person-store.ts';

/** Sign-in of people: one-time mail links and passkeys. */
export interface SignIn {
  /** The signed-in person behind a request's cookies. */
  person(headers: IncomingHttpHeaders): Promise<Actor | undefined>;
  /** Makes a one-time sign-in link without mailing it: for the lines that "start" prints. */
  link(email: string): Promise<string>;
  /** Mounts /api/auth/*. */
  routes(app: Http): void;
}

/** Tells better-auth where a request comes from, whatever the client says: what its limits count by. */
const addressHeader = 'x-fairlead-address';
const minutesOfLink = { demonstration: 24 * 60, production: 15 };

/** Sets up better-auth over its own schema. */
export function createSignIn(platform: Platform, pool: pg.Pool): SignIn {
  const { config } = platform;
  const base = publicUrl(config);
  const captured = new Map<string, string>();
  const expiresIn = minutesOfLink[config.server.mode] * 60;
  const auth = betterAuth({
    database: pool,
    secret: derivedKey(config, 'sign-in').toString('base64'),
    baseURL: base,
    basePath: '/api/auth',
    trustedOrigins: [base],
    telemetry: { enabled: false },
    logger: { disabled: true },
    session: { expiresIn: 60 * 60 * 12, updateAge: 60 * 30 },
    rateLimit: { enabled: true, window: 60, max: 300 },
    advanced: {
      database: { generateId: () => uuidv7() },
      ipAddress: { ipAddressHeaders: [addressHeader] },
      useSecureCookies: base.startsWith('https:'),
      cookiePrefix: 'fairlead',
    },
    plugins: [
      magicLink({
        expiresIn,
        disableSignUp: true,
        storeToken: 'hashed',
        rateLimit: { window: 60, max: config.server.mode === 'demonstration' ? 600 : 5 },
        sendMagicLink: async ({ email, token, url }) => {
          // The link opens a page with a button: a mail scanner that follows it signs nobody in.
          const link = new URL('/sign-in/link', base);
          link.searchParams.set('token', token);
          const asked = localPathOf(new URL(url).searchParams.get('callbackURL'));
          if (asked !== undefined && asked !== '/') link.searchParams.set('to', asked);
          if (captured.has(email)) captured.set(email, link.href);
          else await mailLink(platform, email, link.href);
        },
      }),
      passkey({ rpID: new URL(base).hostname, rpName: 'Fairlead', origin: base }),
    ],
  });
  return {
    person: async (headers) => {
      if (!headers.cookie?.includes('fairlead.')) return undefined;
      const session = await auth.api.getSession({ headers: new Headers({ cookie: headers.cookie }) });
      if (session === null) return undefined;
      const person = await personById(platform.db, session.user.id);
      return person === undefined ? undefined : actorOf(person);
    },
    link: async (email) => {
      captured.set(email, '');
      await auth.api.signInMagicLink({ body: { email, callbackURL: '/' }, headers: new Headers() });
      const url = captured.get(email) ?? '';
      captured.delete(email);
      return url;
    },
    routes: (app) => mount(app, base, (request) => auth.handler(request)),
  };
}

async function mailLink(platform: Platform, email: string, url: string): Promise<void> {
  const person = await personByEmail(platform.db, email);
  if (person === undefined) return;
  const scope = person.customerId === null ? {} : { customerId: person.customerId };
  await transact(platform, scope, systemActor('sign-in'), async (work) => {
    await work.mail({
      to: [person.email],
      subject: 'Your sign-in link',
      text: `Kia ora ${person.name},\n\nOpen this link and press the button to sign in:\n\n${url}\n\nIt works once. If you did not ask for it, ignore this mail.\n`,
      automatic: true,
      kind: 'sign-in',
      confidential: true,
    });
    work.audit({ action: 'sign-in.link-sent', subject: person.id });
  });
}

/** What the console asks of better-auth; its other addresses, which change people and sessions, are not opened. */
const opened = new Set([
  'POST /sign-in/magic-link',
  'GET /magic-link/verify',
  'POST /sign-out',
  'GET /get-session',
  'GET /passkey/generate-authenticate-options',
  'POST /passkey/verify-authentication',
  'GET /passkey/generate-register-options',
  'POST /passkey/verify-registration',
  'GET /passkey/list-user-passkeys',
  'POST /passkey/update-passkey',
  'POST /passkey/delete-passkey',
]);

const largestBodyBytes = 65_536;

/**
 * Hands the opened addresses of /api/auth/* to better-auth in the web's own Request and Response; its refusals become our
 * problems.
 */
function mount(app: Http, base: string, handle: (request: Request) => Promise<Response>): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/api/auth/*',
    config: { access: { public: true } },
    bodyLimit: largestBodyBytes,
    handler: async (request, reply) => {
      const { '*': path } = request.params as { '*': string };
      if (!opened.has(`${request.method} /${path}`)) throw commonProblems['not-found']();
      const headers = new Headers();
      for (const [name, value] of Object.entries(request.headers))
        if (value !== undefined && name !== 'content-length') headers.set(name, String(value));
      headers.set(addressHeader, request.ip);
      const body = request.method === 'POST' ? JSON.stringify(request.body ?? {}) : null;
      const response = await handle(
        new Request(new URL(request.url, base), { method: request.method, headers, body }),
      );
      if (response.status >= 400) throw await refusalOf(response);
      reply.code(response.status);
      for (const [name, value] of response.headers) if (name !== 'set-cookie') reply.header(name, value);
      for (const value of response.headers.getSetCookie()) reply.header('set-cookie', value);
      return reply.send(Buffer.from(await response.arrayBuffer()));
    },
  });
}

const codeOfStatus: Record<number, keyof typeof commonProblems.catalogue> = {
  400: 'invalid-request',
  401: 'signed-out',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-found',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
};
const saidOf: Record<string, string> = {
  INVALID_ORIGIN: 'The request comes from another site.',
  INVALID_CALLBACK_URL: 'A sign-in leads to a page of this server only.',
};

/** What better-auth refuses, in our own words; its words are for its own client, and may change. */
async function refusalOf(response: Response): Promise<Problem> {
  if (response.status >= 500) return commonProblems.internal({ internal: 'better-auth failed' });
  const said = (await response.json().catch(() => ({}))) as { code?: string; message?: string };
  const detail = saidOf[said.code ?? ''];
  const wait = response.headers.get('x-retry-after');
  return commonProblems[codeOfStatus[response.status] ?? 'conflict']({
    internal: said.code ?? 'better-auth refused',
    ...(detail === undefined ? {} : { detail }),
    ...(wait === null ? {} : { headers: { 'retry-after': wait } }),
  });
}
