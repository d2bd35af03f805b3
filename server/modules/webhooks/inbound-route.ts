import { z } from 'zod';
import { receipt } from '#contract/webhooks.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { acceptMessage } from './accept-message.ts';
import { mostBodyBytes } from './receiver.ts';

const kept = ['content-type', 'user-agent'];

/**
 * POST /in/:receiver, the public door for signed messages. It sees the body as raw bytes: a parser of its own, in a
 * plugin that leaves the other routes alone.
 */
export function inboundRoute(app: Http, platform: Platform): void {
  app.register(async (door) => {
    door.removeAllContentTypeParsers();
    door.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: mostBodyBytes }, (_request, body, done) =>
      done(null, body),
    );
    (door as unknown as Http).post(
      '/in/:receiver',
      {
        config: { access: { public: true } },
        bodyLimit: mostBodyBytes,
        schema: {
          summary: 'Post a signed message (Standard Webhooks)',
          tags: ['webhooks'],
          params: z.object({ receiver: z.string().max(100) }),
          response: { 202: receipt },
        },
      },
      async (request, reply) => {
        const header = (name: string) => {
          const value = request.headers[name];
          return typeof value === 'string' ? value : undefined;
        };
        const body: unknown = request.body;
        const taken = await acceptMessage(platform, {
          token: request.params.receiver,
          headers: {
            id: header('webhook-id'),
            timestamp: header('webhook-timestamp'),
            signature: header('webhook-signature'),
          },
          keptHeaders: Object.fromEntries(
            kept.flatMap((name) => {
              const value = header(name);
              return value === undefined ? [] : [[name, value.slice(0, 300)]];
            }),
          ),
          body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
          address: request.ip,
        });
        return reply.code(202).send(taken);
      },
    );
  });
}
