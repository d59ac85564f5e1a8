export interface SqlInterface {
  readonly __typename: 'sqlinterfaceinstance';
}
export async function registerInterface(): Promise<SqlInterface> {
  return { __typename: 'sqlinterfaceinstance' };
}
export async function shutdownInterface(): Promise<void> {}
export async function execSql(): Promise<never> {
  throw new Error('not yet');
}
export async function sql4sql(): Promise<never> {
  throw new Error('not yet');
}
export async function rest4sql(): Promise<never> {
  throw new Error('not yet');
}
