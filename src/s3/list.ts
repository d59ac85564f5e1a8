/** An object as a listing shows it. */
export interface Listed {
  readonly key: string;
  readonly size: number;
  readonly modified: string | null;
  readonly etag: string | null;
}

/**
 * All objects under a prefix (S3 API, "ListObjectsV2"), page by page.
 * @param page gives the XML for a query string; undefined where there is no such bucket
 */
export async function listObjects(
  prefix: string,
  delimiter: string,
  page: (query: string) => Promise<string | undefined>,
): Promise<Listed[]> {
  const found: Listed[] = [];
  for (let token: string | undefined; ; ) {
    const query = new URLSearchParams({ 'list-type': '2', 'encoding-type': 'url', prefix });
    if (delimiter !== '') query.set('delimiter', delimiter);
    if (token !== undefined) query.set('continuation-token', token);
    // Signatures want spaces as %20.
    const xml = await page(`?${query.toString().replaceAll('+', '%20')}`);
    if (xml === undefined) return found;
    for (const [, object = ''] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
      found.push({
        // With the encoding asked for, no key has a letter that XML would spell otherwise.
        key: decodeURIComponent((member(object, 'Key') ?? '').replaceAll('+', '%20')),
        size: Number(member(object, 'Size')),
        modified: member(object, 'LastModified') ?? null,
        etag: member(object, 'ETag')?.replaceAll('&quot;', '"') ?? null,
      });
    }
    token = member(xml, 'NextContinuationToken')?.replaceAll('&amp;', '&');
    if (token === undefined) return found;
  }
}

const member = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
