/** Who asks a Databricks warehouse: a personal access token, or a service principal (OAuth, machine to machine). */
export type DatabricksAuth =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'oauth'; readonly clientId: string; readonly clientSecret: string };

/** When to ask again, and for how long. */
export interface RetryOptions {
  /** How often a statement is tried that lost against another writer, or whose connection broke. Default 5. */
  readonly attemptsMax?: number | undefined;
  /** The first pause; each further one is twice as long, up to `delayMsMax`. Defaults 500 and 30,000. */
  readonly delayMs?: number | undefined;
  readonly delayMsMax?: number | undefined;
  /** How long a warehouse that starts or is busy is waited for. Default 600. */
  readonly startTimeoutS?: number | undefined;
}

/** Time as the engine uses it; tests hand in their own. */
export interface EngineClock {
  /** Milliseconds. */
  now(): number;
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

interface Common {
  /** The schema that unqualified names are looked up in. */
  readonly schema?: string | undefined;
  readonly catalog?: string | undefined;
  /** A statement that takes longer is cancelled. Default 3600. */
  readonly statementTimeoutS?: number | undefined;
  readonly retry?: RetryOptions | undefined;
  /** Aborting it cancels what runs, and refuses what comes: for SIGINT. */
  readonly signal?: AbortSignal | undefined;
  readonly clock?: EngineClock | undefined;
  /** PEM of a certificate authority that is trusted besides the usual ones. */
  readonly ca?: string | undefined;
}

export interface DatabricksOptions extends Common {
  readonly kind: 'databricks';
  /** `dbc-1234.cloud.databricks.com`, without scheme. */
  readonly host: string;
  /** Default 443. */
  readonly port?: number | undefined;
  /** The HTTP path of the warehouse: `/sql/1.0/warehouses/abc`. */
  readonly path: string;
  readonly auth: DatabricksAuth;
}

/** An open Spark 4 with its Thrift Server in HTTP mode, which asks nobody who they are. */
export interface OpenSparkOptions extends Common {
  readonly kind: 'spark';
  readonly host: string;
  readonly port: number;
  /** Spark's default is `cliservice`. */
  readonly path: string;
  readonly protocol: 'http' | 'https';
}

export type SparkOptions = DatabricksOptions | OpenSparkOptions;
