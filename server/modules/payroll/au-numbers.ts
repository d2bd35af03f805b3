/** Reporting placeholders that stand for an exemption; they are never stored as a TFN. */
export const tfnPlaceholders = new Set(['000000000', '111111111', '333333333', '444444444', '987654321']);

export type TfnVerdict = 'valid' | 'legacy' | 'placeholder' | 'format' | 'check-digit';

const tfnWeights = [1, 4, 3, 7, 5, 8, 6, 9, 10];
const abnWeights = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];

/** Judges an Australian tax file number; eight digits are accepted as `legacy`, for their rule is not published. */
export function judgeTfn(text: string): TfnVerdict {
  const digits = text.replace(/[\s-]/g, '');
  if (/^\d{8}$/.test(digits)) return 'legacy';
  if (!/^\d{9}$/.test(digits)) return 'format';
  if (tfnPlaceholders.has(digits)) return 'placeholder';
  return weigh(digits, tfnWeights) % 11 === 0 ? 'valid' : 'check-digit';
}

/** Whether an Australian business number is well formed: its two check digits, 11 to 99, make the weighed sum divisible by 89. */
export function isAbn(text: string): boolean {
  const digits = text.replace(/\s/g, '');
  if (!/^\d{11}$/.test(digits) || digits < '11') return false;
  return (weigh(digits, abnWeights) - 10) % 89 === 0;
}

/** `NNN-NNN account` as it is stored, or undefined. A BSB has no check digit. */
export function normaliseAuAccount(text: string): string | undefined {
  const match = /^(\d{3})[\s-]?(\d{3})[\s-]+(\d{1,9})$/.exec(text.trim());
  return match ? `${match[1]}-${match[2]} ${match[3]}` : undefined;
}

/** Which postcodes a state or territory has. The ranges of PO boxes and large receivers are among them. */
const statePostcodes: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  NSW: [
    ['1000', '2599'],
    ['2619', '2899'],
    ['2921', '2999'],
  ],
  ACT: [
    ['0200', '0200'],
    ['2600', '2618'],
    ['2900', '2920'],
  ],
  VIC: [
    ['3000', '3999'],
    ['8000', '8999'],
  ],
  QLD: [
    ['4000', '4999'],
    ['9000', '9999'],
  ],
  SA: [['5000', '5999']],
  WA: [['6000', '6999']],
  TAS: [['7000', '7999']],
  NT: [['0800', '0999']],
};

/** The states a postcode lies in; none when no state has it. */
export function statesOfPostcode(postcode: string): string[] {
  return Object.entries(statePostcodes)
    .filter(([, ranges]) => ranges.some(([first, last]) => first <= postcode && postcode <= last))
    .map(([state]) => state);
}

function weigh(digits: string, weights: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) sum += (digits.charCodeAt(i) - 48) * (weights[i] ?? 0);
  return sum;
}
