import { describe, expect, it } from 'vitest';
import { compile, spark, sql } from '#sql';

/** The pattern that Spark is given for a strptime pattern. */
const inSpark = (pattern: string): string =>
  /^try_to_timestamp\(t, '(.*)'\)$/s.exec(compile(spark.reading.instantIn(sql`t`, pattern), spark).text)?.[1] ?? '';

describe("a strptime pattern becomes Java's for Spark", () => {
  it.each([
    ['%d.%m.%Y %H:%M:%S', 'd.M.y H:m:s', 'numbers take as many digits as there are'],
    ['%Y%m%d-%H%M', 'yyyyMMdd-HHmm', 'but for those that touch'],
    ['%Y-%m-%dT%H:%M:%S.%f%z', "y-M-d\\'T\\'H:m:s.SSSSSS[XXX][XX][X]", 'letters are quoted, zones come in three forms'],
    ['%b %-d, %Y at %I:%M %p', "MMM d, y \\'at\\' h:m a", 'names and halves of days'],
    ["[%Y] o'clock 100%%", "\\'[\\'y\\']\\' \\'o\\'\\'clock\\' 100%", 'signs that mean something in Java are quoted'],
  ])('%s is %s: %s', (pattern, java) => {
    expect(inSpark(pattern)).toBe(java);
  });

  it('or is refused by name where Spark cannot read it', () => {
    expect(() => inSpark('%A %d')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('%A') }),
    );
  });
});
