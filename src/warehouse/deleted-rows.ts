import { type Fragment, join, raw, sql } from '#sql';

/** Rows of a file that one text of bits speaks of: few enough that a lone deleted row costs little. */
export const rowsOfBlock = 256;

/**
 * `(values ...)` with a row for each block of a file that has deleted rows: `playhead_file_number` (the place in the list),
 * `block` and `bits`, of which those that are set stand for deleted rows. A million numbers would be too much text.
 * @param files the deleted rows of each file, smallest first
 */
export function deletedBlocks(files: readonly (readonly number[])[]): Fragment {
  const values = files.flatMap((rows, i) =>
    [...bitsByBlock(rows)].map(([block, bits]) => raw(`(${i}, ${block}, '${bits.toString('base64')}')`)),
  );
  // A vector may be empty; a list of values may not.
  const listed = values.length === 0 ? sql`(-1, -1, '')` : join(values);
  return sql`(select playhead_file_number, block, cast(from_base64(text) as bit) as bits
    from (values ${listed}) as v(playhead_file_number, block, text))`;
}

function bitsByBlock(rows: readonly number[]): Map<number, Buffer> {
  const blocks = new Map<number, Buffer>();
  for (const row of rows) {
    const block = Math.floor(row / rowsOfBlock);
    const bits = blocks.get(block) ?? Buffer.alloc(rowsOfBlock / 8);
    blocks.set(block, bits);
    const place = row % rowsOfBlock;
    bits[place >> 3] = (bits[place >> 3] ?? 0) | (0x80 >> (place & 7));
  }
  return blocks;
}
