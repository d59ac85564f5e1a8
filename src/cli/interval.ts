import { z } from 'zod';

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time as people write it (`30s`, `5m`, `1h`), in milliseconds. */
export const intervalMs = z
  .string()
  .regex(/^\d+[smhd]$/, 'an interval is a whole number and s, m, h or d: 30s, 5m, 1h')
  .transform(text => {
    const unit = text.at(-1);
    return (
      Number(text.slice(0, -1)) *
      (unit === 's' || unit === 'm' || unit === 'h' || unit === 'd' ? units[unit] : Number.NaN)
    );
  })
  .refine(ms => ms >= 1000, 'the shortest interval is 1s');
