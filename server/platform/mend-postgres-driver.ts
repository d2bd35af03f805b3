import { registerHooks } from 'node:module';

// postgres 3.4.9 has faults that a dying database brings out. A buffered write on a connection whose socket is gone ends
// the whole process, and a connection that lost its socket with a write buffered never sends anything again
// (porsager/postgres #1154, #1208). A query sent between a socket's error and its close is never answered. And whoever held
// a connection that was lost, by a transaction or a reservation, goes on speaking on it after it was given to somebody
// else: a late "rollback" ends another's transaction. Upstream has not merged repairs, so they are made while it is loaded.

type Mending = [broken: string, mended: string];

const mendings: Record<string, Mending[]> = {
  'connection.js': [
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
    ['!hadError && (query || sent.length) && error(', ';(query || sent.length) && error('],
  ],
  'index.js': [
    [
      `    sql.release = () => {
      c.reserved = null
      onopen(c)
    }

    return sql

    function handler(q) {
      c.queue === full`,
      `    let lost = null
    c.onclose = e => {
      lost = e
      while (queue.length) queue.shift().reject(e)
    }
    sql.release = () => {
      if (lost) return
      lost = Errors.connection('CONNECTION_ENDED', options, options)
      c.onclose = null
      c.reserved = null
      onopen(c)
    }

    return sql

    function handler(q) {
      lost
        ? q.reject(lost)
        : c.queue === full`,
    ],
    [
      'new Promise((_, reject) => connection.onclose = reject)',
      `new Promise((_, reject) => connection.onclose = e => {
          lost = e
          while (queries.length) queries.shift().reject(e)
          reject(e)
        })`,
    ],
    [
      '      , connection\n      , prepare = null',
      '      , connection\n      , lost = null\n      , prepare = null',
    ],
    [
      `q.catch(e => uncaughtError || (uncaughtError = e))
        c.queue === full`,
      `q.catch(e => uncaughtError || (uncaughtError = e))
        lost
          ? q.reject(lost)
          : c.queue === full`,
    ],
  ],
};

/** A file of the driver with its faults mended; throws when it is another version than the one they were found in. */
export function mendDriver(file: string, source: string): string {
  let text = source;
  for (const [broken, mended] of mendings[file] ?? []) {
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
    const [, file] = /\/node_modules\/postgres\/src\/(connection\.js|index\.js)$/.exec(url) ?? [];
    return file === undefined ? loaded : { ...loaded, source: mendDriver(file, String(loaded.source)) };
  },
});
