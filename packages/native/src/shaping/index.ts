/** Turns a driver's rows into Cube's answers, and refuses members that the caller may not see. */
export { HiddenMember } from './columns.js';
export { ResultArrayWrapper, ResultMultiWrapper } from './result-lists.js';
export { ResultWrapper } from './result-wrapper.js';
export { rowsToColumnar, shapeRows } from './shape-rows.js';
export { formatValue } from './time-value.js';
export type { ColumnarData, NormalizedQuery, RootResult, Row, TransformData } from './types.js';
