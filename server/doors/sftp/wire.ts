/** Raised for bytes that are no SFTP packet: `id` is that of the request when it could be read. */
export class BadPacket extends Error {
  readonly id: number | undefined;
  constructor(message: string, id?: number) {
    super(message);
    this.id = id;
  }
}

/** Reads the fields of one packet in order; anything short throws BadPacket. */
export class WireReader {
  readonly #bytes: Buffer;
  #at: number;
  id: number | undefined;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  uint32(): number {
    if (this.#at + 4 > this.#bytes.length) throw new BadPacket('the packet is too short', this.id);
    const value = this.#bytes.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  /** An unsigned 64-bit number; positions beyond what a number holds exactly are refused. */
  uint64(): number {
    const value = this.uint32() * 0x1_0000_0000 + this.uint32();
    if (!Number.isSafeInteger(value)) throw new BadPacket('a number is too large', this.id);
    return value;
  }

  /** A length and that many bytes, not copied. */
  bytes(): Buffer {
    const length = this.uint32();
    if (this.#at + length > this.#bytes.length)
      throw new BadPacket('a field is longer than its packet', this.id);
    const value = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return value;
  }

  /** Whether all bytes were read. */
  done(): boolean {
    return this.#at >= this.#bytes.length;
  }
}

/** Builds one packet; `packet` puts its length in front. */
export class WireWriter {
  readonly #parts: Buffer[] = [];
  #size = 0;

  constructor(type: number) {
    this.raw(Buffer.of(type));
  }

  raw(bytes: Buffer): this {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    return this;
  }

  uint32(value: number): this {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32BE(value >>> 0);
    return this.raw(bytes);
  }

  uint64(value: number): this {
    return this.uint32(Math.floor(value / 0x1_0000_0000)).uint32(value % 0x1_0000_0000);
  }

  bytes(value: Buffer | string): this {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    return this.uint32(bytes.length).raw(bytes);
  }

  packet(): Buffer {
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(this.#size);
    return Buffer.concat([length, ...this.#parts], this.#size + 4);
  }
}

/** Longest packet that is read, as announced by limits@openssh.com; a little more is let pass. */
export const maxPacketBytes = 262_144;
const slackBytes = 1_024;

/** Cuts a stream of bytes into packets (without their length), whatever pieces it comes in. */
export class PacketSplitter {
  #held: Buffer[] = [];
  #heldSize = 0;
  #needed = 4;

  /** Bytes held for a packet that is not whole. */
  get heldBytes(): number {
    return this.#heldSize;
  }

  /** Takes the next piece and gives the packets that are whole now; throws BadPacket for an impossible length. */
  push(piece: Buffer): Buffer[] {
    if (this.#heldSize > 0) {
      this.#held.push(piece);
      this.#heldSize += piece.length;
      if (this.#heldSize < this.#needed) return [];
      piece = Buffer.concat(this.#held, this.#heldSize);
      this.#held = [];
      this.#heldSize = 0;
    }
    const packets: Buffer[] = [];
    let at = 0;
    this.#needed = 4;
    while (piece.length - at >= 4) {
      const length = piece.readUInt32BE(at);
      if (length === 0 || length > maxPacketBytes + slackBytes)
        throw new BadPacket('the length of a packet is out of bounds');
      if (piece.length - at < 4 + length) {
        this.#needed = 4 + length;
        break;
      }
      packets.push(piece.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    if (at < piece.length) {
      this.#held = [piece.subarray(at)];
      this.#heldSize = piece.length - at;
    }
    return packets;
  }
}
