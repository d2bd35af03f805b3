import { foldSearch, textLine } from './text.ts';

const dots = '*＊∗⁎﹡✱•●∙⋅⦁◦○◌⚫⚪⬤■▪█▇⬛';
const maskForms = new RegExp(`[${dots}]{2,}|^[${dots}]$|[xX#]{4,}|^[xX#?_…·.]{3,}$`, 'u');
const punctuation = /[\s\-–().,+$/]/g;

/** Whether a text is what a screen or an answer shows instead of a value, such as `•••`, `***-360` or `XXXX`. */
export const isMask = (text: string) => maskForms.test(text) || maskForms.test(text.replace(punctuation, ''));

/** What a message says of a mask that was sent as a value. */
export const maskAdvice = 'is a mask, not a value; send the value itself, or leave the field out';

/** UTF-8 read as Latin-1 or Windows-1252: `Ä“` for ē, `Ã©` for é, `â€™` for an apostrophe. */
const misread =
  /[ÂÃÄÅ][\u00a0-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ¦œ]/;

/** Whether a text looks like UTF-8 that was read in another encoding. A person may be called so all the same. */
export const isMisread = (text: string) => misread.test(text);

const placeholders = new Set([
  'unknown',
  'n/a',
  'na',
  'null',
  'undefined',
  'none',
  'nil',
  'tbc',
  'tba',
  'test',
]);

/** Whether a name is a word that systems put where a name is missing. A person may be called so all the same. */
export const isPlaceholder = (name: string) => placeholders.has(foldSearch(name));

/** What is wrong with the form of a key or code; undefined when it is written as everybody reads it. */
export function keyFormAdvice(text: string): string | undefined {
  const plain = text.normalize('NFKC');
  return plain === text
    ? undefined
    : `is written in characters of another width or form; write it as ${plain}`;
}

/** A text of one line in a payroll record: no invisible characters, and no mask. */
export const recordText = (maxLength: number, minLength = 1) =>
  textLine(maxLength, minLength).refine((text) => !isMask(text), { error: maskAdvice });

/** A key or code of a payroll record: also in Unicode's compatibility form, so that no two look the same. */
export const recordKey = (maxLength: number) =>
  recordText(maxLength).refine((text) => keyFormAdvice(text) === undefined, {
    error: (issue) => keyFormAdvice(String(issue.input)) ?? '',
  });
