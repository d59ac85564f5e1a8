/** The part of nodemailer that is used; the package brings no types. */
declare module 'nodemailer' {
  interface TransportOptions {
    readonly host: string;
    readonly port: number;
    readonly secure: boolean;
    readonly requireTLS: boolean;
    readonly ignoreTLS: boolean;
    readonly auth?: { readonly user: string; readonly pass: string };
    readonly connectionTimeout: number;
    readonly greetingTimeout: number;
    readonly socketTimeout: number;
    readonly disableFileAccess: boolean;
    readonly disableUrlAccess: boolean;
  }
  interface Mail {
    readonly from: string;
    readonly to: readonly string[];
    readonly subject: string;
    readonly text: string;
    readonly messageId: string;
    readonly attachments: readonly {
      readonly filename: string;
      readonly contentType: string;
      readonly content: Buffer;
    }[];
    readonly headers: Readonly<Record<string, string>>;
  }
  interface Transport {
    sendMail(mail: Mail): Promise<{ readonly accepted: readonly string[]; readonly rejected: readonly string[] }>;
    close(): void;
  }
  const nodemailer: { createTransport(options: TransportOptions): Transport };
  export default nodemailer;
}
