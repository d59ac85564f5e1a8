import { z } from 'zod';

/** As DuckDB writes sizes. */
const size = z.string().regex(/^\d+(\.\d+)?\s*([KMGT]i?)?B$/i, 'it must be a size, as 2500MB or 2GiB');

/** Limits of DuckDB, which the embedded way runs on, and Cube and ingesting on either. */
const duckdbLimits = {
  threads: z.int().positive().optional(),
  /** DuckDB spills to disk beyond this. */
  memory_limit: size.default('2500MB'),
  /** The same for `ingest`, which streams and needs little. */
  ingest_memory_limit: size.default('600MB'),
};

/** An engine at the other end of a connection. */
const connection = {
  /** Name without scheme and path. */
  host: z.string().regex(/^[A-Za-z0-9.:_-]+$/, 'it must be a host name, without https:// and path'),
  /** The catalog and schema that hold Playhead's tables; the schema must exist. */
  catalog: z.string().min(1).optional(),
  schema: z.string().min(1).default('playhead'),
  /** A statement that takes longer is cancelled, by the warehouse where it can, else by us. Seconds. */
  statement_timeout_s: z.int().min(1).max(172_800).default(3600),
  /** How long a warehouse that is stopped or busy is waited for. Seconds. */
  start_timeout_s: z.int().min(0).max(3600).default(600),
  /** How often a statement is tried that lost against another writer, or whose connection broke. */
  attempts_max: z.int().min(1).max(20).default(5),
  /** PEM file of a certificate authority that is trusted besides the usual ones: for proxies that open TLS. */
  ca_file: z.string().min(1).optional(),
};

/** `engine`: what runs the job, and its limits. */
export const engine = z
  .discriminatedUnion('kind', [
    /** DuckDB in this process, over Delta tables in the data folder. */
    z.strictObject({ kind: z.literal('duckdb').optional().default('duckdb'), ...duckdbLimits }),
    /** A Databricks SQL warehouse. Who asks it comes from the environment: DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and _SECRET. */
    z.strictObject({
      kind: z.literal('databricks'),
      ...connection,
      port: z.int().min(1).max(65535).default(443),
      /** HTTP path of the warehouse, as its Connection details show it. */
      path: z.string().min(1),
      ...duckdbLimits,
    }),
    /** An open Spark 4 with its Thrift Server in HTTP mode, which asks nobody who they are. */
    z.strictObject({
      kind: z.literal('spark'),
      ...connection,
      port: z.int().min(1).max(65535).default(10_001),
      path: z.string().min(1).default('cliservice'),
      protocol: z.enum(['http', 'https']).default('http'),
      ...duckdbLimits,
    }),
  ])
  .prefault({});
