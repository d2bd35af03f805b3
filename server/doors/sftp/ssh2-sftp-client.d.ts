/** What the tests use of a client that comes without types. */
declare module 'ssh2-sftp-client' {
  import type { Readable } from 'node:stream';

  export default class SftpClient {
    on(event: string, listener: (error: Error) => void): void;
    connect(options: Record<string, unknown>): Promise<unknown>;
    put(content: Buffer | Readable, path: string): Promise<string>;
    get(path: string): Promise<unknown>;
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
