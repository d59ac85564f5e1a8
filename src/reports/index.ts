/** Reports: a day, week or month as the gateway tells it, as a page, CSV, text or PDF; knows nobody but the gateway. */
export { type Ask, askGateway, type GatewayAccess } from './ask.js';
export { type CsvFile, csvFiles, csvText } from './csv.js';
export { reportPage } from './html/page.js';
export { findBrowser, writePdf } from './pdf.js';
export {
  addDays,
  type Days,
  endOf,
  lastPeriod,
  namedPeriod,
  type Period,
  periodEnding,
  type ReportKind,
  reportKinds,
} from './period.js';
export { type ReportFacts, readReport } from './read.js';
export { composeReport, type Report } from './report.js';
export type { DataTable, Section } from './section.js';
export { reportText } from './text.js';
