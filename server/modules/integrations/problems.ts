import { defineProblems } from '#platform/problem.ts';

export const problems = defineProblems({
  'no-invitation': {
    status: 409,
    title: 'No invitation stands',
    mend: 'Nothing needs to be cancelled. To meet, send a calendar invitation.',
  },
  'ticket-may-exist': {
    status: 409,
    title: 'A ticket may ask for this estimate already',
    mend: 'Look at the open tickets that errors name; send the right one as `ticket`, or "new" when it is none of them.',
  },
  'integration-exists': {
    status: 409,
    title: 'An integration of this name is under way already',
    mend: 'Go on with that one, or give this one another name.',
  },
  'integration-not-there-yet': {
    status: 409,
    title: 'The integration is not where this can be done',
    mend: 'Read its present state and its next action; both stand on top of its page.',
  },
  'integration-on-hold': {
    status: 409,
    title: 'The integration is on hold',
    mend: 'Resume it first.',
  },
  'gates-open': {
    status: 409,
    title: 'Gates before this are not passed',
    mend: 'Pass the gates named in errors, or have them waived with a reason.',
  },
  'gate-not-yours': {
    status: 403,
    title: 'This gate does not take your word',
    mend: 'Ask the person whom the gate names.',
  },
  'proof-needed': {
    status: 422,
    title: 'An approval from outside needs its proof',
    mend: 'Attach the signed change or the mail that approves it, or have the customer approve it here.',
  },
  'attachment-needed': {
    status: 422,
    title: 'This word needs what it rests on',
    mend: 'Attach the file that errors names.',
  },
  'authority-needed': {
    status: 403,
    title: 'Deciding about a paid change needs the authority of your organisation',
    mend: 'Have a contact decide who may sign, or ask the vendor to note that you may.',
  },
  'mail-is-no-acceptance': {
    status: 422,
    title: 'This mail cannot be taken as the acceptance',
    mend: 'Name a mail that this contact wrote after the version was made, or let them accept over the link.',
  },
  'gate-passed': {
    status: 409,
    title: 'The gate has passed already',
    mend: 'Nothing is left to do here.',
  },
  'seat-empty': {
    status: 409,
    title: 'Nobody holds a role that this integration needs',
    mend: 'Give the role to a person, or name one in people.',
  },
  'person-without-role': {
    status: 422,
    title: 'The person does not hold the role of that seat',
    mend: "Name one of the vendor's people who holds the role.",
  },
  'side-not-at-meeting': {
    status: 422,
    title: 'A meeting has somebody of each side',
    mend: 'Name at least one attendee with side "customer" and one with side "vendor".',
  },
  'meeting-not-held-yet': {
    status: 422,
    title: 'The meeting is still to come',
    mend: 'Record the meeting when it was held, with that day; invite to it until then.',
  },
  'no-contact': {
    status: 422,
    title: 'No contact of the customer can receive this',
    mend: "Name the e-mail address of one of the customer's contacts.",
  },
  'nothing-to-change': {
    status: 422,
    title: 'The request names nothing to change',
    mend: 'Give at least one field.',
  },
  'track-not-chosen': {
    status: 422,
    title: 'The integration does not have that track',
    mend: 'Name one of its tracks.',
  },
});
