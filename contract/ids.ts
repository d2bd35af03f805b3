import { z } from 'zod';

/** The readable prefix of every kind of id that leaves the system. */
export type IdPrefix =
  | 'cus'
  | 'env'
  | 'per'
  | 'con'
  | 'int'
  | 'emp'
  | 'pp'
  | 'evt'
  | 'key'
  | 'lnk'
  | 'whe'
  | 'whr'
  | 'msg'
  | 'att'
  | 'sfa'
  | 'exc'
  | 'trf'
  | 'ext'
  | 'aud'
  | 'dif'
  | 'scn'
  | 'est'
  | 'tkt'
  | 'mal'
  | 'opp'
  | 'crd'
  | 'doc'
  | 'com'
  | 'chg'
  | 'cpy'
  | 'krq'
  | 'dlv'
  | 'dlg'
  | 'ban';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Shows a uuid as `prefix_` and 26 lower-case base32 characters (Crockford's alphabet); throws on text that is no uuid. */
export function showId(prefix: IdPrefix, uuid: string): string {
  if (!uuidPattern.test(uuid)) throw new TypeError(`not a uuid: ${uuid}`);
  let value = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = alphabet[Number(value & 31n)] + text;
    value >>= 5n;
  }
  return `${prefix}_${text}`;
}

/** Reads an id made by `showId` back to its uuid; undefined when the text is anything else. */
export function parseId(prefix: IdPrefix, text: string): string | undefined {
  if (!text.startsWith(`${prefix}_`) || text.length !== prefix.length + 27) return undefined;
  let value = 0n;
  for (const character of text.slice(prefix.length + 1)) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) return undefined;
    value = (value << 5n) | BigInt(digit);
  }
  if (value >> 128n) return undefined;
  const hex = value.toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Reads an id of whatever kind back to its uuid, given as it is shown or as a uuid; undefined for any other text. */
export function parseAnyId(text: string): string | undefined {
  if (uuidPattern.test(text)) return text;
  return parseId((text.split('_')[0] ?? '') as IdPrefix, text);
}

/** A schema for request parts: takes the shown id, gives the uuid. */
export function idOf(prefix: IdPrefix) {
  return z.string().transform((text, context) => {
    const uuid = parseId(prefix, text);
    if (uuid === undefined) {
      context.addIssue({ code: 'custom', message: `must be an id that starts with ${prefix}_` });
      return z.NEVER;
    }
    return uuid;
  });
}

/** A schema for responses: an id as it is shown. */
export const shownId = (prefix: IdPrefix) => z.string().regex(new RegExp(`^${prefix}_[0-9a-z]{26}$`));
