import { defineProblems } from '#platform/problem.ts';

/** Error codes of customers and their contacts. */
export const problems = defineProblems({
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
  'too-many-contacts': {
    status: 409,
    title: 'This customer has as many contacts as it may have',
    mend: 'Remove contacts who are no longer needed.',
  },
  'account-person-without-role': {
    status: 422,
    title: 'This person cannot look after a customer in that place',
    mend: 'Name one of your people who holds the role of the place named in errors.',
  },
});
