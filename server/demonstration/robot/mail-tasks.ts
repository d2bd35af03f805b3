import { createTransport } from 'nodemailer';
import type { Memory } from './memory.ts';
import type { Task } from './tasks.ts';

/** A mail of the vendor's that somebody at the customer answers. */
interface Answer {
  from: string;
  to: string;
  subject: string;
  inReplyTo: string;
  text: string;
}

/** Mail from the customer's people, sent over SMTP as their own mail program does. */
export const mailTasks: Record<string, Task> = {
  'answer-mail': async ({ from, to, subject, inReplyTo, text }: Answer, memory) => {
    const messageId = `<re.${inReplyTo.replaceAll(/[<>]|@.*/g, '')}@${from.split('@')[1]}>`;
    const transport = createTransport({ ...JSON.parse(memory.get('smtp')), secure: false, ignoreTLS: true });
    try {
      const date = writtenAt(memory, messageId);
      await transport.sendMail({ from, to, subject: `Re: ${subject}`, inReplyTo, text, messageId, date });
    } finally {
      transport.close();
    }
    memory.acknowledge({ kind: 'mail', id: messageId });
    return { messageId };
  },
};

/** When a mail was first written: sent again because an answer was lost, it is the same mail to the last byte. */
function writtenAt(memory: Memory, messageId: string): Date {
  const known = memory.find(`written ${messageId}`) ?? new Date().toISOString();
  memory.set(`written ${messageId}`, known);
  return new Date(known);
}
