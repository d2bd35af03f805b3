import { defineProblems } from '#platform/problem.ts';

/** What can be refused at the desk. */
export const problems = defineProblems({
  'ticket-closed': {
    status: 409,
    title: 'The ticket is closed',
    mend: 'Reopen it first.',
  },
  'participants-changed': {
    status: 409,
    title: 'Somebody joined this ticket meanwhile',
    mend: 'Reload the ticket, look at the recipients again, and send.',
  },
  'outsider-not-confirmed': {
    status: 422,
    title: 'A recipient belongs neither to the customer nor to the vendor',
    mend: 'Remove the address, or confirm it by naming it in `outsiders` as well.',
  },
  'recipient-is-helpdesk': {
    status: 422,
    title: 'A reply cannot go to the helpdesk itself',
    mend: 'Remove the helpdesk address; use a note for words that only the vendor reads.',
  },
  'ticket-not-closed': {
    status: 409,
    title: 'The ticket is not closed',
    mend: 'Nothing needs to be reopened; reload the page.',
  },
  'ticket-merged': {
    status: 409,
    title: 'The ticket was merged into another one',
    mend: 'Go on with the ticket that took it over.',
  },
  'ticket-itself': {
    status: 422,
    title: 'That is the same ticket',
    mend: 'Choose another ticket of the same customer.',
  },
  'ticket-has-integration': {
    status: 409,
    title: 'A ticket that belongs to an integration cannot be merged away',
    mend: 'Merge the other ticket into this one. Tickets of two integrations stay apart.',
  },
  'mail-there-already': {
    status: 409,
    title: 'The other ticket has this mail already',
    mend: 'Nothing needs to be moved: the mail went to the reply addresses of both tickets.',
  },
  'ticket-linked': {
    status: 409,
    title: 'The ticket or the integration already has its counterpart',
    mend: 'One ticket belongs to one integration. Choose another ticket, or the integration that waits for one.',
  },
  'integration-not-waiting': {
    status: 409,
    title: 'That integration does not wait for a ticket',
    mend: 'Ask for the estimate on the integration first; then link the ticket.',
  },
  'assignee-not-staff': {
    status: 422,
    title: 'Only the vendor’s own people can be given a ticket or card',
    mend: 'Choose somebody of the staff.',
  },
  'held-mail-decided': {
    status: 409,
    title: 'Somebody has already decided about this mail',
    mend: 'Reload the list.',
  },
});
