import { z } from 'zod';

const exact = z.string().transform(text => BigInt(text));

/** One row of `arm_counts`: what the users did whom one variant of an experiment fell to. */
export const armSchema = z.object({
  experiment: z.string(),
  variant: z.string(),
  exposed_viewers: z.bigint(),
  /** Those of them who saw another variant later. */
  mixed_viewers: z.bigint(),
  /** Null where the variant was nobody's first. */
  first_exposed_us: z.bigint().nullable(),
  last_exposed_us: z.bigint().nullable(),
  played_viewers: z.bigint(),
  session_count: z.bigint(),
  play_count: z.bigint(),
  completed_session_count: z.bigint(),
  watch_us: z.bigint(),
  /** Sums of squares of the seconds of watch time, and of the microseconds that are left, and of their products. */
  whole_squares: exact,
  mixed_products: exact,
  rest_squares: exact,
  shown_count: z.bigint(),
  played_shown_count: z.bigint(),
  shown_squares: exact,
  shown_products: exact,
  played_squares: exact,
});

export type Arm = z.infer<typeof armSchema>;
