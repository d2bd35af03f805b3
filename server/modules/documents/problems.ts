import { defineProblems } from '#platform/problem.ts';

/** Error codes of documents and their sign-off. */
export const problems = defineProblems({
  'version-frozen': {
    status: 409,
    title: 'This version can no longer be changed',
    mend: 'Make a new version.',
  },
  'link-used-up': {
    status: 410,
    title: 'This sign-off link no longer works',
    mend: 'Ask your contact at the vendor for a new one: a newer version exists, or the time has passed.',
  },
  'link-holder-left': {
    status: 410,
    title: 'This sign-off link belongs to somebody who may sign no longer',
    mend: 'Ask your contact at the vendor to send the document to somebody who has the authority to sign.',
  },
  'code-wrong': {
    status: 422,
    title: 'The code is not the one in the mail',
    mend: 'Type the 6 digits from the newest mail, or ask for a new code.',
  },
  'code-tries-used-up': {
    status: 429,
    title: 'Too many codes were asked for or tried',
    mend: 'Ask your contact at the vendor for a new link.',
  },
});
