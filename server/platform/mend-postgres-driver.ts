import { registerHooks } from 'node:module';

// postgres 3.4.9 has two faults that a dying database brings out (porsager/postgres #1154, #1208): a buffered write on a
// connection whose socket is gone ends the whole process, and a connection that lost its socket with a write buffered
// never sends anything again. Upstream has not merged the repairs, so they are made while the file is loaded.

const mendings: [broken: string, mended: string][] = [
  [
    'function nextWrite(fn) {\n    const x = socket.write(chunk, fn)',
    `function nextWrite(fn) {
    if (socket === null) {
      clearImmediate(nextWriteTimer)
      chunk = nextWriteTimer = null
      error(Errors.connection('CONNECTION_CLOSED', options))
      return false
    }
    const x = socket.write(chunk, fn)`,
  ],
  [
    'clearImmediate(nextWriteTimer)\n    if (socket) {',
    'clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n    if (socket) {',
  ],
  [
    "clearImmediate(nextWriteTimer)\n    socket.removeListener('data', data)",
    "clearImmediate(nextWriteTimer)\n    chunk = nextWriteTimer = null\n    socket.removeListener('data', data)",
  ],
];

/** The driver's connection.js with its faults mended; throws when it is another version than the one they were found in. */
export function mendDriver(source: string): string {
  let text = source;
  for (const [broken, mended] of mendings) {
    if (text.split(broken).length !== 2)
      throw new Error(
        'postgres is another version than its mendings are for: see server/platform/mend-postgres-driver.ts',
      );
    text = text.replace(broken, () => mended);
  }
  return text;
}

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith('/node_modules/postgres/src/connection.js')) return loaded;
    return { ...loaded, source: mendDriver(String(loaded.source)) };
  },
});
