import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { runCaptured } from "../../pkg/cli/fixtures/run-captured.ts";
import { docCommands, docExamples, examplesOf } from "../support/doc-examples.ts";
import { startTestServer } from "../support/test-api.ts";

const root = resolve(import.meta.dirname, "../..");
const examples = docExamples(root);

// A server without controllers: what is asked is whether it takes the example, not what becomes of its machines.
it.each(examples.filter(({ notApplied }) => notApplied === undefined))(
  "the example at $place is applied as it stands",
  async ({ yaml }) => {
    const test = await startTestServer();
    const kubeconfig = join(test.directory, "kubeconfig");
    writeFileSync(kubeconfig, test.kubeconfig);
    // In this process: the program itself would be started hundreds of times.
    const run = (...args: string[]) => runCaptured([...args, "--kubeconfig", kubeconfig], { input: yaml });
    const plush = async (...args: string[]): Promise<string> => {
      const { code, out, err } = await run(...args);
      expect(code, `plush ${args.join(" ")}\n${out}\n${err}\n${yaml}`).toBe(0);
      return out;
    };
    for (const [, namespace = ""] of yaml.matchAll(/\bnamespace: ([a-z0-9-]+)/g))
      if (namespace !== "default") await run("create", "namespace", namespace);
    const verb = /^# plush create -f /m.test(yaml) ? "create" : "apply";
    await plush(verb, "--dry-run=server", "-f", "-");
    const done = await plush(verb, "-f", "-");
    expect(done.trim().split("\n")).toHaveLength(yaml.match(/^kind:/gm)?.length ?? 0);
    if (verb === "apply") expect(await plush("apply", "-f", "-")).not.toMatch(/created|configured/);
  },
);

it("every command of the pages is one, with flags that it has", async () => {
  const outside = new Set(["server", "demo", "restore", "ui"]); // in cmd/plush, which the bundle alone has
  const faults: string[] = [];
  for (const { place, words } of docCommands(root).filter(({ words: [first = ""] }) => !outside.has(first))) {
    const end = words.indexOf("--");
    const { code, err } = await runCaptured([...(end < 0 ? words : words.slice(0, end)), "--help"]);
    if (code !== 0) faults.push(`${place}: plush ${words.join(" ")}: ${err}`);
  }
  expect(faults).toEqual([]);
});

it("the few that are not applied say why", () => {
  const silent = examples.filter(({ notApplied }) => notApplied?.trim() === "");
  expect(silent).toEqual([]);
  expect(examples.filter(({ notApplied }) => notApplied !== undefined).length).toBeLessThan(examples.length / 5);
});

it("examples are found by their fence and apiVersion", () => {
  const text =
    "# Page\n\n```yaml\napiVersion: v1\n```\n\n```yaml\nspec: {}\n```\n\n<!-- not applied: yours -->\n```yaml\napiVersion: v2\n```\n";
  expect(examplesOf("page.md", text)).toEqual([
    { place: "page.md:3", yaml: "apiVersion: v1\n" },
    { place: "page.md:11", yaml: "apiVersion: v2\n", notApplied: "yours" },
  ]);
});
