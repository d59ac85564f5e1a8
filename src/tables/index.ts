/** Every table of DESIGN.md section 5: grain, key, columns, partitions. */
export { columnComment, type Table, type TableColumnType } from './table.js';
export { derivedTables, type EventType, eventTypes, type TableName, tables, unpinnedTables } from './tables.js';
