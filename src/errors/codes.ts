/**
 * Every error code of Playhead, one line each, with the process exit status it ends a command with.
 * docs/errors.md carries the same list (test/tidy keeps the two equal).
 * Exit statuses: 1 a failure while working, 2 wrong usage or configuration, 3 unusable input data, 4 the place (disk, port, rights).
 */
export const codes = {
  INTERNAL: { exit: 70, says: 'A bug in Playhead: please report it with the stack trace in the log' },
  USAGE: { exit: 2, says: 'The command line is not understood' },
  CONFIG_UNREADABLE: { exit: 2, says: 'The configuration file cannot be read or parsed' },
  CONFIG_INVALID: { exit: 2, says: 'A value of the configuration is missing, unknown or outside its range' },
  MAPPING_UNKNOWN_FIELD: { exit: 2, says: 'The mapping names a column that the input does not have' },
  PRESET_UNKNOWN: { exit: 2, says: 'No preset has this name' },
  INPUT_NOT_FOUND: { exit: 3, says: 'No file matches' },
  INPUT_UNKNOWN_TYPE: { exit: 3, says: 'The type of the file is none that can be ingested' },
  INPUT_EMPTY: { exit: 3, says: 'The file holds no rows' },
  INPUT_CORRUPT: { exit: 3, says: 'The file cannot be read to its end' },
  INPUT_MISSING_COLUMN: { exit: 3, says: 'A required column is missing in the input' },
  INPUT_NO_EVENTS: { exit: 3, says: 'Not one row of the input could be used: the preset or the mapping is another' },
  INPUT_TIME_FORMAT: { exit: 3, says: 'No value of the time column can be understood with the configured format' },
  DATA_NOT_WRITABLE: { exit: 4, says: 'The data folder cannot be written' },
  DATA_NOT_FOUND: { exit: 4, says: 'The data folder or one of its tables does not exist' },
  DATA_DISK_FULL: { exit: 4, says: 'The disk of the data folder is full; the tables are as they were' },
  DATA_LOCKED: { exit: 4, says: 'Another job is writing to this data folder' },
  JOB_DEFINITIONS_CHANGED: {
    exit: 2,
    says: 'The configuration defines the numbers otherwise than the tables were built; a full run was not asked for',
  },
  EXPLAIN_UNKNOWN_ID: { exit: 3, says: 'No served row has this id' },
  EXPLAIN_DISAGREES: { exit: 1, says: 'A served row is not what its events add up to' },
  VALIDATION_INVALID: { exit: 3, says: 'The file of expected rows cannot be used' },
  VALIDATION_DIFFERS: { exit: 1, says: 'Served rows differ from the expected ones' },
  DELTA_NOT_A_TABLE: { exit: 3, says: 'The folder holds no Delta table' },
  DELTA_CORRUPT_LOG: { exit: 1, says: 'The Delta log is damaged: a commit or checkpoint cannot be read' },
  DELTA_MISSING_COMMIT: { exit: 1, says: 'A commit is missing in the Delta log' },
  DELTA_MISSING_FILE: { exit: 1, says: 'A data file that the Delta log names does not exist' },
  DELTA_UNSUPPORTED: { exit: 1, says: 'The table needs a protocol version or feature that is not implemented' },
  DELTA_CONFLICT: { exit: 1, says: 'Another writer changed the table in a way that this commit cannot be added to' },
  DELTA_SCHEMA_MISMATCH: { exit: 1, says: 'The rows do not fit the schema of the table' },
  DELTA_AMBIGUOUS_KEY: { exit: 1, says: 'Two rows to merge have the same key, or one has none' },
  DELTA_VERSION_NOT_FOUND: { exit: 1, says: 'The table has no such version' },
  QUERY_INVALID: { exit: 2, says: 'The SQL cannot be run' },
  QUERY_CANCELLED: { exit: 1, says: 'The query was cancelled before it ended' },
  QUERY_NOT_READ_ONLY: { exit: 2, says: 'Only reading statements are allowed' },
  RESULT_TOO_LARGE: {
    exit: 2,
    says: 'The query has more rows than one answer may hold; answers are complete or an error',
  },
  MODEL_INVALID: { exit: 2, says: 'The Cube models cannot be compiled' },
  PORT_IN_USE: { exit: 4, says: 'Another program listens on this port' },
  INSECURE_DEFAULT: {
    exit: 2,
    says: 'Production refuses default secrets, development mode and unauthenticated access',
  },
} as const satisfies Record<string, { exit: number; says: string }>;

export type ErrorCode = keyof typeof codes;
