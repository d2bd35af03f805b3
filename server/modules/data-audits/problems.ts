import { defineProblems } from '#platform/problem.ts';

/** Error codes of extracts and data audits. */
export const problems = defineProblems({
  'audit-compared-again': {
    status: 409,
    title: 'The file was compared again after you opened the differences',
    mend: 'Read the audit and its differences again, and send your decision with the new number of runs as run.',
  },
  'extract-not-ready': {
    status: 409,
    title: 'The extract is not written yet',
    mend: 'Wait until it is ready, or have it written again when it failed.',
  },
  'extract-not-failed': {
    status: 409,
    title: 'This extract has not failed',
    mend: 'Make another extract when you need a newer one.',
  },
  'unknown-recipient': {
    status: 422,
    title: 'This e-mail address is none of the customer’s contacts',
    mend: 'Name a contact, or add this one first.',
  },
  'download-expired': {
    status: 410,
    title: 'This download is over',
    mend: 'Press the button of the one-time link again, or ask for a new link.',
  },
  'file-too-large': {
    status: 413,
    title: 'The file is larger than 25 MB',
    mend: 'Leave columns out, or split the audit by employer.',
  },
  'audit-busy': {
    status: 409,
    title: 'This audit is being compared at this moment',
    mend: 'Wait for the result.',
  },
  'nothing-open': {
    status: 409,
    title: 'None of these differences is open',
    mend: 'Read the audit again.',
  },
});
