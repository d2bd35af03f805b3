import ssh2 from 'ssh2';
import type { SftpBench } from '#testing/sftp-bench.ts';

/** What the door keeps, as seen over a connection that the tried client has no part in. */
export interface Observer {
  /** The bytes of a file; undefined when there is none. */
  read(path: string): Promise<Buffer | undefined>;
  write(path: string, content: Buffer): Promise<void>;
  modifiedAt(path: string): Promise<number>;
  /** The files received under a name, oldest first. */
  received(fileName: string): Promise<{ sha256: string; sizeBytes: number }[]>;
  close(): void;
}

const noSuchFile = 2;

/** Connects to the door of a bench as its account. */
export async function openObserver(bench: SftpBench): Promise<Observer> {
  const client = await bench.connect();
  const sftp = await new Promise<ssh2.SFTPWrapper>((resolve, reject) =>
    client.sftp((error, opened) => (error ? reject(error) : resolve(opened))),
  );
  return {
    read: (path) =>
      new Promise((resolve, reject) =>
        sftp.readFile(path, (error, content) => {
          if (!error) resolve(content);
          else if ((error as { code?: unknown }).code === noSuchFile) resolve(undefined);
          else reject(error);
        }),
      ),
    write: (path, content) =>
      new Promise((resolve, reject) =>
        sftp.writeFile(path, content, (error) => (error ? reject(error) : resolve())),
      ),
    modifiedAt: (path) =>
      new Promise((resolve, reject) =>
        sftp.stat(path, (error, found) => (error ? reject(error) : resolve(found.mtime))),
      ),
    received: async (fileName) => (await bench.transfers()).filter((one) => one.fileName === fileName),
    close: () => client.end(),
  };
}

let rekeys = 0;

/** How often a client of this process's doors has exchanged keys anew since `watchRekeys` was called. */
export const rekeysSeen = () => rekeys;

/** Counts each new exchange of keys that a door of this process completes. */
export function watchRekeys(): void {
  const emit = ssh2.Server.prototype.emit;
  ssh2.Server.prototype.emit = function (this: ssh2.Server, event: string, ...args: unknown[]) {
    if (event === 'connection')
      (args[0] as ssh2.Connection).on('rekey', () => {
        rekeys++;
      });
    return emit.call(this, event, ...args);
  } as typeof emit;
}
