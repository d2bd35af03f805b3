import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { askSignInLinkBody, signInLinkBody, signInLinkView } from '#contract/access.ts';
import { localPathOf } from '#contract/local-path.ts';
import { publicUrl } from '#platform/config.ts';
import type { Http } from '#platform/http.ts';
import { networkOf } from '#platform/network-of.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems } from '#platform/problem.ts';
import type { Person } from './person.ts';
import { askForSignInLink, describeSignInLink, takeSignInLink } from './sign-in-links.ts';

const open = { access: { public: true as const } };
const tags = ['sign-in'];

/** Sign-in links: asking for one, looking whom it signs in, and the button that does so. */
export function mountLinks(
  app: Http,
  platform: Platform,
  openSession: (person: Person, headers: Headers) => Promise<Response>,
): void {
  app.post(
    '/api/auth/sign-in/magic-link',
    {
      config: open,
      schema: {
        summary: 'Ask for a sign-in link by mail; the answer is the same whether the address is known',
        tags,
        body: askSignInLinkBody,
        response: { 200: z.object({ status: z.literal(true) }) },
      },
    },
    async (request) => {
      refuseOtherSite(platform, request);
      const { email, callbackURL } = request.body;
      const to = pageOf(platform, callbackURL ?? '/');
      await askForSignInLink(platform, { email, to, network: networkOf(request.ip) });
      return { status: true as const };
    },
  );
  app.get(
    '/api/auth/magic-link/verify',
    {
      config: open,
      schema: {
        summary: 'Whom a sign-in link signs in; uses nothing up',
        tags,
        querystring: signInLinkBody,
        response: { 200: signInLinkView },
      },
    },
    (request) => describeSignInLink(platform, request.query.token),
  );
  app.post(
    '/api/auth/magic-link/verify',
    {
      config: open,
      schema: {
        summary: 'Sign in with a link, once',
        tags,
        body: signInLinkBody,
        response: { 200: z.object({ signedIn: z.literal(true) }) },
      },
    },
    async (request, reply) => {
      refuseOtherSite(platform, request);
      const person = await takeSignInLink(platform, request.body.token);
      const headers = new Headers({ 'user-agent': request.headers['user-agent'] ?? '' });
      const opened = await openSession(person, headers);
      if (!opened.ok) throw commonProblems.internal({ internal: `no session: ${opened.status}` });
      for (const cookie of opened.headers.getSetCookie()) reply.header('set-cookie', cookie);
      return { signedIn: true as const };
    },
  );
}

/** The page of this server that a sign-in leads to; anything else is refused. */
function pageOf(platform: Platform, asked: string): string {
  const base = publicUrl(platform.config);
  const path = asked.startsWith(`${base}/`) ? asked.slice(base.length) : asked;
  const page = path === '/' ? path : localPathOf(path);
  if (page === undefined)
    throw commonProblems.forbidden({ detail: 'A sign-in leads to a page of this server only.' });
  return page;
}

/** A browser says where a request comes from: another site can neither ask for a link nor press its button. */
function refuseOtherSite(platform: Platform, request: FastifyRequest): void {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isOurs =
    origin === undefined
      ? site !== 'cross-site'
      : origin === new URL(publicUrl(platform.config)).origin ||
        (URL.canParse(origin) && new URL(origin).host === host);
  if (!isOurs) throw commonProblems.forbidden({ detail: 'The request comes from another site.' });
}
