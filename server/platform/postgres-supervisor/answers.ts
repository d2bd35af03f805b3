import postgres from 'postgres';

/** Whether a Postgres answers at this address within `timeoutMs`. */
export async function answers(url: string, timeoutMs: number): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: Math.ceil(timeoutMs / 1000), onnotice: () => {} });
  try {
    const asked = sql`select 1`.then(
      () => true,
      () => false,
    );
    const late = new Promise<false>((done) => setTimeout(done, timeoutMs, false).unref());
    return await Promise.race([asked, late]);
  } finally {
    await sql.end({ timeout: 0 }).catch(() => {});
  }
}
