import type { z } from 'zod';
import {
  decidedHeldMail,
  decideHeldMailBody,
  type heldMail,
  heldMailPage,
  heldMailParams,
  heldMailQuery,
  type MailCandidate,
  type ReceivedMail,
  receivedMailPage,
} from '#contract/desk.ts';
import type { StaffRole } from '#contract/roles.ts';
import type { Tx } from '#platform/database.ts';
import type { Http } from '#platform/http.ts';
import { parseId, showId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems } from '#platform/problem.ts';
import { transact } from '#platform/transact.ts';
import { decideHeldMail } from './decide-held-mail.ts';
import type { Candidate } from './find-candidates.ts';
import { customerById, findTicketAnywhere, type HeldMailRow, listHeld } from './mail-store.ts';
import { listReceivedMails, type ReceivedMailRow } from './received-mail-store.ts';

const tags = ['desk'];
const deciders: StaffRole[] = ['commercial-director', 'integrations-manager', 'lead-consultant', 'support'];
const readers: StaffRole[] = [...deciders, 'auditor'];

/** Mail that waits for a person, automatic mail that belongs to no ticket, and what a person decides about both. */
export function heldRoutes(app: Http, platform: Platform): void {
  const list = (path: string, summary: string, automatic: boolean) =>
    app.get(
      path,
      {
        config: { access: { staff: readers } },
        schema: { summary, tags, querystring: heldMailQuery, response: { 200: heldMailPage } },
      },
      async (request) => {
        const { search, cursor, limit } = request.query as z.output<typeof heldMailQuery>;
        const before = cursorOf(cursor);
        return transact(platform, {}, request.actor, async (work) => {
          const rows = await listHeld(work.sql, automatic, search, before, limit);
          if (rows.length > 0) work.audit({ action: 'held-mail.list', detail: { count: rows.length } });
          const items: z.infer<typeof heldMail>[] = [];
          for (const row of rows) items.push(await show(work.sql, row));
          const last = rows.at(-1);
          return { items, next: rows.length === limit && last !== undefined ? showId('mal', last.id) : null };
        });
      },
    );
  list('/api/held-mails', 'Mail that waits for a person', false);
  list('/api/automatic-mails', 'Automatic mail that belongs to no ticket', true);
  app.get(
    '/api/received-mails',
    {
      config: { access: { staff: readers } },
      schema: {
        summary: 'Every mail that was accepted, with what became of it',
        tags,
        querystring: heldMailQuery,
        response: { 200: receivedMailPage },
      },
    },
    async (request) => {
      const { search, limit } = request.query;
      const before = cursorOf(request.query.cursor);
      return transact(platform, {}, request.actor, async (work) => {
        const rows = await listReceivedMails(work.sql, { search, before, limit });
        if (rows.length > 0) work.audit({ action: 'received-mail.list', detail: { count: rows.length } });
        const last = rows.at(-1);
        return {
          items: rows.map(showReceived),
          next: rows.length === limit && last !== undefined ? showId('mal', last.id) : null,
        };
      });
    },
  );
  app.post(
    '/api/held-mails/:mail/decide',
    {
      config: { access: { staff: deciders } },
      schema: {
        summary: 'Decide about a held mail',
        tags,
        params: heldMailParams,
        body: decideHeldMailBody,
        response: { 200: decidedHeldMail },
      },
    },
    async (request) => {
      const made = await decideHeldMail(platform, request.actor, request.params.mail, request.body);
      return {
        ticketId: made.ticketId === null ? null : showId('tkt', made.ticketId),
        customerId: made.customerId === null ? null : showId('cus', made.customerId),
      };
    },
  );
}

function cursorOf(cursor: string | undefined): string | null {
  const before = cursor === undefined ? null : parseId('mal', cursor);
  if (before === undefined) throw commonProblems['invalid-request']({ detail: 'cursor is not one of ours' });
  return before;
}

function showReceived(row: ReceivedMailRow): ReceivedMail {
  return {
    id: showId('mal', row.id),
    at: row.receivedAt.toString(),
    from: row.envelopeFrom,
    to: row.envelopeTo,
    sizeBytes: Number(row.sizeBytes),
    outcome: row.outcome,
    decidedBy: row.decidedBy,
    decidedAt: row.decidedAt?.toString() ?? null,
    tickets: row.tickets.map(({ id, number, customerId }) => ({
      id: showId('tkt', id),
      number,
      customerId: showId('cus', customerId),
    })),
    takeBack:
      row.outcome === 'discarded' && row.isWhole && row.heldId !== null ? showId('mal', row.heldId) : null,
  };
}

async function show(sql: Tx, row: HeldMailRow): Promise<z.infer<typeof heldMail>> {
  const { content } = row;
  const ticket =
    row.suggestedTicketId === null ? undefined : await findTicketAnywhere(sql, row.suggestedTicketId);
  const candidates: MailCandidate[] = [];
  for (const one of row.candidates) {
    const customer = await customerById(sql, one.customerId);
    if (customer !== undefined) candidates.push(await showCandidate(sql, one, customer));
  }
  return {
    id: showId('mal', row.id),
    at: row.receivedAt.toString(),
    from: content.from,
    to: content.to,
    subject: content.subject,
    text: content.text,
    html: content.html,
    reason: row.reason,
    verifiedBy: row.verifiedBy,
    suggestedTicket:
      ticket === undefined
        ? null
        : {
            id: showId('tkt', ticket.id),
            number: ticket.number,
            subject: ticket.subject,
            customer: {
              id: showId('cus', ticket.customerId),
              code: ticket.customerCode,
              name: ticket.customerName,
            },
          },
    candidates,
    attachments: content.attachments,
  };
}

async function showCandidate(
  sql: Tx,
  { by, found, ticketId }: Candidate,
  customer: { id: string; code: string; name: string },
): Promise<MailCandidate> {
  const ticket = ticketId === null ? undefined : await findTicketAnywhere(sql, ticketId);
  return {
    customer: { ...customer, id: showId('cus', customer.id) },
    by,
    found,
    ticket:
      ticket === undefined
        ? null
        : { id: showId('tkt', ticket.id), number: ticket.number, subject: ticket.subject },
  };
}
