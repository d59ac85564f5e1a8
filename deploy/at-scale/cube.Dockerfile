# syntax=docker/dockerfile:1
# Cube's own image (with Java, for the JDBC driver of Databricks) and our models. Context: the repository.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/native/package.json packages/native/package.json
RUN npm ci
COPY . .
RUN node scripts/build.mjs

FROM cubejs/cube:v1.7.43-jdk
ENV NODE_ENV=production CUBEJS_DEV_MODE=false
WORKDIR /cube/conf
# cube.js is an ES module.
RUN printf '{"name":"playhead-models","private":true,"type":"module"}\n' > package.json
COPY cube.js ./
# The rules of our SQL dialect that cube.js lays over Cube's.
COPY --from=build /app/dist/cube/exact-numbers.js /app/dist/cube/rolling.js /app/dist/cube/seconds.js ./dist/cube/
COPY model ./model
EXPOSE 4000 15432
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4000/readyz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
