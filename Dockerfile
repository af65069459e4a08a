FROM node:24-alpine AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-alpine
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY connectors ./connectors
COPY src ./src
COPY mappings ./mappings
COPY bin/start bin/crm-sync ./bin/
RUN mkdir .compile-cache && chown node .compile-cache
USER node
# Node keeps what it compiles by user.
RUN bin/start warm
EXPOSE 3000
CMD ["bin/start", "all"]
