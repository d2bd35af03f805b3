import { defineProblems } from '#platform/problem.ts';

/** Error codes of people and sign-in. */
export const problems = defineProblems({
  'sign-in-link-over': {
    status: 410,
    title: 'This sign-in link was used already or has expired',
    mend: 'Ask for a new one on the sign-in page.',
  },
  'person-exists': {
    status: 409,
    title: 'A person with this e-mail address exists already',
    mend: 'Use that person, or another address.',
  },
  'role-not-for-customer': {
    status: 422,
    title: 'This role is not for this kind of person',
    mend: "Give staff roles to the vendor's people and portal roles to a customer's people.",
  },
  'last-administrator': {
    status: 409,
    title: 'Nobody would be left who may let people in',
    mend: 'Make another person an administrator first.',
  },
  'auditor-for-ever': {
    status: 422,
    title: 'An auditor reads for a time',
    mend: 'Give the last day on which the auditor may sign in.',
  },
  'delegation-not-possible': {
    status: 422,
    title: 'This person cannot stand in then',
    mend: 'Correct it and try again.',
  },
});
