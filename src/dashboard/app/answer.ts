/** A document of documents/ with the types of what it answers and of its variables. */
export interface Question<Answer, Variables> {
  readonly text: string;
  /** Never there: carries the types. */
  readonly types?: { readonly answer: Answer; readonly variables: Variables };
}

/** An error as the gateway codes it: what a panel shows instead of numbers. */
export interface PanelError {
  readonly message: string;
  readonly code: string;
  readonly requestId?: string | undefined;
  /** The root field that failed; absent when the whole request did. */
  readonly field?: string | undefined;
}

export interface Answer<T> {
  readonly data?: T | undefined;
  readonly errors: readonly PanelError[];
}

/** An error as it stands in the gateway's answer. */
export interface GraphqlError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: { readonly code?: unknown; readonly requestId?: unknown } | undefined;
}

/** What is said where something else than the gateway seems to have answered. */
export const nonsense = (status: number): PanelError => ({
  code: `HTTP_${status}`,
  message: 'the gateway answered nonsense',
});

const textOr = (value: unknown, otherwise: string | undefined) => (typeof value === 'string' ? value : otherwise);

/** As panels show it. */
export function panelError({ message, path, extensions }: GraphqlError): PanelError {
  const field = path?.[0];
  return {
    message,
    code: textOr(extensions?.code, undefined) ?? 'INTERNAL',
    requestId: textOr(extensions?.requestId, undefined),
    field: field === undefined ? undefined : String(field),
  };
}

/** The error that concerns a root field of an answer. */
export const errorOf = ({ errors }: Answer<unknown>, field: string): PanelError =>
  errors.find(error => error.field === field) ??
  errors.find(error => error.field === undefined) ?? { code: 'INTERNAL', message: 'no numbers came, and no reason' };
