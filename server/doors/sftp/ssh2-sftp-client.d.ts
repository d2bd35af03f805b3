/** What the tests use of a client that comes without types. */
declare module 'ssh2-sftp-client' {
  import type { Readable, Writable } from 'node:stream';
  import type { Client } from 'ssh2';

  /** Options of the streams beneath a transfer. */
  interface Streams {
    writeStreamOptions?: { flags?: string; start?: number };
    readStreamOptions?: { start?: number };
  }

  export default class SftpClient {
    client: Client;
    on(event: string, listener: (error: Error) => void): void;
    connect(options: Record<string, unknown>): Promise<unknown>;
    put(content: Buffer | Readable | string, path: string, options?: Streams): Promise<string>;
    append(content: Buffer | Readable, path: string): Promise<string>;
    get(path: string, target?: string | Writable, options?: Streams): Promise<unknown>;
    list(path: string): Promise<{ name: string; size: number }[]>;
    stat(path: string): Promise<{ size: number }>;
    exists(path: string): Promise<false | string>;
    rename(from: string, to: string): Promise<string>;
    realPath(path: string): Promise<string>;
    mkdir(path: string): Promise<string>;
    rmdir(path: string): Promise<string>;
    end(): Promise<unknown>;
  }
}
