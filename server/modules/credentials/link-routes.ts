import { linkParams, linkReveal, linkView } from '#contract/credentials.ts';
import { publicUrl } from '#platform/config.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { describeLink, revealLink } from './use-one-time-link.ts';

const open = { access: { public: true as const } };
const cookieName = 'fairlead_link';

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
      reply.header('cache-control', 'no-store').header('x-robots-tag', 'noindex');
      return describeLink(platform, request.params.token, request.cookies[cookieName]);
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
      const { reveal, browser } = await revealLink(platform, token, request.cookies[cookieName]);
      reply.header('cache-control', 'no-store').setCookie(cookieName, browser, {
        path: `/api/links/${token}`,
        httpOnly: true,
        sameSite: 'strict',
        secure: publicUrl(platform.config).startsWith('https:'),
        maxAge: 600,
      });
      return reveal;
    },
  );
}
