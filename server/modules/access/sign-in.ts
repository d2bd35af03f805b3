import type { IncomingHttpHeaders } from 'node:http';
import { passkey } from '@better-auth/passkey';
import { type BetterAuthPlugin, betterAuth } from 'better-auth';
import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import type pg from 'pg';
import { z } from 'zod';
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
import { createSignInLink } from './sign-in-links.ts';
import { mountLinks } from './sign-in-routes.ts';

/** Sign-in of people: one-time mail links and passkeys. */
export interface SignIn {
  /** The signed-in person behind a request's cookies. */
  person(headers: IncomingHttpHeaders): Promise<Actor | undefined>;
  /** Makes a one-time sign-in link without mailing it: for the lines that "start" prints. */
  link(email: string): Promise<string>;
  /** Mounts /api/auth/*. */
  routes(app: Http): void;
}

/** Tells better-auth where a request comes from, whatever the client says. */
const addressHeader = 'x-fairlead-address';

/** Sets up better-auth over its own schema. */
export function createSignIn(platform: Platform, pool: pg.Pool): SignIn {
  const { config } = platform;
  const base = publicUrl(config);
  const auth = betterAuth({
    database: pool,
    secret: derivedKey(config, 'sign-in').toString('base64'),
    baseURL: base,
    basePath: '/api/auth',
    trustedOrigins: [base],
    telemetry: { enabled: false },
    logger: { disabled: true },
    session: { expiresIn: 60 * 60 * 12, updateAge: 60 * 30 },
    // Its limits count by address alone, so that one caller would lock out all others of an office.
    rateLimit: { enabled: false },
    advanced: {
      database: { generateId: () => uuidv7() },
      ipAddress: { ipAddressHeaders: [addressHeader] },
      useSecureCookies: base.startsWith('https:'),
      cookiePrefix: 'fairlead',
    },
    plugins: [sessions, passkey({ rpID: new URL(base).hostname, rpName: 'Fairlead', origin: base })],
  });
  return {
    person: async (headers) => {
      if (!headers.cookie?.includes('fairlead.')) return undefined;
      const session = await auth.api.getSession({ headers: new Headers({ cookie: headers.cookie }) });
      if (session === null) return undefined;
      const person = await personById(platform.db, session.user.id);
      return person === undefined ? undefined : actorOf(person);
    },
    link: (email) => linkFor(platform, email),
    routes: (app) => {
      mountLinks(app, platform, (person, headers) =>
        auth.api.openSession({ body: { personId: person.id }, headers, asResponse: true }),
      );
      mount(app, base, (request) => auth.handler(request));
    },
  };
}

/** Opens a session for a person whom we have found ourselves; called from here only, for no address leads to it. */
const sessions = {
  id: 'fairlead-sessions',
  endpoints: {
    openSession: createAuthEndpoint(
      '/open-session',
      { method: 'POST', body: z.object({ personId: z.string() }), requireHeaders: true },
      async (context) => {
        const user = await context.context.internalAdapter.findUserById(context.body.personId);
        if (user === null) throw commonProblems.internal({ internal: 'a person without a sign-in record' });
        const session = await context.context.internalAdapter.createSession(user.id);
        await setSessionCookie(context, { session, user });
        return context.json({ signedIn: true });
      },
    ),
  },
} satisfies BetterAuthPlugin;

async function linkFor(platform: Platform, email: string): Promise<string> {
  const person = await personByEmail(platform.db, email);
  if (person === undefined) throw commonProblems['not-found']();
  return transact(platform, {}, systemActor('sign-in'), (work) =>
    createSignInLink(work, person, { to: '/', network: 'here' }),
  );
}

/** What the console asks of better-auth; its other addresses, which change people and sessions, are not opened. */
const opened = new Set([
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
};
const saidOf: Record<string, string> = {
  INVALID_ORIGIN: 'The request comes from another site.',
};

/** What better-auth refuses, in our own words; its words are for its own client, and may change. */
async function refusalOf(response: Response): Promise<Problem> {
  if (response.status >= 500) return commonProblems.internal({ internal: 'better-auth failed' });
  const said = (await response.json().catch(() => ({}))) as { code?: string; message?: string };
  const detail = saidOf[said.code ?? ''];
  return commonProblems[codeOfStatus[response.status] ?? 'conflict']({
    internal: said.code ?? 'better-auth refused',
    ...(detail === undefined ? {} : { detail }),
  });
}
