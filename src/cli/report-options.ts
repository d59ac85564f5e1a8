import { z } from 'zod';
import type { ReportKind } from '#reports';

export const reportKinds = ['daily', 'weekly', 'monthly'] as const satisfies readonly ReportKind[];

/** What `playhead report` can be told. */
export const optionsSchema = z.object({
  out: z.string().min(1).optional(),
  csv: z.string().min(1).optional(),
  pdf: z.string().min(1).optional(),
  email: z
    .string()
    .transform(text => text.split(',').map(address => address.trim()))
    .pipe(z.array(z.email('every recipient must be an address: ann@example.com,ben@example.com')).min(1).max(50))
    .optional(),
  via: z.string().min(1).optional(),
  period: z.string().min(1).optional(),
  end: z.string().min(1).optional(),
  url: z.url({ protocol: /^https?$/ }).optional(),
  tenant: z.string().min(1).optional(),
  now: z.iso.datetime({ offset: true }).optional(),
});
export type ReportOptions = z.infer<typeof optionsSchema>;
