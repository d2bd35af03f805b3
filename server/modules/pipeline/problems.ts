import { defineProblems } from '#platform/problem.ts';

/** What can be refused on the board and with opportunities. */
export const problems = defineProblems({
  'card-assignee-not-staff': {
    status: 422,
    title: 'Only the vendor’s own people can be given a card',
    mend: 'Choose somebody of the staff.',
  },
  'card-of-another-integration': {
    status: 409,
    title: 'The card or the integration already has its counterpart',
    mend: 'One card belongs to one integration. Choose another card, or make a new one.',
  },
  'opportunity-of-another-integration': {
    status: 409,
    title: 'The opportunity or the integration already has its counterpart',
    mend: 'One opportunity belongs to one integration. Choose another one, or make a new one.',
  },
  'opportunity-final': {
    status: 409,
    title: 'The opportunity is won or lost',
    mend: 'Make a new opportunity for new work.',
  },
  'lost-needs-reason': {
    status: 422,
    title: 'A lost opportunity needs its reason',
    mend: 'Say in a sentence why it was lost.',
  },
});
