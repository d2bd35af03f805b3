import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import type { HeldMail, TicketEntry, TicketView } from '#contract/desk.ts';
import { addContact } from '#modules/customers/index.ts';
import { systemActor } from '#platform/actor.ts';
import { showId } from '#platform/ids.ts';
import { read, transact } from '#platform/transact.ts';
import { speakSmtp } from '../doors/raw-smtp.ts';
import { makeCustomer } from '../factories.ts';
import { helpdesk, type MailDesk, openMailDesk } from '../mail-desk.ts';
import { type NameServer, openNameServer } from '../name-server.ts';
import type { CorpusMail } from './corpus-mail.ts';

/** A mail on a page, as the API shows it. */
export type ShownMail =
  | { list: 'held' | 'automatic'; mail: HeldMail }
  | { list: 'ticket'; mail: Extract<TicketEntry, { kind: 'mail' }>; ticket: TicketView };

/** What became of one mail that the door took. */
export interface Placed {
  outcome: string;
  shown: ShownMail[];
}

/** The desk of the corpus, with its customers, name servers and tickets. */
export interface CorpusWorld {
  desk: MailDesk;
  names: NameServer;
  /** The letters of the tickets by id. */
  letters: Map<string, 'K' | 'L' | 'R' | 'M'>;
  /** A contact of the customer that owns a domain. */
  contact(address: string): Promise<void>;
  /** Sends a mail over SMTP; gives the last reply. */
  deliver(mail: CorpusMail, contact: string): Promise<string>;
  /** Everything that came in since a mail, in order, as the pages show it. */
  placed(): Promise<Placed[]>;
  close(): Promise<void>;
}

const signing = ['kowhai.example', 'matai.example', 'attacker.example'];
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

/**
 * Opens the desk: kowhai.example asks to refuse what is not its own, matai.example asks for nothing, rimu.example says nothing of
 * its mail, and attacker.example proves its own. Tickets K and L are of kowhai, M of matai, R of rimu.
 */
export async function openCorpusWorld(): Promise<CorpusWorld> {
  const names = await openNameServer();
  for (const domain of signing) {
    names.records.set(`s1._domainkey.${domain}`, `v=DKIM1; k=rsa; p=${key}`);
    names.records.set(`_dmarc.${domain}`, `v=DMARC1; p=${domain === 'matai.example' ? 'none' : 'reject'}`);
  }
  names.records.set('kowhai.example', 'v=spf1 -all');
  names.records.set('post.kowhai.example', 'v=spf1 ip4:127.0.0.1 -all');
  names.records.set('rimu.example', 'v=spf1 -all');
  const desk = await openMailDesk({ smtp: { nameServers: [names.address] } });
  const { platform } = desk.t;
  const customers = new Map<string, string>();
  for (const domain of ['kowhai.example', 'matai.example', 'rimu.example'])
    customers.set(domain, (await makeCustomer(platform)).customerId);
  const contact = async (address: string) => {
    const customerId = customers.get(address.split('@')[1] ?? '') ?? '';
    const person = {
      name: 'Contact',
      email: address,
      kind: 'other' as const,
      hasAuthority: false,
      invite: false,
    };
    await transact(platform, { customerId }, systemActor('test'), (work) =>
      addContact(work, customerId, person),
    );
  };
  for (const domain of customers.keys()) await contact(`owner@${domain}`);
  const letters = new Map<string, 'K' | 'L' | 'R' | 'M'>();
  const replies = new Map<string, string>();
  for (const [letter, domain] of [
    ['K', 'kowhai.example'],
    ['L', 'kowhai.example'],
    ['R', 'rimu.example'],
    ['M', 'matai.example'],
  ] as const) {
    await firstMail(desk, letter, domain);
    const line = (await desk.listTickets()).find((one) => one.subject === `Ticket ${letter}`);
    letters.set(line?.id ?? '', letter);
    replies.set(`{${letter}}`, (await desk.ticketOf(line)).replyAddress);
  }
  const fill = (text: string, one: string) =>
    text.replace(/\{[KLRM]\}|\{one\}/g, (name) => (name === '{one}' ? one : (replies.get(name) ?? name)));
  const since = (await inboxIds(desk)).length;
  return {
    desk,
    names,
    letters,
    contact,
    deliver: async (corpus, one) => {
      const raw = await rawOf(corpus, (text) => fill(text, one));
      const first = /[\w.+-]+@[\w.-]+/.exec(
        raw.toString('latin1').replace(/^dkim-signature:.*?(?=^\S)/gims, ''),
      )?.[0];
      const sender = fill(corpus.sender ?? first ?? 'somebody@elsewhere.example', one);
      const receivers = (corpus.receivers ?? [helpdesk]).map((address) => fill(address, one));
      const replies = await speakSmtp(
        desk.door.address,
        ['EHLO mail.example', `MAIL FROM:<${sender}>`, ...receivers.map((to) => `RCPT TO:<${to}>`), 'DATA'],
        [Buffer.from(raw.toString('latin1').replace(/^\./gm, '..'), 'latin1')],
      );
      return replies.at(-1) ?? '';
    },
    placed: async () => {
      const ids = (await inboxIds(desk)).slice(since);
      const pages = await readPages(desk);
      const rows = await rowsOf(desk);
      return ids.map(({ id, outcome }) => ({
        outcome: outcome ?? 'waiting',
        shown: rows
          .filter((row) => row.inboxId === id)
          .flatMap((row) => pages.get(showId('mal', row.id)) ?? []),
      }));
    },
    close: async () => {
      await desk.close();
      await names.close();
    },
  };
}

