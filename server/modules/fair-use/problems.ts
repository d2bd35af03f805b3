import { defineProblems } from '#platform/problem.ts';

/** The error codes of fair use. */
export const problems = defineProblems({
  'quota-exceeded': {
    status: 429,
    title: 'Too many calls',
    mend: 'Wait as long as Retry-After says. Subscribe to webhooks or follow /v1/events instead of polling.',
  },
  'usage-range': {
    status: 400,
    title: 'The days asked for do not fit',
    mend: 'Give from and to as dates, from not after to, at most 400 days.',
  },
});
