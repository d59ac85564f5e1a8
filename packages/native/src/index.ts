/** The interface that Cube expects of `@cubejs-backend/native`. */
export const isFallbackBuild = (): boolean => true;
