/** How a number of this name is to be shown; the end of a metric's name tells its unit. */
export function catalogueUnit(name: string): 's' | 'ratio' | 'count' {
  if (/[a-z]S$|_s$|_S$/.test(name)) return 's';
  if (/(Rate|Ratio|_rate|_ratio|_RATE|_RATIO)$/.test(name)) return 'ratio';
  return 'count';
}
