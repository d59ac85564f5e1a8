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

/** What a document takes and gives. documents.generated.ts has one for each of documents/, written by `npm run graphql`. */
export interface Document<Data, Variables> {
  /** SHA-256 of its text. */
  readonly id: string;
  readonly kind: 'query' | 'mutation';
  /** Never there: it only tells the compiler which types belong together. */
  readonly types?: (variables: Variables) => Data;
}

interface Kept {
  readonly etag: string;
  readonly text: string;
}

export interface AskOptions {
  /** Number of the older run that is to answer; the newest when absent. */
  readonly version?: number;
  readonly signal?: AbortSignal;
}

const keptCountMax = 200;

export class PlayheadClient {
  readonly #url: string;
  readonly #token: (() => string) | undefined;
  readonly #kept = new Map<string, Kept>();

  constructor(url: string, token?: () => string) {
    this.#url = url;
    this.#token = token;
  }

  /** @throws TypeError where the gateway cannot be reached; everything that the gateway says is part of the answer. */
  async ask<Data, Variables>(
    document: Document<Data, Variables>,
    variables: Variables,
    { version, signal }: AskOptions = {},
  ): Promise<Answer<Data>> {
    const documentId = `sha256:${document.id}`;
    const headers = {
      accept: 'application/graphql-response+json',
      'apollo-require-preflight': '1',
      ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token()}` }),
      ...(version === undefined ? {} : { 'x-playhead-version': String(version) }),
    };
    const common = { headers, ...(signal === undefined ? {} : { signal }) };
    if (document.kind === 'mutation') {
      const body = JSON.stringify({ documentId, variables });
      const response = await fetch(`${this.#url}/graphql`, {
        ...common,
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
      });
      return JSON.parse(await response.text());
    }
    const parameters = new URLSearchParams({ documentId, variables: JSON.stringify(variables) });
    return this.#get(`${this.#url}/graphql?${parameters.toString()}`, common);
  }

  async #get<Data>(
    url: string,
    request: RequestInit & { readonly headers: Record<string, string> },
  ): Promise<Answer<Data>> {
    const key = JSON.stringify([url, request.headers]);
    const kept = this.#kept.get(key);
    const tag: Record<string, string> = kept === undefined ? {} : { 'if-none-match': kept.etag };
    const response = await fetch(url, { ...request, headers: { ...request.headers, ...tag } });
    if (response.status === 304 && kept !== undefined) return JSON.parse(kept.text);
    const text = await response.text();
    const etag = response.headers.get('etag');
    if (response.ok && etag !== null) this.#keep(key, { etag, text });
    return JSON.parse(text);
  }

  /** The oldest make room. */
  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= keptCountMax) return;
      this.#kept.delete(oldest);
    }
  }
}
