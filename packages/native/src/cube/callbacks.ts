/** What Cube's gateway hands to `registerInterface`; loose where Cube is loose, and checked where it is read. */
export interface SqlRequest {
  readonly id: string;
  readonly meta: {
    readonly protocol: string;
    readonly apiType: string;
    readonly appName?: string;
    readonly changeUser?: string;
    /** What the client has SET under names of its own, such as `playhead.version`: for the context functions. */
    readonly settings?: Readonly<Record<string, string>>;
    /**
     * Aborted when nobody waits for the answer any more: a cancel, a time-out, a client that has gone. Cube's gateway
     * itself does not know it; one that does can end the query in the data source.
     */
    readonly signal?: AbortSignal;
  };
}

export interface SqlSession {
  readonly user: string | null;
  readonly superuser: boolean;
  readonly securityContext: unknown;
}

export interface CheckSqlAuthAnswer {
  readonly password: string | null | undefined;
  readonly superuser: boolean;
  readonly securityContext: unknown;
  readonly skipPasswordCheck?: boolean;
}

export interface InterfaceOptions {
  readonly pgPort?: number;
  readonly gatewayPort?: number;
  readonly checkSqlAuth: (payload: {
    readonly request: { readonly id: string };
    readonly user: string | null;
    readonly password: string | null;
  }) => Promise<CheckSqlAuthAnswer>;
  readonly contextToApiScopes: (payload: { readonly securityContext: unknown }) => Promise<readonly string[]>;
  readonly meta: (payload: {
    readonly request: SqlRequest;
    readonly session: SqlSession;
    readonly onlyCompilerId?: boolean;
  }) => Promise<unknown>;
  readonly sql: (payload: {
    readonly request: SqlRequest;
    readonly session: SqlSession;
    readonly query: unknown;
    readonly memberToAlias: Readonly<Record<string, string>>;
    readonly expressionParams: readonly string[];
  }) => Promise<unknown>;
  readonly sqlApiLoad: (payload: {
    readonly request: SqlRequest;
    readonly session: SqlSession;
    readonly query: unknown;
    readonly queryKey: unknown;
    /** The statement to run in place of the query's own, with its values. */
    readonly sqlQuery: readonly [string, readonly unknown[]] | null;
    readonly streaming: boolean;
    readonly cacheMode: string;
  }) => Promise<unknown>;
}

const required = ['checkSqlAuth', 'contextToApiScopes', 'meta', 'sql', 'sqlApiLoad'] as const;

export function assertInterfaceOptions(options: unknown): asserts options is InterfaceOptions {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('registerInterface: options must be an object');
  for (const name of required) {
    if (typeof Reflect.get(options, name) !== 'function') {
      throw new TypeError(`registerInterface: options.${name} must be a function`);
    }
  }
}
