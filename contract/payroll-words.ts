/** The words of payroll that are enumerations here; formats of files map theirs to these. */

export const employmentTypes = [
  'permanentFullTime',
  'permanentPartTime',
  'fixedTerm',
  'casual',
  'contractor',
  'volunteer',
] as const;
export const payFrequencies = [
  'weekly',
  'fortnightly',
  'fourWeekly',
  'monthly',
  'halfMonthly',
  'daily',
  'adHoc',
] as const;
export const terminationReasons = [
  'resignation',
  'dismissal',
  'redundancy',
  'endOfFixedTerm',
  'retirement',
  'death',
  'transfer',
  'illHealth',
] as const;
export const genders = ['F', 'M', 'X', 'notStated'] as const;
export const rateTypes = ['annualSalary', 'hourly', 'daily', 'piece'] as const;
/** Tax codes of Inland Revenue's table; the student loan flag stands apart. */
export const taxCodes = [
  'M',
  'ME',
  'SB',
  'S',
  'SH',
  'ST',
  'SA',
  'CAE',
  'EDW',
  'NSW',
  'ND',
  'STC',
  'WT',
] as const;
export const kiwiSaverStatuses = [
  'autoEnrolled',
  'existingMember',
  'optedIn',
  'optedOut',
  'savingsSuspension',
  'temporaryRateReduction',
  'notEligible',
  'casualTemporary',
  'notMember',
  'complyingFund',
] as const;
export const allocationTypes = ['fixed', 'percent', 'balance'] as const;
export const esctRates = ['10.5', '17.5', '30', '33', '39'] as const;
export const residencyStatuses = ['australianResident', 'foreignResident', 'workingHolidayMaker'] as const;
export const tfnExemptions = ['notQuoted', 'pending', 'pensioner', 'under18'] as const;
export const titles = ['Mr', 'Mrs', 'Ms', 'Miss', 'Mx', 'Dr'] as const;
export const employmentStatuses = ['pending', 'active', 'terminated'] as const;
