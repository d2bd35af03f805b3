import { hash } from 'node:crypto';
import { canonicalJson, type Json } from './json.ts';

/** Names a configuration by content: the first 16 hex digits of the SHA-256 of its canonical JSON. */
export function fingerprint(configuration: Json): string {
  return hash('sha256', canonicalJson(configuration), 'hex').slice(0, 16);
}
