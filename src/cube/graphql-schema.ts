import type { CubejsServerCore } from '@cubejs-backend/server-core';

type CompilerApi = Awaited<ReturnType<CubejsServerCore['getCompilerApi']>>;
type Context = Parameters<CubejsServerCore['getCompilerApi']>[0];

/**
 * Makes Cube's GraphQL show each group its own schema. Cube makes one schema of all members, for everybody who asks
 * after the first: introspection and the suggestions in its errors would name what the caller may not see.
 */
export function withSchemaByGroup(
  core: CubejsServerCore,
  groupsOf: (securityContext: unknown) => readonly string[],
): CubejsServerCore {
  const shared = core.getCompilerApi.bind(core);
  const known = new WeakMap<CompilerApi, Map<string, CompilerApi>>();
  core.getCompilerApi = async (context: Context) => {
    const compiler = await shared(context);
    const byGroup = known.get(compiler) ?? new Map<string, CompilerApi>();
    known.set(compiler, byGroup);
    const group = groupsOf(context.securityContext).join();
    const own = byGroup.get(group) ?? withOwnSchema(compiler);
    byGroup.set(group, own);
    return own;
  };
  return core;
}

/** The same compiler, but for the GraphQL schema that it keeps and the members that this is made of. */
function withOwnSchema(compiler: CompilerApi): CompilerApi {
  let schema: Parameters<CompilerApi['setGraphQLSchema']>[0] | undefined;
  const own = {
    getGraphQLSchema: () => schema,
    setGraphQLSchema: (made: typeof schema) => {
      schema = made;
    },
    metaConfig: (context: Context, options: { readonly skipVisibilityPatch?: boolean } = {}) =>
      compiler.metaConfig(context, { ...options, skipVisibilityPatch: false }),
  };
  return new Proxy(compiler, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in own ? own : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
