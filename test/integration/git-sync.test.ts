import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { GitSite } from "../support/git-site.ts";
import { PlushServer, plushProgram, runProgram } from "../support/plush-server.ts";
import { mapText } from "../support/sync-server.ts";

/** The command line against a server that is a process of its own, on the example's repository. */
const scratch = mkdtempSync(join(tmpdir(), "plush-gitops-"));
const server = new PlushServer(join(scratch, "data"), scratch);
const site = new GitSite();
const folder = "clusters/lab";

beforeAll(async () => {
  cpSync(resolve(import.meta.dirname, "../../examples/gitops"), site.work, { recursive: true });
  site.push();
  await server.start();
});

afterAll(async () => {
  await server.stop();
  site.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

it("B-GIT-22: a sync is made with its account, asked, shown, stopped and let go on", async () => {
  const made = await server.plush("create", "sync", "lab", "--url", site.url, "--branch", "main", "--path", folder);
  expect(made.split("\n").slice(0, 3)).toEqual([
    "serviceaccount/lab-sync created",
    "rolebinding.rbac.authorization.k8s.io/lab-sync created",
    "gitsync.plush.dev/lab created",
  ]);
  expect(await server.plush("sync", "now", "lab")).toMatch(/^gitsync\.plush\.dev\/lab applied: [0-9a-f]{40}$/m);
  expect(await server.plush("get", "syncs")).toMatch(/lab +True +Applied +[0-9a-f]{40} +2 /);
  expect(await server.run(["sync", "diff", "lab"])).toMatchObject({ code: 0, stdout: "" });
  site.push({ "clusters/lab/greeter.yaml": undefined, "clusters/lab/m.yaml": mapText("m", { text: "x" }) });
  const diff = await server.run(["sync", "diff", "lab"]);
  expect(diff.code).toBe(1);
  expect(diff.stdout).toContain("+ configmap/m (namespace default)");
  expect(diff.stdout).toContain("- application/greeter (namespace default)\n- software/greeter (namespace default)");
  await server.plush("sync", "suspend", "lab");
  expect((await server.run(["sync", "now", "lab"])).stderr).toContain("Suspended: plush sync resume lets it go on");
  await server.plush("sync", "resume", "lab");
  await server.plush("sync", "now", "lab");
  expect(await server.plush("get", "configmap", "m", "-o", "jsonpath={.data.text}")).toBe("x");
  site.push({ "clusters/lab/bad.yaml": "a: [" });
  const bad = await server.run(["sync", "now", "lab"]);
  expect(bad).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("lab: InvalidManifests: clusters/lab/bad.yaml:1: "),
  });
  expect((await server.run(["sync", "diff", "lab"])).code).toBe(2);
  site.push({ "clusters/lab/bad.yaml": undefined });
});

it("B-GIT-23: what a change of a repository would do is printed as Markdown; faults have file and line, and exit 1", async () => {
  const base = site.git("rev-parse", "HEAD");
  const plan = (range: string) =>
    runProgram(plushProgram, ["plan", "--git", range, "--path", folder], { env: server.environment(), cwd: site.work });
  site.commit({ "clusters/lab/m.yaml": mapText("m", { text: "y" }), "clusters/lab/n.yaml": mapText("n", {}) });
  const head = site.git("rev-parse", "HEAD");
  expect(await plan(`${base}..HEAD`)).toMatchObject({
    code: 0,
    stdout: `### Plan of \`${base}..HEAD\` (\`${head.slice(0, 12)}\`)

**1 to create, 1 to change, 0 to delete, 0 as they are**

\`\`\`diff
! configmap/m (namespace default)
!     data.text: "x" → "y"
+ configmap/n (namespace default)
\`\`\`
`,
  });
  site.commit({ "clusters/lab/m.yaml": undefined });
  expect((await plan(`${head}...HEAD`)).stdout).toContain("\n- configmap/m (namespace default)\n");
  site.commit({ "clusters/lab/n.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: n}\ndata: {a: [1]}\n" });
  const refused = await plan(`${base}..HEAD`);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain("**1 errors: nothing would be applied**\n\n- clusters/lab/n.yaml:4: data[a]: ");
  expect((await plan("none..HEAD")).stderr).toContain("none is no commit of the repository");
});
