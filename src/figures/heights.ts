/** How high drawings are, in CSS pixels: pages reserve the room, so that nothing moves when a drawing comes. */
export const heights = {
  overTime: 230,
  retention: 260,
  heatMap: 62,
  lastHour: 140,
  sessionTimeline: 320,
  qualityTrend: 130,
  sparkline: 34,
} as const;

/** Of bars, one a row. */
export const barsHeight = (rowCount: number): number => 34 + rowCount * 26;

/** Of intervals, one a variant. */
export const intervalsHeight = (variantCount: number): number => 44 + variantCount * 28;
