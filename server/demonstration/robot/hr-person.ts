import { createHash } from 'node:crypto';
import { irdCheckDigit, isAccountBase } from './check-digits.ts';

/** Somebody in the customer's HR system, in its own words. */
export interface HrPerson {
  number: string;
  first: string;
  last: string;
  known: string | null;
  born: string;
  gender: 'F' | 'M' | 'X';
  mail: string;
  phone: string;
  street: string;
  suburb: string;
  city: string;
  postcode: string;
  ird: string;
  account: string;
  since: string;
  fullTime: boolean;
  hours: string;
  job: string;
  department: string;
  place: string;
  costCentre: string;
  salary: string;
  taxCode: string;
  studentLoan: boolean;
  kiwiSaver: string;
}

const firsts = [
  'Mere',
  'Tama',
  'Tāwhiri',
  'Hinemoa',
  'Pita',
  'Rewa',
  'Jess',
  'Connor',
  'Bella',
  'Hugo',
  'Siobhán',
  'Léa',
  'Aditi',
  'Ravi',
  'Xin',
  'Malia',
  'Losa',
  'Ioane',
];
const lasts = [
  'Kahu',
  'Rangi',
  'Tīwai',
  'Pōhatu',
  "O'Neill",
  'Hart',
  'Murray-West',
  'Nguyen',
  'Iyer',
  'Zhao',
  'Tupou',
  'Faleolo',
  'Berg',
  'Quinn',
  'Doyle',
  'Marsh',
];
const orchards = [
  { department: 'PICK', costCentre: '7100', jobs: ['Picker', 'Row leader'] },
  { department: 'PACK', costCentre: '7200', jobs: ['Packer', 'Grader', 'Line lead'] },
  { department: 'COOL', costCentre: '7300', jobs: ['Coolstore operator', 'Forklift driver'] },
  { department: 'OFFC', costCentre: '1200', jobs: ['Accounts clerk', 'Orchard planner'] },
];
const towns = [
  { place: 'TEP', suburb: 'Te Puna', city: 'Tauranga', postcode: '3174' },
  { place: 'KTK', suburb: 'Katikati', city: 'Katikati', postcode: '3129' },
  { place: 'MTK', suburb: 'Riwaka', city: 'Motueka', postcode: '7120' },
];

/** The departments that people can move to. */
export const departments: string[] = orchards.map((one) => one.department);

/** The nth person of the customer's HR system: always the same one, made up, with well-formed numbers. */
export function makePerson(n: number): HrPerson {
  const bytes = createHash('sha256').update(`kowhai-hr/${n}`).digest();
  let at = 0;
  const below = (limit: number) => (((bytes[at++] ?? 0) << 8) | (bytes[at++] ?? 0)) % limit;
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const [orchard, town, fullTime] = [pick(orchards), pick(towns), below(5) > 0];
  const [first, last] = [pick(firsts), pick(lasts)];
  const number = String(n + 1).padStart(6, '0');
  return {
    number,
    first,
    last,
    known: below(8) === 0 ? first.slice(0, 3) : null,
    born: day(1962 + below(44), below(336)),
    gender: pick(['F', 'M', 'F', 'M', 'X'] as const),
    mail: `${plain(first)}.${plain(last)}.${number}@kowhai.example`.toLowerCase(),
    phone: `+64220${number}`,
    street: `${1 + below(240)} Orchard Road`,
    suburb: town.suburb,
    city: town.city,
    postcode: town.postcode,
    ird: irdNumber(n),
    account: bankAccount(n),
    since: day(2009 + below(16), below(336)),
    fullTime,
    hours: fullTime ? '40.00' : '25.00',
    job: pick(orchard.jobs),
    department: orchard.department,
    place: town.place,
    costCentre: orchard.costCentre,
    salary: `${48_500 + below(60_000)}.00`,
    taxCode: pick(['M', 'M', 'ME', 'SB']),
    studentLoan: below(4) === 0,
    kiwiSaver: pick(['3.50', '4.00', '6.00']),
  };
}

/** Text without accents and other marks, as banks and mail addresses want it. */
export const plain = (text: string) => text.normalize('NFD').replace(/[^A-Za-z. -]/g, '');

function irdNumber(n: number): string {
  for (let base = 10_500_000 + 3 * n; ; base++) {
    const digit = irdCheckDigit(String(base));
    if (digit !== undefined) return `${base}${digit}`;
  }
}

function bankAccount(n: number): string {
  for (let base = 1_000_000 + 40 * (n % 200_000); ; base++)
    if (isAccountBase(String(base))) return `02-0${200 + (n % 7)}-${base}-00`;
}

function day(year: number, ofYear: number): string {
  const [month, date] = [1 + Math.floor(ofYear / 28), 1 + (ofYear % 28)];
  return `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
}
