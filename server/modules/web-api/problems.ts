import { defineProblems } from '#platform/problem.ts';

/** The error codes of the Web API's own conventions. */
export const problems = defineProblems({
  'invalid-precondition': {
    status: 400,
    title: 'The precondition can not be read',
    mend: 'Send the ETag of your last read as If-Match, in its quotation marks, a list of them, or *; If-None-Match takes * only.',
  },
  'invalid-cursor': {
    status: 400,
    title: 'The cursor is not valid for this list',
    mend: 'Start again without a cursor; a cursor is bound to one environment and the same filter.',
  },
  'events-cursor-ahead': {
    status: 400,
    title: 'The feed has not come as far as that',
    mend: 'Give the sequence of the last event you have read in this environment, or 0 to start.',
  },
  'unknown-api-version': {
    status: 400,
    title: 'This version of the Web API does not exist',
    mend: 'Leave the header Fairlead-Version out, or send the version that answers carry.',
  },
});
