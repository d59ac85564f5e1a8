import type { Finding } from '../incident.js';
import type { LookContext } from './looked-at.js';
import { findQuality } from './quality-rules.js';
import { findAnomalies } from './read-series.js';
import { findThresholds } from './thresholds.js';

/** What every condition says, one after the other: they share one connection. */
export async function findings(context: LookContext): Promise<Finding[]> {
  const thresholds = await findThresholds(context);
  const quality = await findQuality(context);
  return [...thresholds, ...quality, ...(await findAnomalies(context))];
}
