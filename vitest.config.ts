import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Modules are loaded once for each worker, not for each file: that was half of all processor time. A test leaves nothing behind.
    isolate: false,
    // What has to come comes, only later on a busy computer: a second, the default, is no time to wait for it.
    expect: { poll: { timeout: 20_000, interval: 20 } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["pkg/**/*.test.ts", "cmd/**/*.test.ts", "test/{bench,chaos,glpsol}/**/*.test.ts"],
          // Tests of real hosts that measure them: what else the computer does would be measured, too.
          exclude: ["**/fixtures/**", "**/*.hosts.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts", "pkg/**/*.hosts.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
