/**
 * The one rule for text that comes from outside, shared by every door and every screen: Unicode NFC, and no character
 * that a person cannot see where the domain has no use for it. Character classes are those of Unicode's UnicodeData.txt
 * and PropList.txt. The folded forms are also SQL functions (platform.fold_code, platform.loose_key,
 * platform.fold_search); a test compares each pair.
 */
import { z } from 'zod';

/** `line`: names, keys, codes, subjects. `prose`: what people write over several lines. */
export type TextUse = 'line' | 'prose';

/** A character that a text may not hold: where it is (a UTF-16 index) and how to name it, such as "U+200B". */
export interface TextFault {
  index: number;
  character: string;
}

const brokenText = String.raw`\p{Cs}\p{Noncharacter_Code_Point}\u{FFFD}`;
/** U+2800 is a visible character without ink; CR and LF never stand in a line. */
const refusedInLine = new RegExp(
  String.raw`[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}${brokenText}]`,
  'u',
);
/** Joiners, soft hyphens and variation selectors come with emoji and pasted text, and do no harm in prose. */
const refusedInProse = new RegExp(
  String.raw`(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}${brokenText}]`,
  'u',
);
const seen = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u{2800}]/u;

/** The first character that a text of this use may not hold. Expects line ends of prose as LF. */
export function findTextFault(text: string, use: TextUse): TextFault | undefined {
  const match = (use === 'line' ? refusedInLine : refusedInProse).exec(text);
  if (match === null) return undefined;
  const code = text.codePointAt(match.index) ?? 0;
  return { index: match.index, character: `U+${code.toString(16).toUpperCase().padStart(4, '0')}` };
}

/** Whether a person sees anything of a text at all. */
export const isVisible = (text: string) => seen.test(text);

/** The form in which text is stored: NFC, and LF as the end of a line. */
export const normaliseText = (text: string) => text.normalize('NFC').replace(/\r\n?/g, '\n');

/** What a message says of a refused character, without the text it stands in. */
export function describeTextFault({ index, character }: TextFault): string {
  const shown = character === 'U+FFFD' ? `${character}, which stands for a damaged one` : character;
  return `holds the character ${shown} at position ${index + 1}; remove it and send the text again`;
}

function readableText(use: TextUse) {
  return {
    error: (issue: { input?: unknown }) => {
      const fault = typeof issue.input === 'string' ? findTextFault(issue.input, use) : undefined;
      return fault === undefined ? 'holds no character that can be seen' : describeTextFault(fault);
    },
  };
}

/** A text of one line, stored trimmed and in NFC; refuses characters that cannot be seen. */
export const textLine = (maxLength: number, minLength = 1) =>
  z
    .string()
    .trim()
    .normalize('NFC')
    .min(minLength)
    .max(maxLength)
    .refine(
      (text) => findTextFault(text, 'line') === undefined && (text === '' || isVisible(text)),
      readableText('line'),
    );

/** A text of several lines, stored in NFC with LF; refuses control, bidi and line-separator characters. */
export const textProse = (maxLength: number, minLength = 1) =>
  z
    .string()
    .trim()
    .overwrite(normaliseText)
    .min(minLength)
    .max(maxLength)
    .refine(
      (text) => findTextFault(text, 'prose') === undefined && (text === '' || isVisible(text)),
      readableText('prose'),
    );

/** The form in which keys and codes are compared: NFKC, lower case, white space folded. Stored, and unique. */
export const foldCode = (text: string) =>
  text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').replace(/^ | $/g, '');

/**
 * The form in which two keys look the same to a person: letters and digits of `foldCode` without the zeros that a run
 * of digits begins with, so that `'009602` and `9602`, `E-9603` and `e9603` are alike. Never an identity by itself.
 */
export const looseKey = (text: string) =>
  foldCode(text)
    .replace(/[ !-/:-@[-`{-~’‘´]/g, '')
    .replace(/(?<![0-9])0+(?=[0-9])/g, '');

const marks = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g;
const withoutDecomposition: Record<string, string> = { ø: 'o', đ: 'd', ł: 'l', ħ: 'h', ı: 'i', ß: 's' };

/** The form in which searches compare: without accents and macrons, lower case, white space folded. */
export const foldSearch = (text: string) =>
  text
    .normalize('NFKD')
    .replace(marks, '')
    .toLowerCase()
    .replace(/[øđłħıß]/g, (letter) => withoutDecomposition[letter] ?? letter)
    .replace(/\s+/g, ' ')
    .replace(/^ | $/g, '');
