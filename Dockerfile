# syntax=docker/dockerfile:1
# Not built by the project's own checks. Build and run as the README says, under "Every night".

# The compiler is needed where better-sqlite3 has no ready binary; it stays behind in this stage.
FROM node:24-bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 make g++ \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY src src
RUN npm run build \
 && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    ONEROSTER_EXPORT_CONFIG=/etc/oneroster-export/oneroster.yaml
# Owned by root and readable by all: the program cannot change itself.
WORKDIR /opt/oneroster-export
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY package.json LICENSE README.md ./
COPY config config
COPY fixtures/demo fixtures/demo
RUN groupadd --system --gid 10001 oneroster \
 && useradd --system --uid 10001 --gid 10001 --home-dir /var/lib/oneroster-export --shell /usr/sbin/nologin oneroster \
 && install -d -o oneroster -g oneroster -m 0700 /var/lib/oneroster-export \
 && install -d -m 0755 /etc/oneroster-export \
 && ln -s /opt/oneroster-export/dist/cli.js /usr/local/bin/oneroster-export \
 && chmod 0755 dist/cli.js
USER 10001:10001
WORKDIR /var/lib/oneroster-export
VOLUME /var/lib/oneroster-export
ENTRYPOINT ["oneroster-export"]
CMD ["refresh"]
