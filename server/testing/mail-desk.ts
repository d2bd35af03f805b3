import assert from 'node:assert/strict';
import { createTransport } from 'nodemailer';
import type { HeldMail, TicketLine, TicketView } from '#contract/desk.ts';
import { addContact } from '#modules/customers/index.ts';
import { desk } from '#modules/desk/index.ts';
import { type Actor, systemActor } from '#platform/actor.ts';
import { read, transact } from '#platform/transact.ts';
import { openSmtpDoor, type SmtpDoor } from '../doors/smtp/open-smtp-door.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { makeCustomer, makePerson } from './factories.ts';
import { type TestServer, testServer } from './http.ts';
import { runJobs } from './jobs.ts';
import { until } from './until.ts';

type Person = Actor & { kind: 'person' };

/** The address that makes tickets in a test. */
export const helpdesk = 'helpdesk@vendor.example';

/** A mail as somebody's mail program sends it. */
export interface TestMail {
  from: string;
  subject: string;
  text?: string;
  to?: string;
  messageId?: string;
  headers?: Record<string, string>;
  html?: string;
}

/** A desk with its SMTP door open, an HTTP door, and two of the staff. */
export interface MailDesk {
  t: TestDatabase;
  door: SmtpDoor;
  server: TestServer;
  director: Person;
  manager: Person;
  /** A customer with one contact. */
  customerWithContact(): Promise<Awaited<ReturnType<typeof makeCustomer>> & { email: string }>;
  sendRaw(from: string, to: string, lines: string[]): Promise<void>;
  /** Hands a mail to the door without letting the rules run. */
  send(mail: TestMail): Promise<void>;
  /** Sends a mail and lets the rules run. */
  mail(mail: TestMail): Promise<void>;
  runJobs(): Promise<void>;
  tickets(code: string): Promise<TicketLine[]>;
  ticketOf(line: TicketLine | undefined): Promise<TicketView>;
  held(): Promise<HeldMail[]>;
  /** Every mail of the list of held, or of automatic mail. */
  listMails(list: 'held' | 'automatic'): Promise<HeldMail[]>;
  /** Every ticket. */
  listTickets(): Promise<TicketLine[]>;
  /** What became of each mail that came in, in order. */
  outcomes(): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens a desk for a test file. */
export async function openMailDesk(
  overrides: Record<string, Record<string, unknown>> = {},
): Promise<MailDesk> {
  const t = await openTestDatabase(overrides);
  const door = await openSmtpDoor(t.platform, { port: 0, host: '127.0.0.1' });
  const server = await testServer(t.platform, [desk]);
  const director = await makePerson(t.platform, {
    roles: ['commercial-director'],
    name: 'Aroha Director',
    email: 'cd@vendor.example',
  });
  const manager = await makePerson(t.platform, { roles: ['integrations-manager'] });
  const get = async (person: Person, url: string) => {
    const response = await server.as(person).get(url);
    assert.equal(response.statusCode, 200, response.body);
    return response.json();
  };
  const everyItem = async (path: string, person: Person) => {
    const items = [];
    for (let next: string | null = ''; next !== null; ) {
      const page = await get(person, `${path}?limit=200${next === '' ? '' : `&cursor=${next}`}`);
      items.push(...page.items);
      next = page.next;
    }
    return items;
  };
  const deliver = async (message: object) => {
    const transport = createTransport({
      ...door.address,
      secure: false,
      ignoreTLS: true,
      socketTimeout: 30_000,
    });
    await transport.sendMail(message);
    transport.close();
  };
  const send = (mail: TestMail) =>
    deliver({
      to: helpdesk,
      text: 'Kia ora',
      ...mail,
      envelope: { from: mail.from, to: mail.to ?? helpdesk },
    });
  return {
    t,
    door,
    server,
    director,
    manager,
    customerWithContact: async () => {
      const customer = await makeCustomer(t.platform);
      const email = `contact-${customer.code.toLowerCase()}@customer.example`;
      const contact = {
        name: 'Hēmi Contact',
        email,
        kind: 'project-owner' as const,
        hasAuthority: true,
        invite: false,
      };
      await transact(t.platform, { customerId: customer.customerId }, systemActor('test'), (work) =>
        addContact(work, customer.customerId, contact),
      );
      return { ...customer, email };
    },
    sendRaw: (from, to, lines) => deliver({ envelope: { from, to }, raw: Buffer.from(lines.join('\r\n')) }),
    send,
    mail: async (mail) => {
      await send(mail);
      await runDeskJobs(t);
    },
    runJobs: () => runDeskJobs(t),
    tickets: async (code) => (await get(director, `/api/tickets?search=${code}`)).items,
    ticketOf: (line) => get(director, `/api/customers/${line?.customer.id}/tickets/${line?.id}`),
    listMails: (list) => everyItem(list === 'held' ? '/api/held-mails' : '/api/automatic-mails', manager),
    listTickets: () => everyItem('/api/tickets', director),
    held: async () => (await get(manager, '/api/held-mails')).items,
    outcomes: async () => {
      const rows = await read(
        t.platform,
        {},
        (sql) => sql<{ outcome: string }[]>`select outcome from desk.inbox order by id`,
      );
      return rows.map((row) => row.outcome);
    },
    close: async () => {
      await server.close();
      await door.close();
      await t.close();
    },
  };
}

/** Runs the desk's jobs, and those that gave their place to others while a name server was slow. */
async function runDeskJobs(t: TestDatabase): Promise<void> {
  await until(
    async () => {
      await runJobs(t, [desk]);
      const waiting = await t.owner`
        select from graphile_worker.jobs where task_identifier = 'process-mail' and attempts = 0`;
      return waiting.length === 0;
    },
    { deadlineMs: 60_000, what: 'every mail has been through the rules' },
  );
}
