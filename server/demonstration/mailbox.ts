import type { Caller, JsonAnswer } from './call.ts';

/** A mail as its receiver has it before them. */
export interface Mail {
  id: string;
  at: string;
  subject: string;
  text: string;
  messageId: string;
  replyTo: string;
}

/**
 * Finds the newest mail to an address in the outbox, which is where a demonstration's mail ends; undefined when there is
 * none yet. With `after` only mails younger than that count.
 */
export async function findMail(
  administrator: Caller,
  to: string,
  kind: string,
  after = '',
): Promise<Mail | undefined> {
  const { json } = await administrator.get(
    `/api/outbox?kind=${kind}&search=${encodeURIComponent(to)}&limit=50`,
  );
  const found = json.items
    .filter((mail: JsonAnswer) => mail.to.includes(to) && mail.at > after)
    .sort((a: JsonAnswer, b: JsonAnswer) => (a.at < b.at ? 1 : -1))[0];
  if (found === undefined) return undefined;
  const mail = (await administrator.get(`/api/outbox/${found.id}`)).json;
  const { id, at, subject, text, messageId, replyTo, from } = mail;
  return { id, at, subject, text: text ?? '', messageId, replyTo: replyTo ?? from };
}

/** Waits for a mail; fails after 30 s. */
export async function awaitMail(administrator: Caller, to: string, kind: string, after = ''): Promise<Mail> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const mail = await findMail(administrator, to, kind, after);
    if (mail !== undefined) return mail;
    if (Date.now() > deadline) throw new Error(`no mail of kind ${kind} came to ${to}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The first web address in a mail's text. */
export function linkIn(text: string): string {
  const link = /https?:\/\/\S+/.exec(text)?.[0];
  if (link === undefined) throw new Error('the mail has no link in it');
  return link;
}
