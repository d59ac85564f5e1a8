/** From a statement's parse tree to questions for Cube. */
export { body, functionName, locationOf, type Node, some, textsOf, typeName } from './ast.js';
export { readConstant } from './constants.js';
export { foldConstants, foldParameterized } from './fold.js';
export { isAggregateCall } from './leaves.js';
export { bindParameters, castParameters, countParameters, literal } from './parameters.js';
export type { CatalogPlan, DirectPlan, OuterPlan, OutputColumn, Plan, Scan, ScanColumn } from './plan.js';
export { planStatement } from './plan-statement.js';
export { type Dialect, dialectFor } from './push-down/index.js';
export { nearest } from './scope.js';
