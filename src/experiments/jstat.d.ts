/** The part of jstat that is used; the package brings no types. */
declare module 'jstat' {
  interface Normal {
    cdf(x: number, mean: number, deviation: number): number;
    inv(p: number, mean: number, deviation: number): number;
  }
  interface OneParameter {
    cdf(x: number, freedom: number): number;
    inv(p: number, freedom: number): number;
  }
  const jstat: {
    readonly jStat: { readonly normal: Normal; readonly studentt: OneParameter; readonly chisquare: OneParameter };
  };
  export default jstat;
}
