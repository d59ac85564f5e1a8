/** ZeroMQ RFC 32: four bytes as five printable characters. */
const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** @throws RangeError when the text is no Z85 */
export function decodeZ85(text: string): Buffer {
  if (text.length % 5 !== 0) throw new RangeError(`${text.length} characters are no whole groups of five`);
  const bytes = Buffer.alloc((text.length / 5) * 4);
  for (let group = 0; group * 5 < text.length; group += 1) {
    let value = 0;
    for (const letter of text.slice(group * 5, group * 5 + 5)) {
      const digit = alphabet.indexOf(letter);
      if (digit < 0) throw new RangeError(`"${letter}" is not in the alphabet`);
      value = value * 85 + digit;
    }
    bytes.writeUInt32BE(value, group * 4);
  }
  return bytes;
}

/** @param bytes a multiple of four of them */
export function encodeZ85(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    let value = bytes.readUInt32BE(at);
    let group = '';
    for (let i = 0; i < 5; i += 1) {
      group = `${alphabet[value % 85]}${group}`;
      value = Math.floor(value / 85);
    }
    text += group;
  }
  return text;
}
