import type { Config } from '#platform/config.ts';
import { keyedHash, timingSafeEqualText } from '#platform/crypto.ts';
import { canonicalJson, type Json } from '#platform/json.ts';
import { problems } from './problems.ts';

const signatureLength = 22;

/** A cursor nobody can make or change: the place in a list, bound to whose list it is and to its filter. */
export function signCursor(config: Config, boundTo: Json, place: string[]): string {
  const body = Buffer.from(JSON.stringify(place)).toString('base64url');
  return signature(config, boundTo, body) + body;
}

/** The place a cursor stands for; a Problem when it is not one of this list. */
export function openCursor(config: Config, boundTo: Json, cursor: string): string[] {
  const body = cursor.slice(signatureLength);
  if (!timingSafeEqualText(cursor.slice(0, signatureLength), signature(config, boundTo, body)))
    throw problems['invalid-cursor']();
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as string[];
}

function signature(config: Config, boundTo: Json, body: string): string {
  const text = `${canonicalJson(boundTo)}\n${body}`;
  return keyedHash(config, 'list-cursor', text).toString('base64url').slice(0, signatureLength);
}
