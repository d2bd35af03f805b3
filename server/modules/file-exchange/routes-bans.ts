import { sftpBanList, sftpBanParams, sftpBanQuery } from '#contract/file-exchange.ts';
import type { Http } from '#platform/http.ts';
import { parseId, showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import { read, transact } from '#platform/transact.ts';
import { deleteBan, listBans } from './sign-in-store.ts';

const tags = ['files'];
const lifters = ['integrations-manager', 'lead-consultant', 'support'] as const;

/** Bans of the SFTP door, over all customers: listed for staff, and lifted. */
export function banRoutes(app: Http, platform: Platform): void {
  app.get(
    '/api/sftp-bans',
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'Sign-ins at the SFTP door that are banned for a while',
        tags,
        querystring: sftpBanQuery,
        response: { 200: sftpBanList },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const before = cursor === undefined ? null : parseId('ban', cursor);
      if (before === undefined)
        throw commonProblems['invalid-request']({ detail: 'cursor is not one of ours' });
      const now = platform.clock.now();
      const bans = await read(platform, {}, (sql) => listBans(sql, now, before, limit));
      const last = bans.at(-1);
      return {
        items: bans.map((one) => ({
          id: showId('ban', one.id),
          address: one.lastAddress,
          userName: one.userName === '' ? null : one.userName,
          lastFailedAt: one.lastAt.toString(),
          bannedUntil: one.bannedUntil?.toString() ?? '',
        })),
        next: bans.length === limit && last !== undefined ? showId('ban', last.id) : null,
      };
    },
  );
  app.delete(
    '/api/sftp-bans/:ban',
    {
      config: { access: { staff: [...lifters] } },
      schema: { summary: 'Lift a ban', tags, params: sftpBanParams },
    },
    async (request, reply) => {
      await transact(platform, {}, request.actor, async (work) => {
        const lifted = await deleteBan(work.sql, request.params.ban);
        if (lifted === undefined) throw notFound('ban');
        const { lastAddress: address, userName } = lifted;
        work.audit({
          action: 'sftp-sign-in.lift-ban',
          subject: showId('ban', lifted.id),
          detail: { address, userName },
        });
      });
      return reply.code(204).send();
    },
  );
}
