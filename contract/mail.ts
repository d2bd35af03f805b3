import { z } from 'zod';
import { idOf, shownId } from './ids.ts';
import { pageLimit } from './query-number.ts';
import { textLine } from './text.ts';

/** Waiting to be sent; sent to a mail server; kept here because nothing leaves a demonstration; given up. */
export const outgoingStatus = z.enum(['waiting', 'sent', 'kept', 'failed']);

/** One line of the outbox. */
export const outgoingMail = z.object({
  id: shownId('mal'),
  at: z.string(),
  from: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
  kind: z.string(),
  automatic: z.boolean(),
  status: outgoingStatus,
  statusDetail: z.string().nullable(),
  attempts: z.number().int(),
  sentAt: z.string().nullable(),
  customer: z.object({ id: shownId('cus'), code: z.string(), name: z.string() }).nullable(),
  integrationId: shownId('int').nullable(),
});

/** An outgoing mail with its words; `html` is sanitised, `hidden` says that its words are a key and are not shown. */
export const outgoingMailView = outgoingMail.extend({
  messageId: z.string(),
  replyTo: z.string().nullable(),
  text: z.string().nullable(),
  html: z.string().nullable(),
  hidden: z.boolean(),
  attachments: z.array(
    z.object({ index: z.number().int(), name: z.string(), type: z.string(), sizeBytes: z.number() }),
  ),
});

/** GET /api/outbox */
export const outboxQuery = z.object({
  search: textLine(200, 0).optional(),
  kind: textLine(60, 0).optional(),
  status: outgoingStatus.optional(),
  cursor: z.string().max(60).optional(),
  limit: pageLimit(50),
});
export const outboxPage = z.object({ items: z.array(outgoingMail), next: z.string().nullable() });
/** GET /api/outbox/:mail */
export const outboxParams = z.object({ mail: idOf('mal') });

export type OutgoingMailLine = z.infer<typeof outgoingMail>;
export type OutgoingMailView = z.infer<typeof outgoingMailView>;
