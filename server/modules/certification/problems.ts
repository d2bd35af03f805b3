import { defineProblems } from '#platform/problem.ts';

/** Error codes of certification. */
export const problems = defineProblems({
  'scenario-of-other-track': {
    status: 422,
    title: 'A scenario belongs to the other track, or is named twice',
    mend: 'Choose from the scenarios that are listed for this track, each once.',
  },
});
