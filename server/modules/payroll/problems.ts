import { defineProblems } from '#platform/problem.ts';

/** Error codes of payroll records. */
export const problems = defineProblems({
  'employee-invalid': {
    status: 422,
    title: 'The employee breaks a payroll rule',
    mend: 'Mend each place named in errors; nothing was saved.',
  },
  'employee-incomplete': {
    status: 422,
    title: 'There is no such employee yet, and a new one needs person and employment',
    mend: 'Give both groups, or check the company code and the employee number.',
  },
  'company-unknown': {
    status: 422,
    title: 'There is no legal employer with this company code',
    mend: 'Check the code, or have the employer set up by the vendor first.',
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