async function firstMail(desk: MailDesk, letter: string, domain: string): Promise<void> {
  await desk.sendRaw(`bounces@post.${domain}`, helpdesk, [
    `From: owner@${domain}`,
    `Subject: Ticket ${letter}`,
    `Message-ID: <${letter.toLowerCase()}-1@${domain}>`,
    '',
    'Kia ora',
    '',
  ]);
  await desk.runJobs();
}

async function rawOf(corpus: CorpusMail, fill: (text: string) => string): Promise<Buffer> {
  if (typeof corpus.mail !== 'string') return corpus.mail;
  const mail = fill(corpus.mail).replace(/\r?\n/g, '\r\n');
  const { signed } = corpus;
  if (signed === undefined) return Buffer.from(mail);
  const signature = {
    signingDomain: signed.by,
    selector: 's1',
    privateKey: pem,
    algorithm: 'rsa-sha256',
    canonicalization: 'relaxed/relaxed',
    ...(signed.bodyLength === undefined ? {} : { maxBodyLength: signed.bodyLength }),
  };
  const { signatures } = await dkimSign(mail, {
    ...signature,
    ...(signed.fields === undefined ? {} : { headerList: signed.fields }),
    signatureData: [signature],
  } as never);
  const whole = signatures + mail;
  return Buffer.from(signed.after === undefined ? whole : signed.after(whole));
}

async function inboxIds(desk: MailDesk) {
  return read(
    desk.t.platform,
    {},
    (sql) => sql<{ id: string; outcome: string | null }[]>`select id, outcome from desk.inbox order by id`,
  );
}

/** The rows that stand for a mail that came in, of every customer. */
async function rowsOf(desk: MailDesk): Promise<{ id: string; inboxId: string }[]> {
  const held = await read(
    desk.t.platform,
    {},
    (sql) => sql<{ id: string; inboxId: string }[]>`select id, inbox_id as "inboxId" from desk.held_mails`,
  );
  const customers = await desk.t.owner.begin(async (sql) => {
    await sql`set local role fairlead_staff`;
    return sql<{ id: string }[]>`select id from customers.customers`;
  });
  const onTickets = await Promise.all(
    customers.map(({ id }) =>
      read(
        desk.t.platform,
        { customerId: id },
        (sql) => sql<{ id: string; inboxId: string }[]>`
          select id, inbox_id as "inboxId" from desk.mails where customer_id = ${id} and inbox_id is not null`,
      ),
    ),
  );
  return [...held, ...onTickets.flat()];
}

/** Every mail on every page of the desk, by its id. */
async function readPages(desk: MailDesk): Promise<Map<string, ShownMail>> {
  const pages = new Map<string, ShownMail>();
  for (const list of ['held', 'automatic'] as const)
    for (const mail of await desk.listMails(list)) pages.set(mail.id, { list, mail });
  for (const line of await desk.listTickets()) {
    const ticket = await desk.ticketOf(line);
    for (const mail of ticket.thread)
      if (mail.kind === 'mail') pages.set(mail.id, { list: 'ticket', mail, ticket });
  }
  return pages;
}
