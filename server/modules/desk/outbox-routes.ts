import type { OutgoingMailView } from '#contract/mail.ts';
import { outboxPage, outboxParams, outboxQuery, outgoingMailView } from '#contract/mail.ts';
import { queryNumber } from '#contract/query-number.ts';
import type { Config } from '#platform/config.ts';
import type { Http } from '#platform/http.ts';
import { parseId, showId } from '#platform/ids.ts';
import { wordsOf } from '#platform/mail.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import { read, transact } from '#platform/transact.ts';
import { cleanHtml } from './mail-html.ts';
import { findOutbox, listOutbox, type OutboxRow } from './outbox-store.ts';
import { sendAttachment } from './send-attachment.ts';

const tags = ['mail'];
const maxAttachmentBytes = 25 * 1024 * 1024;

/** The outbox: what the product wrote to whom. In a demonstration for all staff, else for administrators. */
export function outboxRoutes(app: Http, platform: Platform): void {
  const access =
    platform.config.server.mode === 'demonstration'
      ? { staff: 'any' as const }
      : { staff: ['administrator' as const] };
  app.get(
    '/api/outbox',
    {
      config: { access },
      schema: {
        summary: 'Outgoing mail, newest first',
        tags,
        querystring: outboxQuery,
        response: { 200: outboxPage },
      },
    },
    async (request) => {
      const { cursor, limit, ...filter } = request.query;
      const before = cursor === undefined ? null : parseId('mal', cursor);
      if (before === undefined)
        throw commonProblems['invalid-request']({ detail: 'cursor is not one of ours' });
      const rows = await read(platform, {}, (sql) => listOutbox(sql, filter, before, limit));
      const last = rows.at(-1);
      return {
        items: rows.map(showLine),
        next: rows.length === limit && last !== undefined ? showId('mal', last.id) : null,
      };
    },
  );
  app.get(
    '/api/outbox/:mail',
    {
      config: { access },
      schema: {
        summary: 'One outgoing mail',
        tags,
        params: outboxParams,
        response: { 200: outgoingMailView },
      },
    },
    async (request) => {
      const row = await transact(platform, {}, request.actor, async (work) => {
        const found = await findOutbox(work.sql, request.params.mail);
        if (found === undefined) throw notFound();
        work.audit({ action: 'outbox.read', subject: found.id, detail: { kind: found.kind } });
        return found;
      });
      return showMail(row, platform.config);
    },
  );
  app.get(
    '/api/outbox/:mail/attachments/:index',
    {
      config: { access },
      schema: {
        summary: 'An attachment of an outgoing mail',
        tags,
        params: outboxParams.extend({ index: queryNumber(0, 999) }),
      },
    },
    async (request, reply) => {
      const { mail, index } = request.params;
      const row = await read(platform, {}, (sql) => findOutbox(sql, mail));
      const one = row?.attachments[index];
      if (one === undefined) throw notFound();
      const bytes =
        one.objectKey === undefined
          ? Buffer.from(one.content ?? '', 'base64')
          : await platform.objects.readBuffer(one.objectKey, maxAttachmentBytes);
      return sendAttachment(reply, one, bytes);
    },
  );
}

function showLine(row: OutboxRow) {
  return {
    id: showId('mal', row.id),
    at: row.createdAt.toString(),
    from: row.sender,
    to: row.recipients,
    subject: row.subject,
    kind: row.kind,
    automatic: row.automatic,
    status: row.status,
    statusDetail: row.statusDetail,
    attempts: row.attempts,
    sentAt: row.sentAt?.toString() ?? null,
    customer:
      row.customerId === null
        ? null
        : { id: showId('cus', row.customerId), code: row.customerCode ?? '', name: row.customerName ?? '' },
    integrationId: row.integrationId === null ? null : showId('int', row.integrationId),
  };
}

/** The words of a confidential mail are a key: outside a demonstration nobody but its receiver reads them. */
function showMail(row: OutboxRow, config: Config): OutgoingMailView {
  const hidden = row.confidential && config.server.mode === 'production';
  return {
    ...showLine(row),
    messageId: row.messageId,
    replyTo: row.replyTo,
    text: hidden ? null : wordsOf(config, row),
    html: hidden || row.bodyHtml === null ? null : cleanHtml(row.bodyHtml),
    hidden,
    attachments: row.attachments.map((one, index) => ({
      index,
      name: one.name,
      type: one.type,
      sizeBytes: one.sizeBytes ?? Buffer.byteLength(one.content ?? '', 'base64'),
    })),
  };
}
