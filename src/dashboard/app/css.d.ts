declare module '*.css';
declare module '*.graphql' {
  /** The document's text, to the byte as it is published. */
  const text: string;
  export default text;
}
