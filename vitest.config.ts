import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

const source = (folder: string) => fileURLToPath(new URL(`./packages/${folder}/src/index.ts`, import.meta.url));

const setupFiles = [fileURLToPath(new URL("./test/setup-properties.ts", import.meta.url))];

const alias = {
  "@candor/core": source("core"),
  "@candor/input": source("input"),
  "@candor/llm": source("llm"),
  "@candor/pages": source("pages"),
  "@candor/plots": source("plots"),
};

/** As long as a busy machine may take: the default of a second is not enough for a page that asks a server. */
const patient = { poll: { timeout: 20_000 } };

/** The modules of core and llm keep no state: loading them anew for every file would take longer than many tests. */
const isolate = false;

export default defineConfig({
  test: {
    // One core is not left idle: on two cores that would be half of the machine.
    maxWorkers: "100%",
    projects: [
      {
        resolve: { alias },
        test: { name: "core", setupFiles, isolate, include: ["packages/core/test/**/*.test.ts"], testTimeout: 60_000 },
      },
      {
        resolve: { alias },
        test: {
          name: "llm",
          setupFiles,
          include: ["packages/llm/test/**/*.test.ts"],
          testTimeout: 60_000,
          isolate,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "app",
          setupFiles,
          expect: patient,
          include: ["packages/{app,input,pages,plots}/test/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "dashboard",
          setupFiles,
          expect: patient,
          globalSetup: fileURLToPath(new URL("./packages/dashboard/test/e2e/serve-demo.ts", import.meta.url)),
          include: ["packages/dashboard/test/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "workspace",
          setupFiles,
          include: ["test/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "chromium",
          setupFiles,
          isolate,
          include: ["packages/core/test/**/*.test.ts"],
          testTimeout: 120_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                executablePath: process.env["CANDOR_CHROMIUM"] ?? "/usr/bin/chromium",
                args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
              },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
