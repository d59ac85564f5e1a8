/** `watch_time_s` to `watchTimeS`. */
export type Camel<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

/** How schema.graphql names what tables and Cube call by its snake_case name. */
export const toCamel = (name: string): string =>
  name.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());

/** A value for each name, under the name that schema.graphql has for it. */
export function underCamel<Name extends string, Value>(
  names: readonly Name[],
  valueFor: (name: Name) => Value,
): { readonly [N in Name as Camel<N>]: Value };
export function underCamel<Value>(names: readonly string[], valueFor: (name: string) => Value): Record<string, Value> {
  return Object.fromEntries(names.map(name => [toCamel(name), valueFor(name)]));
}
