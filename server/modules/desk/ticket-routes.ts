import type { z } from 'zod';
import {
  admitBody,
  assignTicketBody,
  closeTicketBody,
  holdTicketBody,
  linkTicketBody,
  mergeTicketBody,
  moveMailBody,
  moveMailParams,
  noteTicketBody,
  reopenTicketBody,
  replyTicketBody,
  threadPage,
  threadQuery,
  ticketPage,
  ticketParams,
  ticketQuery,
  ticketView,
} from '#contract/desk.ts';
import type { StaffRole } from '#contract/roles.ts';
import type { Http } from '#platform/http.ts';
import type { Platform } from '#platform/platform.ts';
import { commonProblems, notFound } from '#platform/problem.ts';
import { read, transact, type Work } from '#platform/transact.ts';
import { admitParticipants } from './admit-participants.ts';
import { assignTicket } from './assign-ticket.ts';
import { closeTicket } from './close-ticket.ts';
import { findTicket, listTickets } from './desk-store.ts';
import { holdTicket } from './hold-ticket.ts';
import { linkTicket } from './link-ticket.ts';
import { mergeTicket } from './merge-ticket.ts';
import { moveMailToTicket } from './move-mail.ts';
import { noteTicket } from './note-ticket.ts';
import { reopenTicket } from './reopen-ticket.ts';
import { replyTicket } from './reply-ticket.ts';
import { showThread } from './show-thread.ts';
import { showTicketRow, viewTicket } from './view-ticket.ts';

const tags = ['desk'];
const workers: StaffRole[] = ['commercial-director', 'integrations-manager', 'lead-consultant'];

/** Tickets: the list across customers, one with its thread, and what staff do with it. */
export function ticketRoutes(app: Http, platform: Platform): void {
  app.get(
    '/api/tickets',
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'Tickets, newest first',
        tags,
        querystring: ticketQuery,
        response: { 200: ticketPage },
      },
    },
    async (request) => {
      const { cursor, limit, ...filter } = request.query;
      const before = cursor === undefined ? null : Number(cursor);
      if (before !== null && !Number.isSafeInteger(before))
        throw commonProblems['invalid-request']({ detail: 'cursor is not one of ours' });
      const rows = await read(platform, {}, (sql) => listTickets(sql, filter, before, limit));
      return {
        items: rows.map(showTicketRow),
        next: rows.length === limit ? String(rows.at(-1)?.number) : null,
      };
    },
  );
  app.get(
    '/api/customers/:customer/tickets/:ticket',
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'One ticket with its thread',
        tags,
        params: ticketParams,
        response: { 200: ticketView },
      },
    },
    (request) => viewTicket(platform, request.params.customer, request.params.ticket),
  );
  app.get(
    '/api/customers/:customer/tickets/:ticket/thread',
    {
      config: { access: { staff: 'any' } },
      schema: {
        summary: 'A page of what happened on a ticket, from the newest back',
        tags,
        params: ticketParams,
        querystring: threadQuery,
        response: { 200: threadPage },
      },
    },
    async (request) => {
      const { customer, ticket } = request.params;
      return read(platform, { customerId: customer }, async (sql) => {
        if ((await findTicket(sql, customer, ticket)) === undefined) throw notFound();
        const { direction, ...page } = request.query;
        return showThread(
          sql,
          { customerId: customer, id: ticket },
          { ...page, onlyIncoming: direction === 'in' },
        );
      });
    },
  );
  const action = <B extends z.ZodType>(
    name: string,
    summary: string,
    body: B,
    staff: StaffRole[],
    act: (work: Work, input: { ticketId: string } & z.output<B>) => Promise<unknown>,
  ) =>
    app.post(
      `/api/customers/:customer/tickets/:ticket/${name}`,
      {
        config: { access: { staff } },
        schema: { summary, tags, params: ticketParams, body, response: { 200: ticketView } },
      },
      async (request) => {
        const { customer, ticket } = request.params as z.output<typeof ticketParams>;
        const input = { ...(request.body as z.output<B> & object), ticketId: ticket };
        await transact(platform, { customerId: customer }, request.actor, (work) => act(work, input));
        return viewTicket(platform, customer, ticket);
      },
    );
  action('assign', 'Give a ticket to somebody', assignTicketBody, workers, assignTicket);
  action('note', 'Add a note', noteTicketBody, [...workers, 'support', 'customer-team-lead'], noteTicket);
  action('hold', 'Put a ticket on hold', holdTicketBody, workers, holdTicket);
  action('close', 'Close a ticket', closeTicketBody, workers, closeTicket);
  action('reopen', 'Open a held or closed ticket again', reopenTicketBody, workers, reopenTicket);
  action('admit', 'Let addresses take part in a ticket', admitBody, workers, admitParticipants);
  action('link', 'Bind a ticket to an integration that waits for one', linkTicketBody, workers, linkTicket);
  action('merge', 'Merge a ticket into another one of the customer', mergeTicketBody, workers, mergeTicket);
  app.post(
    '/api/customers/:customer/tickets/:ticket/mails/:mail/move',
    {
      config: { access: { staff: workers } },
      schema: {
        summary: 'Put a mail on another ticket of the customer',
        tags,
        params: moveMailParams,
        body: moveMailBody,
        response: { 200: ticketView },
      },
    },
    async (request) => {
      const { customer, ticket, mail } = request.params;
      const input = { ticketId: ticket, mailId: mail, intoId: request.body.intoId };
      await transact(platform, { customerId: customer }, request.actor, (work) =>
        moveMailToTicket(work, input),
      );
      return viewTicket(platform, customer, ticket);
    },
  );
  action('reply', 'Answer by mail', replyTicketBody, workers, replyTicket);
}
