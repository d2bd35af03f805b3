import { defineProblems } from '#platform/problem.ts';

/** Error codes of payroll records. */
export const problems = defineProblems({
  'employee-invalid': {
    status: 422,
    title: 'The employee breaks a payroll rule',
    mend: 'Nothing was saved. Correct the employee and send it again.',
  },
  'employee-incomplete': {
    status: 422,
    title: 'There is no such employee yet, and a new one needs person and employment',
    mend: 'Give both groups, or check the company code and the employee number.',
  },
  'company-unknown': {
    status: 422,
    title: 'There is no legal employer with this company code',
    mend: 'Use a code that GET /v1/companies lists, or ask the vendor to add the employer.',
  },
  'version-conflict': {
    status: 412,
    title: 'The employee has changed since it was read',
    mend: 'Read it again, and send the change with the new version.',
  },
  'employee-exists': {
    status: 412,
    title: 'There is such an employee already',
    mend: 'If-None-Match: * only creates. Leave it out to update the employee, or mend the employee number.',
  },
  'employee-missing': {
    status: 412,
    title: 'There is no such employee',
    mend: 'If-Match only updates. Leave it out to create the employee, or mend the employee number.',
  },
  'external-id-taken': {
    status: 409,
    title: 'The external id belongs to another person',
    mend: 'Give each person one of their own. A new employment of the same person takes their id and is joined to them.',
  },
  'person-differs': {
    status: 409,
    title: 'The external id belongs to a person who differs',
    mend: 'Nothing was saved. Give each person an external id of their own. If it is one person, staff or the project owner confirm it on the employees page; then send it again.',
  },
  'employee-number-alike': {
    status: 409,
    title: 'The employee number looks like another one of the same person',
    mend: 'Nothing was saved. Send the number that errors names, with its zeros and in its case. If it is somebody else, staff or the project owner confirm the number on the employees page.',
  },
  'employee-number-taken': {
    status: 409,
    title: 'The employee number belongs to another person',
    mend: 'Nothing was saved. Give a new person a number of their own. Correct the name and the date of birth of one person one after the other.',
  },
  'person-alone': {
    status: 409,
    title: 'The employment has its person to itself',
    mend: 'There is nothing to separate. Reload the page to see the employments of the person.',
  },
  'person-same': {
    status: 409,
    title: 'The employments are of one person already',
    mend: 'There is nothing to join. Reload the page to see the employments of the person.',
  },
  'company-exists': {
    status: 409,
    title: 'There is a legal employer with this code already',
    mend: 'Choose another code.',
  },
  'bank-change-decided': {
    status: 409,
    title: 'This bank change is not waiting any more',
    mend: 'Read the employee again to see what became of it.',
  },
  'bank-change-overtaken': {
    status: 409,
    title: 'Accounts that were asked for from a later day are in force already',
    mend: 'Refuse this change. If its accounts are to be paid all the same, have them sent again from today.',
  },
  'second-approver': {
    status: 403,
    title: 'Whoever asked for a bank change may not approve it',
    mend: 'Ask a colleague to compare it with the employee and approve it.',
  },
});
