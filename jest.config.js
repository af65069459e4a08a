/** @type {import('jest').Config} */
export default {
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2023", parser: { syntax: "typescript" } }, module: { type: "es6" } },
    ],
  },
  setupFiles: ["<rootDir>/test/support/seed.ts"],
  setupFilesAfterEnv: ["<rootDir>/test/contract/watch.ts"],
  // Three test files at a time, since they wait more than they work, each in a process that is replaced as it grows: what a file
  // loads is never let go by its process, and 240 files in one came to four gigabytes.
  maxWorkers: 3,
  workerIdleMemoryLimit: "1GB",
  // What a test waits for is a fact; this is for one that never comes, on a machine however slow.
  testTimeout: 300_000,
};
