import type { FastifyReply, FastifyRequest } from 'fastify';
import { linkParams, linkReveal, linkView } from '#contract/credentials.ts';
import { publicUrl } from '#platform/config.ts';
import { randomSecret } from '#platform/crypto.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { describeLink, revealLink } from './use-one-time-link.ts';

const open = { access: { public: true as const } };
const cookieName = 'fairlead_link';
const tokenForm = /^[A-Za-z0-9_-]{43}$/;

/** What a one-time link's page is made of: GET says what it is, POST (the button) shows the secret. */
export function linkRoutes(app: Http, platform: Platform): void {
  app.get(
    '/api/links/:token',
    {
      config: open,
      schema: {
        summary: 'What a one-time link is; uses nothing up',
        params: linkParams,
        response: { 200: linkView },
      },
    },
    async (request, reply) => {
      const { token } = request.params;
      reply.header('cache-control', 'no-store').header('x-robots-tag', 'noindex');
      const browser = browserOf(request);
      // Before the button is pressed, so that an answer lost on its way finds the same browser again.
      if (browser === undefined) keepBrowser(platform, reply, token, randomSecret(32));
      return describeLink(platform, token, browser);
    },
  );
  app.post(
    '/api/links/:token',
    {
      config: open,
      schema: { summary: 'Shows the secret, once', params: linkParams, response: { 200: linkReveal } },
    },
    async (request, reply) => {
      const { token } = request.params;
      const { reveal, browser } = await revealLink(platform, token, browserOf(request));
      reply.header('cache-control', 'no-store');
      keepBrowser(platform, reply, token, browser);
      return reveal;
    },
  );
}

/** The token by which a browser is known again; one that we can't have made counts as none. */
function browserOf(request: FastifyRequest): string | undefined {
  const token = request.cookies[cookieName];
  return token !== undefined && tokenForm.test(token) ? token : undefined;
}

function keepBrowser(platform: Platform, reply: FastifyReply, token: string, browser: string): void {
  reply.setCookie(cookieName, browser, {
    path: `/api/links/${token}`,
    httpOnly: true,
    sameSite: 'strict',
    secure: publicUrl(platform.config).startsWith('https:'),
    maxAge: 3_600,
  });
}
