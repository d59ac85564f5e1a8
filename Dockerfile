# syntax=docker/dockerfile:1
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/native/package.json packages/native/package.json
RUN npm ci
COPY . .
RUN node scripts/build.mjs && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production PLAYHEAD_HOST=0.0.0.0 PLAYHEAD_DATA=/data
WORKDIR /app
COPY --from=build --chown=node:node /app /app
RUN install -d -o node -g node /data
# By number: Kubernetes' runAsNonRoot knows no names.
USER 1000:1000
VOLUME /data
EXPOSE 4000 4001 15432
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PLAYHEAD_GATEWAY_PORT || 4001) + '/readyz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/playhead.mjs"]
CMD ["serve"]
