import { z } from 'zod';
import { PlayheadError } from '#errors';

export interface S3Options {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly region: string;
  /** Where the service is; buckets come in the path behind it. Default: AWS, in the region. */
  readonly endpoint: string;
}

const text = z.string().min(1);
const environmentSchema = z.object({
  AWS_ACCESS_KEY_ID: text,
  AWS_SECRET_ACCESS_KEY: text,
  AWS_SESSION_TOKEN: text.optional(),
  AWS_REGION: text.default('us-east-1'),
  AWS_ENDPOINT_URL: z.url().optional(),
});

/** Reads the variables that other clients of S3 read too. @throws CONFIG_INVALID naming the variable; never its value */
export function s3OptionsFromEnvironment(environment: Readonly<Record<string, string | undefined>>): S3Options {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const names = parsed.error.issues.map(issue => issue.path.join('.')).join(', ');
    throw new PlayheadError({
      code: 'CONFIG_INVALID',
      at: names,
      message: 'a path that begins with s3:// needs credentials in the environment',
      hint: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (AWS_REGION, AWS_SESSION_TOKEN, AWS_ENDPOINT_URL where needed)',
    });
  }
  const { AWS_REGION: region, AWS_ENDPOINT_URL } = parsed.data;
  return {
    accessKeyId: parsed.data.AWS_ACCESS_KEY_ID,
    secretAccessKey: parsed.data.AWS_SECRET_ACCESS_KEY,
    sessionToken: parsed.data.AWS_SESSION_TOKEN,
    region,
    endpoint: (AWS_ENDPOINT_URL ?? `https://s3.${region}.amazonaws.com`).replace(/\/+$/, ''),
  };
}

/** `/bucket/key` for `s3://bucket/key`, as the store names its objects; undefined for other paths. */
export function s3Path(address: string): string | undefined {
  const found = /^s3[an]?:\/\/([^/]+)\/?(.*)$/.exec(address);
  return found === null ? undefined : `/${found[1]}/${found[2] ?? ''}`.replace(/\/+$/, '');
}
