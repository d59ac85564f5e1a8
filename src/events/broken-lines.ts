/** Put before lines that had to be mended while they were read (input/lines.ts): no JSON text begins so. */
export const brokenLineMarks = { notUtf8: '\u0002', tooLong: '\u0003' } as const;

/** Longer rows are rejected unread: the engine keeps whole rows in memory. */
export const lineBytesMax = 2_000_000;
