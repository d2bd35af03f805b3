import { defineProblems } from '#platform/problem.ts';

/** Error codes of estimates. */
export const problems = defineProblems({
  'estimate-exists': {
    status: 409,
    title: 'This integration has an estimate already',
    mend: 'Go on with that one; after a sign-off its next version is a change.',
  },
  'estimate-not-there-yet': {
    status: 409,
    title: 'The estimate does not stand where this step begins',
    mend: 'Read the estimate again: its status says what can be done now.',
  },
  'estimate-incomplete': {
    status: 422,
    title: 'The version is not complete',
    mend: 'Complete it and submit again.',
  },
  'comments-open': {
    status: 409,
    title: 'Comments are still open',
    mend: 'Answer each one (or, as Commercial Director, close it) first.',
  },
  'comment-needed': {
    status: 409,
    title: 'There is no comment to refine by',
    mend: 'Write at least one comment on this version first.',
  },
  'second-approver-needed': {
    status: 403,
    title: 'The price fell by more than one person may approve',
    mend: 'Ask a colleague in the same seat to finalise it, or return it so that the Integrations Manager submits the lower price.',
  },
  'draft-changed': {
    status: 409,
    title: 'Somebody saved this estimate after you opened it',
    mend: 'Read it again, put your changes into the newest version, and send that with its version and revision.',
  },
  'no-authority': {
    status: 422,
    title: 'A recipient has no authority to sign',
    mend: 'Choose contacts that are marked as having authority, or mark this one first.',
  },
});
