import { createRequire } from 'node:module';
import type { NormalizedQuery } from '@cubejs-backend/api-gateway';
import type { Compiler } from '@cubejs-backend/schema-compiler';
import type { CompilerApi } from '@cubejs-backend/server-core';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { callerKey } from './caller-key.js';
import { KnownPlans } from './known-plans.js';
import { isMadeOfYaml, type ModelFile } from './models.js';
import { shapeOf } from './shape.js';

// CommonJS whose exports Node cannot name, so that `import { ... }` works in tests and fails when built.
const serverCore: typeof import('@cubejs-backend/server-core') = createRequire(import.meta.url)(
  '@cubejs-backend/server-core',
);

type SqlOptions = NonNullable<Parameters<CompilerApi['getSql']>[1]>;
type SqlResult = Awaited<ReturnType<CompilerApi['getSql']>>;

const shapesMax = 2000;
const plansMax = 500;
const callersMax = 200;

const context = z.looseObject({ securityContext: z.unknown() });
const memberNames = z.array(z.string());

/** What Cube says of a question of which only the members were asked. */
const unplanned = {
  external: undefined,
  sql: undefined,
  lambdaQueries: undefined,
  cacheKeyQueries: undefined,
  preAggregations: undefined,
  aliasNameToMember: undefined,
  dataSource: 'default',
  canUseTransformedQuery: false,
};

/**
 * Cube's compiler without what it does anew for every question though the models and the caller decide it: a question
 * is planned once instead of twice, or not at all where only its values are new, and which members a caller may see is
 * worked out once a caller. And without what it does for models in JavaScript only, when ours are compiled.
 */
export class LeanCompiler extends serverCore.CompilerApi {
  readonly #names = new WeakMap<object, LRUCache<string, readonly string[]>>();
  readonly #visible = new WeakMap<object, LRUCache<string, Promise<Visibility>>>();

  /**
   * Cube sends every file through Babel four times, in a thread that loads Babel first: half of the processor time of a
   * start. What `readModels` makes comes out as it went in (test/cube/compiled.test.ts).
   */
  override async compileSchema(): Promise<Compiler> {
    const compilers = this.createCompilerInstances();
    const { compiler } = compilers;
    const rewrite: unknown = Reflect.get(compiler, 'transpileJsFile');
    if (typeof rewrite !== 'function') throw new Error('this Cube has another compiler');
    Reflect.set(compiler, 'transpileJsFile', async (file: ModelFile, ...rest: unknown[]) =>
      isMadeOfYaml(file) ? file : Reflect.apply(rewrite, compiler, [file, ...rest]),
    );
    await compiler.compile();
    this.queryFactory = await this.createQueryFactory(compilers);
    return compilers;
  }

  /**
   * Access policies want to know which members a question names, and Cube plans the whole question to tell them; these
   * calls alone hand over the id of a request. test/cube/compiler.test.ts would see that change.
   */
  override async getSql(query: NormalizedQuery, options: SqlOptions = {}): Promise<SqlResult> {
    if ('requestId' in options) return { ...unplanned, memberNames: [...(await this.namesIn(query))] };
    const plan = (asked: NormalizedQuery) => super.getSql(asked, options);
    if (Object.keys(options).length > 0) return plan(query);
    return plansOf(await this.getCompilers()).plan(query, plan);
  }

  /** The members that a question names, those that they are made of included. They do not depend on filters' values. */
  async namesIn(query: NormalizedQuery): Promise<readonly string[]> {
    const compilers = await this.getCompilers();
    const known = cacheOf(this.#names, compilers, shapesMax);
    const shape = shapeOf(query);
    const found = shape === undefined ? undefined : known.get(shape);
    if (found !== undefined) return found;
    const { sqlGenerator } = await this.getSqlGenerator(query);
    const read: unknown = compilers.compiler.withQuery(sqlGenerator, () => sqlGenerator.collectAllMemberNames());
    const names = memberNames.parse(read);
    if (shape !== undefined) known.set(shape, names);
    return names;
  }

  /** Cube's key holds the request's id, so that nothing was ever found under it. Our policies look at the caller only. */
  protected override hashRequestContext(given: unknown): string {
    return callerKey(context.parse(given).securityContext);
  }

  protected override async patchVisibilityByAccessPolicy(compilers: Compiler, given: unknown, cubes: object[]) {
    const known = cacheOf(this.#visible, cubes, callersMax);
    const key = this.hashRequestContext(given);
    const visible = known.get(key) ?? super.patchVisibilityByAccessPolicy(compilers, given, cubes);
    known.set(key, visible);
    visible.catch(() => known.delete(key));
    return visible;
  }
}

interface Visibility {
  // biome-ignore lint/suspicious/noExplicitAny: Cube declares it so, and only Cube reads it
  readonly cubes: any[];
  readonly visibilityMaskHash: string | null;
}

const plans = new WeakMap<object, KnownPlans>();

function plansOf(compilers: object): KnownPlans {
  const known = plans.get(compilers) ?? new KnownPlans(plansMax);
  plans.set(compilers, known);
  return known;
}

function cacheOf<Value extends object>(
  caches: WeakMap<object, LRUCache<string, Value>>,
  of: object,
  max: number,
): LRUCache<string, Value> {
  const known = caches.get(of) ?? new LRUCache<string, Value>({ max });
  caches.set(of, known);
  return known;
}
