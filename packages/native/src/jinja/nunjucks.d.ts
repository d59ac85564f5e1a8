/** The part of nunjucks that the engine uses; the package ships no types. */
declare module 'nunjucks' {
  interface LoaderSource {
    readonly src: string;
    readonly path: string;
    readonly noCache: boolean;
  }
  interface Environment {
    addFilter(name: string, filter: (...args: unknown[]) => unknown, isAsync?: boolean): Environment;
    render(name: string, context: object, done: (error: Error | null, text: string | null) => void): void;
  }
  const nunjucks: {
    Environment: new (
      loader: { getSource(name: string): LoaderSource | null },
      options: { autoescape: boolean; throwOnUndefined?: boolean },
    ) => Environment;
    installJinjaCompat(): void;
  };
  export default nunjucks;
}
