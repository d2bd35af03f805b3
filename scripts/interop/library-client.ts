import type { Client, Reach } from './client.ts';

/**
 * A client library behind a small program of ours: `PROGRAM PORT USER KEY VERB ARGUMENTS`. Each verb does with the library
 * what the command of its name means in `Client`.
 */
export function libraryClient(
  name: string,
  [program, ...first]: [string, ...string[]],
  prepare: (at: Reach) => Promise<void>,
): Client {
  const run = (at: Reach, ...args: string[]) => ({
    program,
    args: [...first, String(at.port), at.userName, at.keyFile, ...args],
  });
  return {
    name,
    prepare,
    put: (at, { local, remote }) => run(at, 'put', local, remote),
    get: (at, { local, remote }) => run(at, 'get', local, remote),
    resumePut: (at, { local, remote }) => run(at, 'resume-put', local, remote),
    resumeGet: (at, { local, remote }) => run(at, 'resume-get', local, remote),
    rename: (at, { from, to }) => run(at, 'rename', from, to),
    truncate: (at, { remote, size }) => run(at, 'truncate', remote, String(size)),
    append: (at, { local, remote }) => run(at, 'append', local, remote),
    putTimed: (at, { local, remote }) => run(at, 'put-timed', local, remote),
    getTimed: (at, { local, remote }) => run(at, 'get-timed', local, remote),
    putMany: (at, { local, remote }) => run(at, 'put-many', local, remote),
    getMany: (at, { local, remote }) => run(at, 'get-many', local, remote),
    putRekeying: (at, { local, remote }) => run(at, 'put-rekeying', local, remote),
    getRekeying: (at, { local, remote }) => run(at, 'get-rekeying', local, remote),
  };
}
