import type { FastifyReply } from 'fastify';
import { attachmentParams, heldAttachmentParams, heldMailParams, ticketMailParams } from '#contract/desk.ts';
import type { StaffRole } from '#contract/roles.ts';
import type { Tx } from '#platform/database.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { notFound } from '#platform/problem.ts';
import { read } from '#platform/transact.ts';
import { decodeText } from './decode-text.ts';
import type { MailPart } from './incoming-mail.ts';
import { findHeldFiles, findInbox } from './mail-store.ts';
import { readAttachmentApart } from './read-apart.ts';
import { sendAttachment } from './send-attachment.ts';
import { mailOnTicket } from './thread-store.ts';

const tags = ['desk'];
const heldReaders: StaffRole[] = [
  'commercial-director',
  'integrations-manager',
  'lead-consultant',
  'support',
  'auditor',
];
/** So much of a mail is shown as text; the rest is in the file. */
const mostShownBytes = 1_000_000;

type Files = { inboxId: string | null; attachments: MailPart[] } | undefined;

/** A mail that came in as it was sent: to read as text, to save, and each of its files. */
export function originalRoutes(app: Http, platform: Platform): void {
  const mails = '/api/customers/:customer/tickets/:ticket/mails/:mail';
  const onTicket = (params: { customer: string; ticket: string; mail: string }) =>
    open(platform, { customerId: params.customer }, (sql) =>
      mailOnTicket(sql, { customerId: params.customer, id: params.ticket }, params.mail),
    );
  const held = (params: { mail: string }) => open(platform, {}, (sql) => findHeldFiles(sql, params.mail));
  app.get(
    `${mails}/original`,
    {
      config: { access: { staff: 'any' } },
      schema: { summary: 'A mail that came in, as it was sent, as text', tags, params: ticketMailParams },
    },
    async (request, reply) => showOriginal(reply, (await onTicket(request.params)).raw),
  );
  app.get(
    `${mails}/original.eml`,
    {
      config: { access: { staff: 'any' } },
      schema: { summary: 'A mail that came in, as it was sent, as a file', tags, params: ticketMailParams },
    },
    async (request, reply) => saveOriginal(reply, (await onTicket(request.params)).raw),
  );
  app.get(
    `${mails}/attachments/:index`,
    {
      config: { access: { staff: 'any' } },
      schema: { summary: 'A file of a mail that came in', tags, params: attachmentParams },
    },
    async (request, reply) => sendPart(reply, await onTicket(request.params), request.params.index),
  );
  app.get(
    '/api/held-mails/:mail/original',
    {
      config: { access: { staff: heldReaders } },
      schema: { summary: 'A held mail, as it was sent, as text', tags, params: heldMailParams },
    },
    async (request, reply) => showOriginal(reply, (await held(request.params)).raw),
  );
  app.get(
    '/api/held-mails/:mail/original.eml',
    {
      config: { access: { staff: heldReaders } },
      schema: { summary: 'A held mail, as it was sent, as a file', tags, params: heldMailParams },
    },
    async (request, reply) => saveOriginal(reply, (await held(request.params)).raw),
  );
  app.get(
    '/api/held-mails/:mail/attachments/:index',
    {
      config: { access: { staff: heldReaders } },
      schema: { summary: 'A file of a held mail', tags, params: heldAttachmentParams },
    },
    async (request, reply) => sendPart(reply, await held(request.params), request.params.index),
  );
}

async function open(
  platform: Platform,
  scope: { customerId?: string },
  find: (sql: Tx) => Promise<Files>,
): Promise<{ raw: Buffer; attachments: MailPart[] }> {
  const found = await read(platform, scope, async (sql) => {
    const files = await find(sql);
    const stored = files?.inboxId ? await findInbox(sql, files.inboxId) : undefined;
    return { attachments: files?.attachments ?? [], objectKey: stored?.objectKey ?? null };
  });
  if (found.objectKey === null) throw notFound();
  const raw = await platform.objects.readBuffer(found.objectKey, platform.config.smtp.maxSizeBytes);
  return { raw, attachments: found.attachments };
}

/** As text that no browser takes for anything else. */
function showOriginal(reply: FastifyReply, raw: Buffer): FastifyReply {
  return reply
    .header('content-type', 'text/plain; charset=utf-8')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('x-content-type-options', 'nosniff')
    .send(decodeText(raw.subarray(0, mostShownBytes)));
}

function saveOriginal(reply: FastifyReply, raw: Buffer): FastifyReply {
  return sendAttachment(reply, { name: 'mail.eml', type: 'message/rfc822' }, raw);
}

async function sendPart(
  reply: FastifyReply,
  { raw, attachments }: { raw: Buffer; attachments: MailPart[] },
  index: number,
): Promise<FastifyReply> {
  const part = attachments[index];
  const bytes = part === undefined ? undefined : await readAttachmentApart(raw, index);
  if (part === undefined || bytes === undefined) throw notFound();
  return sendAttachment(reply, part, bytes);
}
