import nunjucks from 'nunjucks';
import { NotPortable } from '../unsupported.js';

type Callable = (...args: unknown[]) => unknown;

export interface JinjaEngineOptions {
  readonly debugInfo?: boolean;
  readonly filters?: Readonly<Record<string, Callable>>;
  readonly workers?: number;
}

export interface JinjaEngine {
  loadTemplate(templateName: string, templateContent: string): void;
  renderTemplate(
    templateName: string,
    compileContext: unknown,
    pythonContext: Readonly<Record<string, unknown>> | null,
  ): Promise<string>;
}

// Python's True, None, dict.items() and friends, which model authors write in Jinja. Patches nunjucks once for all.
nunjucks.installJinjaCompat();

/** A Jinja engine for one compilation of the model: templates see each other (macros, imports) by their file names. */
export function newJinjaEngine(options: JinjaEngineOptions = {}): JinjaEngine {
  const templates = new Map<string, string>();
  const environment = new nunjucks.Environment(
    {
      getSource: name => {
        const src = templates.get(name);
        return src === undefined ? null : { src, path: name, noCache: true };
      },
    },
    { autoescape: false },
  );
  for (const [name, filter] of Object.entries(options.filters ?? {})) environment.addFilter(name, filter);

  return {
    loadTemplate: (name, content) => {
      templates.set(name, content);
    },
    renderTemplate: (name, compileContext, pythonContext) =>
      new Promise((resolve, reject) => {
        if (!templates.has(name)) {
          reject(new Error(`Jinja: the template "${name}" has not been loaded.`));
          return;
        }
        environment.render(name, { ...pythonContext, COMPILE_CONTEXT: compileContext }, (error, text) => {
          if (error !== null) reject(new Error(`Jinja: ${name}: ${error.message}`, { cause: error }));
          else resolve(text ?? '');
        });
      }),
  };
}

/** Made by Cube for each compiler and each transpiler worker; costs nothing until an engine is asked for. */
export class NativeInstance {
  newJinjaEngine(options?: JinjaEngineOptions): JinjaEngine {
    return newJinjaEngine(options);
  }

  async loadPythonContext(fileName: string, _content?: unknown): Promise<never> {
    throw new NotPortable(
      `Python in the model (${fileName})`,
      'Write its functions as Jinja macros or a JavaScript model.',
    );
  }
}
