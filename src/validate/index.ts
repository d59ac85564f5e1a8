/** Hand-made rows against those that are served: what differs, by how much, and which sessions to look at. */
export {
  type ComparedRow,
  type CompareOptions,
  compareExpected,
  type Summary,
  type ValidationReport,
} from './compare.js';
export { type Expected, readExpected } from './expected.js';
export { formatReport, isClean, type ReportFormat, reportFormats, reportValue, summarize } from './report.js';
export { parseTolerances, type Tolerances } from './tolerance.js';
