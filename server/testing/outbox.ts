import { wordsOf } from '#platform/mail.ts';
import { read, type Scope } from '#platform/transact.ts';
import type { TestDatabase } from './database.ts';

/** The newest mail of a kind in the outbox, as its receiver reads it; undefined when there is none. */
export async function newestMail(
  t: TestDatabase,
  scope: Scope,
  kind: string,
  to?: string,
): Promise<{ id: string; to: string[]; text: string } | undefined> {
  const [mail] = await read(
    t.platform,
    scope,
    (sql) =>
      sql<{ id: string; to: string[]; bodyText: string | null; bodySealed: Buffer | null }[]>`
      select id, recipients as to, body_text as "bodyText", body_sealed as "bodySealed" from mail.outbox
      where kind = ${kind} and (${to ?? null}::text is null or ${to ?? null} = any (recipients))
      order by id desc limit 1`,
  );
  return mail && { id: mail.id, to: mail.to, text: wordsOf(t.platform.config, mail) ?? '' };
}
