import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// A checker that nobody has seen fail is not a checker: each runs here, as `make lint` runs it, over a tree that
// breaks its rule once.
describe("make lint says so when", () => {
  const root = resolve(import.meta.dirname, "../..");
  const tree = mkdtempSync(join(tmpdir(), "plush-lint-"));

  beforeAll(() => {
    cpSync(join(root, "test/lint/fixtures/tree"), tree, { recursive: true });
    for (const file of ["biome.json", ".dependency-cruiser.cjs", "knip.json", "tsconfig.json", "package.json"]) {
      cpSync(join(root, file), join(tree, file));
    }
    symlinkSync(join(root, "node_modules"), join(tree, "node_modules"));
  });

  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  function run(program: string, args: readonly string[], cwd = tree): { code: number | null; output: string } {
    const result = spawnSync(join(root, "node_modules/.bin", program), args, { cwd, encoding: "utf8" });
    return { code: result.status, output: result.stdout + result.stderr };
  }

  describe("files import what they must not:", () => {
    let checked: ReturnType<typeof run>;
    beforeAll(() => {
      checked = run("depcruise", ["--config", ".dependency-cruiser.cjs", "pkg", "cmd"]);
    });

    it.each([
      ["a low layer imports a higher one", "layer-clock"],
      ["two files import each other", "no-cycle"],
      ["a controller imports another", "layer-controllers"],
      ["a plan does I/O", "pure"],
    ])("%s", (_, rule) => {
      expect(checked.code).not.toBe(0);
      expect(checked.output).toContain(`error ${rule}:`);
    });
  });

  it("a plan asks for the time", () => {
    const { code, output } = run("biome", ["check", "--error-on-warnings", "pkg/controllers/phase/plan.ts"]);
    expect(code).not.toBe(0);
    expect(output).toContain("noRestrictedGlobals");
    expect(output).toContain("time is an input of a plan");
  });

  it("an export is used by nobody", () => {
    const { code, output } = run("knip", ["--no-progress", "--include", "exports"]);
    expect(code).not.toBe(0);
    expect(output).toMatch(/unused.*pkg\/match\/right\.ts/);
  });

  it("a behaviour has no test, or a test promises what is not written down", () => {
    mkdirSync(join(tree, "docs"), { recursive: true });
    const id = "B-LIE-1";
    writeFileSync(join(tree, "docs/behaviour.md"), `| ${id} | nobody tests this |\n`);
    mkdirSync(join(tree, "test"), { recursive: true });
    writeFileSync(join(tree, "test/new.test.ts"), `test("${id.replace("1", "2")}: works", () => undefined);\n`);
    const checked = spawnSync("node", [join(root, "test/lint/behaviours.mjs"), tree], { encoding: "utf8" });
    rmSync(join(tree, "docs"), { recursive: true });
    rmSync(join(tree, "test/new.test.ts"));
    expect(checked.status).toBe(1);
    expect(checked.stderr).toContain(`${id}: no test's name begins with it`);
    expect(checked.stderr).toContain("B-LIE-2 is tested and not in docs/behaviour.md");
  });

  it("a generated file is older than its schema", () => {
    cpSync(join(root, "schemas"), join(tree, "schemas"), { recursive: true });
    cpSync(join(root, "pkg/api"), join(tree, "pkg/api"), { recursive: true });
    cpSync(join(root, "docs"), join(tree, "docs"), { recursive: true });
    const schemagen = spawnSync("node", ["cmd/bundle.mjs", "schemagen"], { cwd: root, encoding: "utf8" });
    expect(schemagen.status, schemagen.stderr).toBe(0);
    const check = (): ReturnType<typeof spawnSync> =>
      spawnSync("node", [join(root, "dist/schemagen.mjs"), "--check"], { cwd: tree, encoding: "utf8" });
    expect(check().status).toBe(0);
    const schema = join(tree, "schemas/application.json");
    const older = readFileSync(schema, "utf8");
    const newer = older.replace(/("x-shortNames": \[\s*)"app"/, '$1"apx"');
    expect(newer).not.toBe(older);
    writeFileSync(schema, newer);
    const stale = check();
    expect(stale.status).not.toBe(0);
    expect(`${stale.stdout}${stale.stderr}`).toContain("kinds.ts");
  });
});
