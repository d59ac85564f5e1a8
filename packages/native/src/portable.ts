/** The portable implementation: what Cube finds where its Rust add-on is not installed. */
import { NotPortable, refuse } from './unsupported.js';

export { NativeInstance } from './jinja/index.js';
export { resetLogger, setupLogger } from './logger.js';
export { redactSqlLiterals } from './redact.js';
export { ResultArrayWrapper, ResultMultiWrapper, ResultWrapper, rowsToColumnar } from './shaping/index.js';
export { execSql, registerInterface, rest4sql, shutdownInterface, sql4sql } from './sql-interface.js';

const planner = 'Set CUBEJS_TESSERACT_SQL_PLANNER=false.';
const transpiler = 'Leave CUBEJS_TRANSPILATION_NATIVE unset: Cube then transpiles in JavaScript.';
const cubeStore = 'Use the DuckDB driver as rollup store, and CUBEJS_CACHE_AND_QUEUE_DRIVER=memory.';

/** The Rust add-on's word for a build without Python. */
export const isFallbackBuild = (): boolean => true;

export const loadNative = refuse('loadNative', 'There is no binary to load.');
export const buildSqlAndParams = refuse('The Tesseract planner', planner);
export const transpileJs = refuse('Native transpilation', transpiler);
export const transpileYaml = refuse('Native transpilation', transpiler);
export const parseCubestoreResultMessage = refuse('Cube Store', cubeStore);
export const getCubestoreResult = refuse('Cube Store', cubeStore);

export async function pythonLoadConfig(_content: string, options: { readonly fileName: string }): Promise<never> {
  throw new NotPortable(`Python configuration (${options.fileName})`, 'Write cube.js instead of cube.py.');
}
