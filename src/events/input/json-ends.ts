/** Sees a JSON file pass by and tells whether a list that it begins with is also closed: engines take what was read of one that is not. */
export class JsonEnds {
  #first = 0;
  #last = 0;

  see(chunk: Buffer): void {
    if (this.#first === 0) this.#first = chunk.find(isText) ?? 0;
    this.#last = chunk.findLast(isText) ?? this.#last;
  }

  get isCutList(): boolean {
    return this.#first === opening && this.#last !== closing;
  }
}

const opening = 0x5b;
const closing = 0x5d;
const byteOrderMark: readonly number[] = [0xef, 0xbb, 0xbf];
const space = 0x20;

/** Neither white space nor a byte order mark. */
const isText = (byte: number): boolean => byte > space && !byteOrderMark.includes(byte);
