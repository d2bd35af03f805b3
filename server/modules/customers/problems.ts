import { defineProblems } from '#platform/problem.ts';

/** Error codes of customers and their contacts. */
export const problems = defineProblems('customers', {
  'customer-exists': {
    status: 409,
    title: 'A customer with this code exists already',
    mend: 'Use that customer, or another code.',
  },
  'contact-exists': {
    status: 409,
    title: 'This customer has a contact with this e-mail address already',
    mend: 'Use that contact, or another address.',
  },
  'unknown-team-lead': {
    status: 422,
    title: 'The team lead is not one of your people',
    mend: 'Name a person who holds the role Customer Team Lead.',
  },
});
