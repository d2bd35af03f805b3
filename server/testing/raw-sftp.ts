import { once } from 'node:events';
import type { Client, ClientChannel } from 'ssh2';
import { PacketSplitter, WireReader, WireWriter } from '../doors/sftp/wire.ts';

/** One answer of the door as it came. */
export interface RawAnswer {
  type: number;
  id: number;
  body: Buffer;
}

/** What an answer says, for tests: its status, or its data, handle or size. */
export interface ReadAnswer {
  status: number;
  message: string;
  data: Buffer;
  handle: string;
  sizeBytes: number;
}

export const openFlags = { read: 1, write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 } as const;

/** An SFTP client that asks exactly what a test wants, and keeps the answers in the order in which they came. */
export class RawSftp {
  readonly answers: RawAnswer[] = [];
  readonly #channel: ClientChannel;
  readonly #waiting = new Map<number, PromiseWithResolvers<RawAnswer>>();
  #next = 1;

  private constructor(channel: ClientChannel) {
    this.#channel = channel;
    const splitter = new PacketSplitter();
    channel.on('data', (piece: Buffer) => {
      for (const packet of splitter.push(piece)) {
        const type = packet[0] ?? 0;
        if (type === 2) continue;
        const answer = { type, id: packet.readUInt32BE(1), body: packet.subarray(5) };
        this.answers.push(answer);
        this.#waiting.get(answer.id)?.resolve(answer);
        this.#waiting.delete(answer.id);
      }
    });
    channel.on('close', () => {
      for (const one of this.#waiting.values()) one.reject(new Error('the session ended without an answer'));
    });
  }

  /** Begins an SFTP session on a channel of its own. */
  static async open(client: Client): Promise<RawSftp> {
    const channel = await new Promise<ClientChannel>((resolve, reject) =>
      client.subsys('sftp', (error, opened) => (error ? reject(error) : resolve(opened))),
    );
    const raw = new RawSftp(channel);
    channel.write(new WireWriter(1).uint32(3).packet());
    return raw;
  }

  /** Builds a request without sending it, so that several can leave together. */
  request(type: number, fill: (writer: WireWriter) => WireWriter): { id: number; packet: Buffer } {
    const id = this.#next++;
    return { id, packet: fill(new WireWriter(type).uint32(id)).packet() };
  }

  /** Sends requests in one piece; resolves with their answers, in the order of the requests. */
  async send(...requests: { id: number; packet: Buffer }[]): Promise<ReadAnswer[]> {
    const answers = requests.map(({ id }) => {
      const waiting = Promise.withResolvers<RawAnswer>();
      this.#waiting.set(id, waiting);
      return waiting.promise;
    });
    this.#channel.write(Buffer.concat(requests.map((one) => one.packet)));
    return (await Promise.all(answers)).map(readAnswer);
  }

  async ask(type: number, fill: (writer: WireWriter) => WireWriter): Promise<ReadAnswer> {
    const [answer] = await this.send(this.request(type, fill));
    if (answer === undefined) throw new Error('no answer came');
    return answer;
  }

  async openFile(path: string, flags: number, sizeBytes?: number): Promise<ReadAnswer> {
    return this.ask(3, (writer) => withSize(writer.bytes(path).uint32(flags), sizeBytes));
  }

  write(handle: string, offset: number, data: Buffer) {
    return this.request(6, (writer) => writer.bytes(handle).uint64(offset).bytes(data));
  }

  read(handle: string, offset: number, length: number) {
    return this.request(5, (writer) => writer.bytes(handle).uint64(offset).uint32(length));
  }

  resizeOpen(handle: string, sizeBytes: number) {
    return this.request(10, (writer) => withSize(writer.bytes(handle), sizeBytes));
  }

  resize(path: string, sizeBytes: number) {
    return this.request(9, (writer) => withSize(writer.bytes(path), sizeBytes));
  }

  close(handle: string) {
    return this.request(4, (writer) => writer.bytes(handle));
  }

  rename(from: string, to: string) {
    return this.request(18, (writer) => writer.bytes(from).bytes(to));
  }

  replace(from: string, to: string) {
    return this.request(200, (writer) => writer.bytes('posix-rename@openssh.com').bytes(from).bytes(to));
  }

  remove(path: string) {
    return this.request(13, (writer) => writer.bytes(path));
  }

  stat(path: string) {
    return this.request(17, (writer) => writer.bytes(path));
  }

  /** The whole of a file of at most 522,240 bytes; undefined when there is none. */
  async whole(path: string): Promise<Buffer | undefined> {
    const opened = await this.openFile(path, openFlags.read);
    if (opened.handle === '') return undefined;
    const most = 261_120;
    const [head, tail, closed] = await this.send(
      this.read(opened.handle, 0, most),
      this.read(opened.handle, most, most),
      this.close(opened.handle),
    );
    if (closed?.status !== 0) throw new Error('the file could not be closed');
    return Buffer.concat([head?.data ?? Buffer.alloc(0), tail?.data ?? Buffer.alloc(0)]);
  }

  async end(): Promise<void> {
    const closed = once(this.#channel, 'close');
    this.#channel.end();
    await closed;
  }
}

function withSize(writer: WireWriter, sizeBytes: number | undefined): WireWriter {
  return sizeBytes === undefined ? writer.uint32(0) : writer.uint32(1).uint64(sizeBytes);
}

function readAnswer({ type, body }: RawAnswer): ReadAnswer {
  const reader = new WireReader(body);
  const answer: ReadAnswer = { status: 0, message: '', data: Buffer.alloc(0), handle: '', sizeBytes: -1 };
  if (type === 101) return { ...answer, status: reader.uint32(), message: reader.bytes().toString() };
  if (type === 102) return { ...answer, handle: reader.bytes().toString('latin1') };
  if (type === 103) return { ...answer, data: Buffer.from(reader.bytes()) };
  if (type === 105) {
    reader.uint32();
    return { ...answer, sizeBytes: reader.uint64() };
  }
  return answer;
}
