import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile, copyExample, packClient } from "../support/client-package.ts";
import { PlushServer, runProgram } from "../support/plush-server.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

describe("the npm package of the client", () => {
  // Short: Unix sockets of the machines lie below it.
  const home = mkdtempSync("/tmp/plush-client-");
  const project = join(home, "example");
  const installed = join(project, "node_modules/plush-client");

  beforeAll(async () => copyExample(await packClient(home), project));
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it("has no dependencies, and a small bundle for browsers that needs nothing of Node", () => {
    const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    expect(manifest).not.toHaveProperty("dependencies");
    const bundle = readFileSync(join(installed, "browser.js"), "utf8");
    expect(bundle).not.toMatch(/\bimport\b[^;]*from|\brequire\(|\bBuffer\b|\bprocess\./);
    expect(gzipSync(bundle).length).toBeLessThan(60 * 1024);
  });

  it("is typed for a page that a bundler makes", async () => {
    const page = join(project, "page");
    mkdirSync(page);
    writeFileSync(
      join(page, "page.ts"),
      `import { connect, kinds, type Process } from "plush-client";
      const client = await connect();
      const processes = client.informer(kinds.Process, { labelSelector: "plush.dev/application=a" });
      const first: Process | undefined = processes.list()[0];
      document.title = \`\${first?.spec.command.join(" ")} \${first?.status?.state}\`;
      // @ts-expect-error: there are no files in a browser
      await connect({ kubeconfig: "config" });
      // @ts-expect-error: a component has a name
      await client.applications.apply({ metadata: { name: "a" }, spec: { components: [{}] } });`,
    );
    const compilerOptions = {
      ...{ strict: true, exactOptionalPropertyTypes: true, noEmit: true, types: [] },
      ...{ target: "es2023", lib: ["es2023", "dom"], module: "esnext", moduleResolution: "bundler" },
    };
    writeFileSync(join(page, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["page.ts"] }));
    await compile(page);
  });

  it("is documented by a program that runs: applied, ready, listed, deleted", async () => {
    expect(read("docs/client.md")).toContain(read("examples/client/watch.ts"));
    await compile(project);
    const server = new PlushServer(join(home, "data"), home);
    await server.start();
    try {
      const pool = { apiVersion: "plush.dev/v1", kind: "ResourcePool", metadata: { name: "local" } };
      const spec = { provider: { local: { count: 2 } } };
      await server.run(["apply", "-f", "-", "--wait", "--timeout=60s"], { input: JSON.stringify({ ...pool, spec }) });
      const program = [join(project, "build/watch.js")];
      const { stdout, stderr, code } = await runProgram(process.execPath, program, { env: server.environment() });
      expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
      const lines = stdout.trim().split("\n");
      expect(lines[0]).toBe("hello: there");
      expect(lines.filter((line) => line.startsWith("member")).sort()).toEqual([
        expect.stringMatching(/^member 0 is on local-\d$/),
        expect.stringMatching(/^member 1 is on local-\d$/),
      ]);
      expect(lines.at(-1)).toBe("hello: gone");
    } finally {
      await server.run(["teardown", "--yes"]);
      await server.stop();
    }
  });
});
