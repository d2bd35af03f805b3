import { sha256 } from '#platform/crypto.ts';
import { canonicalJson, type Json } from '#platform/json.ts';
import type { Work } from '#platform/transact.ts';
import { setFrozen, type Version } from './document-store.ts';

/** SHA-256, in hex, of everything a frozen version says: its content and the facts frozen with it. */
export function digestOf(frozen: { content: Json; facts: Json }): string {
  return sha256(canonicalJson({ content: frozen.content, facts: frozen.facts })).toString('hex');
}

/** Freezes a version together with the facts that it would else look up later; one that is frozen stays as it is. */
export async function freezeVersion(work: Work, version: Version, facts: Json): Promise<Version> {
  if (version.frozenAt !== null) return version;
  const frozen = { facts, sha256: digestOf({ content: version.content, facts }), at: work.now };
  await setFrozen(work.sql, version, frozen);
  return { ...version, facts, sha256: frozen.sha256, frozenAt: work.now };
}
