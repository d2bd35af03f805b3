// The desk owns mail that comes in, tickets with their threads, mail held for a person, and the view of the outbox.

import { sendMailJob } from '#platform/mail.ts';
import type { Module } from '#platform/module.ts';
import { sendOutgoing } from '#platform/send-mail.ts';
import { addressAnswers } from './address-answers.ts';
import { discardedTimer, forgetDiscarded, forgetMailJob } from './discarded-mail.ts';
import { heldRoutes } from './held-routes.ts';
import { objectUse } from './object-use-store.ts';
import { originalRoutes } from './original-routes.ts';
import { outboxRoutes } from './outbox-routes.ts';
import { problems } from './problems.ts';
import { processMail } from './process-mail.ts';
import { processMailJob } from './receive-mail.ts';
import { ticketRoutes } from './ticket-routes.ts';

export { assignTicket } from './assign-ticket.ts';
export { closeTicket } from './close-ticket.ts';
export { ticketMail, ticketOfIntegration } from './desk-store.ts';
export { holdTicket } from './hold-ticket.ts';
export { linkTicket } from './link-ticket.ts';
export { openTickets } from './merge-store.ts';
export { noteNumber } from './note-number.ts';
export { noteTicket } from './note-ticket.ts';
export { receiveMail } from './receive-mail.ts';
export { reopenTicket } from './reopen-ticket.ts';
export { expectTicket, requestTicket, setWaiting } from './request-ticket.ts';

export const desk: Module = {
  name: 'desk',
  problems: problems.catalogue,
  objects: objectUse,
  routes: (app, platform) => {
    ticketRoutes(app, platform);
    heldRoutes(app, platform);
    originalRoutes(app, platform);
    outboxRoutes(app, platform);
  },
  jobs: (platform) => ({
    [sendMailJob]: async (payload: { mailId: string; customerId: string | null }) => {
      await addressAnswers(platform, payload);
      await sendOutgoing(platform, payload);
    },
    [forgetMailJob]: (job: { objectKey: string }) => platform.objects.remove(job.objectKey),
    [processMailJob]: (payload: { inboxId: string }) => processMail(platform, payload),
  }),
  timers: () => ({ [discardedTimer]: forgetDiscarded }),
};
