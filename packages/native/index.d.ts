/**
 * The interface that Cube 1.7.43 expects of `@cubejs-backend/native`, for TypeScript code that imports Cube's packages.
 * The names are Cube's; the loose types are where Cube's own typings are loose.
 */
export interface DataResult {
  isWrapper: boolean;
  getFinalResult(): Promise<unknown>;
  getRawData(): unknown[];
  getTransformData(): unknown[];
  getRootResultObject(): unknown[];
  getResults(): readonly ResultWrapper[];
}

export class ResultWrapper implements DataResult {
  constructor(input: unknown);
  readonly isWrapper: boolean;
  readonly length: number;
  [Symbol.iterator](): Iterator<unknown>;
  setTransformData(transformData: unknown): void;
  setRootResultObject(root: unknown): void;
  getFinalResult(): Promise<unknown>;
  getRawData(): unknown[];
  getTransformData(): unknown[];
  getRootResultObject(): unknown[];
  getResults(): readonly ResultWrapper[];
}

declare abstract class ResultList implements DataResult {
  constructor(results: readonly ResultWrapper[], root?: unknown);
  readonly isWrapper: boolean;
  getFinalResult(): Promise<unknown>;
  getRawData(): unknown[];
  getTransformData(): unknown[];
  getRootResultObject(): unknown[];
  getResults(): readonly ResultWrapper[];
}
export class ResultMultiWrapper extends ResultList {}
export class ResultArrayWrapper extends ResultList {}

export interface JsRawColumnarData {
  members: string[];
  columns: unknown[][];
}
export function rowsToColumnar(rows: unknown): JsRawColumnarData;

export interface BaseMeta {
  protocol: string;
  apiType: string;
  appName?: string;
}
export interface LoadRequestMeta extends BaseMeta {
  changeUser?: string;
}
export interface Request<Meta> {
  id: string;
  meta: Meta;
}
export type SqlInterfaceInstance = { __typename: 'sqlinterfaceinstance' };
export type ShutdownMode = 'fast' | 'semifast' | 'smart';

export interface Sql4SqlCommon {
  query_type: { regular: boolean; post_processing: boolean; pushdown: boolean };
}
export type Sql4SqlOk = { sql: string; values: (string | null)[] };
export type Sql4SqlError = { error: string };
export type Sql4SqlResponse = Sql4SqlCommon & (Sql4SqlOk | Sql4SqlError);
export interface QueryConvertResponse {
  status: string;
  query: unknown;
  error?: string;
}

export function registerInterface(options: object): Promise<SqlInterfaceInstance>;
export function shutdownInterface(instance: SqlInterfaceInstance | null, mode: ShutdownMode): Promise<void>;
export function execSql(
  instance: SqlInterfaceInstance,
  sqlQuery: string,
  stream: unknown,
  securityContext?: unknown,
  cacheMode?: string,
  timezone?: string,
  throwContinueWait?: boolean,
  requestId?: string,
): Promise<void>;
export function sql4sql(
  instance: SqlInterfaceInstance,
  sqlQuery: string,
  disablePostProcessing: boolean,
  securityContext?: unknown,
): Promise<Sql4SqlResponse>;
export function rest4sql(
  instance: SqlInterfaceInstance,
  sqlQuery: string,
  securityContext?: unknown,
): Promise<QueryConvertResponse>;
export function redactSqlLiterals(sql: string): string;

export function setupLogger(
  logger: (extra: { event: Record<string, unknown> }) => unknown,
  logLevel?: string,
  isProduction?: boolean,
): void;
export function resetLogger(logLevel?: string): void;
export function loadNative(): unknown;
export function isFallbackBuild(): boolean;

export interface TransformConfig {
  fileName: string;
  fileContent: string;
  transpilers: string[];
  compilerId: string;
}
export interface TransformResponse {
  code: string;
  errors: string[];
  warnings: string[];
}
export function transpileJs(requests: TransformConfig[]): Promise<TransformResponse[]>;
export function transpileYaml(requests: TransformConfig[]): Promise<TransformResponse[]>;
export function buildSqlAndParams(evaluator: unknown): unknown[];
export function parseCubestoreResultMessage(message: Buffer): Promise<ResultWrapper>;
export function getCubestoreResult(reference: unknown): Record<string, string>[];

export interface PyConfiguration {
  [option: string]: unknown;
}
export function pythonLoadConfig(content: string, options: { fileName: string }): Promise<PyConfiguration>;
export type PythonCtx = {
  __type: 'PythonCtx';
  filters: Record<string, (...args: unknown[]) => unknown>;
  functions: Record<string, (...args: unknown[]) => unknown>;
  variables: Record<string, unknown>;
};
export interface JinjaEngineOptions {
  debugInfo?: boolean;
  filters: Record<string, (...args: unknown[]) => unknown>;
  workers: number;
}
export interface JinjaEngine {
  loadTemplate(templateName: string, templateContent: string): void;
  renderTemplate(
    templateName: string,
    context: unknown,
    pythonContext: Record<string, unknown> | null,
  ): Promise<string>;
}
export class NativeInstance {
  newJinjaEngine(options: JinjaEngineOptions): JinjaEngine;
  loadPythonContext(fileName: string, content: unknown): Promise<PythonCtx>;
}

/** Which one runs: Cube's Rust add-on or the portable implementation; and why. */
export const implementation: 'portable' | 'real';
export const implementationReason: string;
