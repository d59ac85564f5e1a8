/** A typed client in one file: published documents by hash and GET, with the ETag of the last answer. Node 20 or a browser. */

export interface Problem {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly requestId: string; readonly retryAfterS?: number };
}

export interface Answer<Data> {
  /** Root fields that failed are null; `errors` says why. */
  readonly data?: Data | null;
  readonly errors?: readonly Problem[];
}

/** What a document takes and gives: write it once beside the document, or have graphql-codegen write it. */
export interface Document<Data, Variables> {
  readonly id: string;
  readonly parse: (answer: unknown) => Answer<Data>;
  readonly variables?: (variables: Variables) => Record<string, unknown>;
}

interface Kept {
  readonly etag: string;
  readonly answer: unknown;
}

export class PlayheadClient {
  readonly #url: string;
  readonly #token: (() => string) | undefined;
  readonly #kept = new Map<string, Kept>();

  constructor(url: string, token?: () => string) {
    this.#url = url;
    this.#token = token;
  }

  /** @throws TypeError where the gateway cannot be reached; everything that the gateway says is part of the answer. */
  async ask<Data, Variables>(document: Document<Data, Variables>, variables: Variables): Promise<Answer<Data>> {
    const parameters = new URLSearchParams({
      documentId: `sha256:${document.id}`,
      variables: JSON.stringify(document.variables?.(variables) ?? variables),
    });
    const url = `${this.#url}/graphql?${parameters.toString()}`;
    const kept = this.#kept.get(url);
    const response = await fetch(url, {
      headers: {
        accept: 'application/graphql-response+json',
        'apollo-require-preflight': '1',
        ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token()}` }),
        ...(kept === undefined ? {} : { 'if-none-match': kept.etag }),
      },
    });
    if (response.status === 304 && kept !== undefined) return document.parse(kept.answer);
    const answer: unknown = await response.json();
    const etag = response.headers.get('etag');
    if (response.ok && etag !== null) this.#kept.set(url, { etag, answer });
    return document.parse(answer);
  }
}
