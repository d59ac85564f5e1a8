export type Unit = 's' | 'count' | 'ratio' | 'score' | 'rate' | 'boolean' | 'word' | 'instant';

export interface Metric {
  readonly title: string;
  readonly unit: Unit;
  /** One sentence for the analyst. */
  readonly says: string;
  /** Where the rule stands in DESIGN.md. */
  readonly rule: string;
}

/** One entry of the catalogue. */
export const metric = (title: string, unit: Unit, rule: string, says: string): Metric => ({ title, unit, rule, says });
