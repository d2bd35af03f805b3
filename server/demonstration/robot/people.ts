import { type HrPerson, makePerson, plain } from './hr-person.ts';

/** The legal employer in the customer's HR system. */
export const companyCode = 'KOW01';

/** A person as the body of PUT /v1/employees, with the number that the address needs. */
export function documentOf(person: HrPerson) {
  return {
    employeeNumber: person.number,
    employee: {
      person: {
        legalFirstName: person.first,
        legalLastName: person.last,
        preferredName: person.known,
        dateOfBirth: person.born,
        gender: person.gender,
        workEmail: person.mail,
        mobile: person.phone,
        address: {
          line1: person.street,
          suburb: person.suburb,
          city: person.city,
          postcode: person.postcode,
          country: 'NZ',
        },
      },
      employment: {
        startDate: person.since,
        employmentType: person.fullTime ? ('permanentFullTime' as const) : ('permanentPartTime' as const),
        positionTitle: person.job,
        departmentCode: person.department,
        locationCode: person.place,
        costAllocations: [{ costCentre: person.costCentre, percent: '100.00' }],
        payGroupCode: 'FORTNIGHT',
        payFrequency: 'fortnightly' as const,
        hoursPerWeek: person.hours,
      },
      taxNz: {
        irdNumber: person.ird,
        taxCode: person.taxCode,
        studentLoan: person.studentLoan,
        esctRatePercent: '30',
      },
      kiwiSaver: {
        status: 'autoEnrolled' as const,
        employeeRatePercent: person.kiwiSaver,
        employerRatePercent: '3.50',
      },
      bankAccounts: [
        {
          country: 'NZ' as const,
          account: person.account,
          accountName: accountName(person),
          allocation: { type: 'balance' as const },
        },
      ],
      payRates: [
        {
          effectiveFrom: person.since,
          rateType: 'annualSalary' as const,
          amount: person.salary,
          hoursPerWeek: person.hours,
        },
      ],
    },
  };
}

/** The nth person as made, as the body of PUT /v1/employees. */
export const employeeDocument = (n: number) => documentOf(makePerson(n));

/** The name that a person's bank account carries. */
export const accountName = (person: HrPerson) => plain(`${person.first[0]} ${person.last}`).toUpperCase();
