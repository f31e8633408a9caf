// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of manifests are written so
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type GitServer, startGitServer } from "../../test/support/git-server.ts";
import { GitSite } from "../../test/support/git-site.ts";
import { missingSshd, startSshd } from "../../test/support/sshd.ts";
import { mapText, SyncServer } from "../../test/support/sync-server.ts";
import { kinds } from "../api/index.ts";

const server = new SyncServer();
const sites: GitSite[] = [];

function aSite(files: Readonly<Record<string, string | Buffer>> = {}): GitSite {
  const site = new GitSite();
  sites.push(site);
  if (Object.keys(files).length > 0) site.push(files);
  return site;
}

/** A namespace with one sync of one site. */
async function synced(
  namespace: string,
  files: Readonly<Record<string, string | Buffer>>,
  spec: object = {},
  role = "edit",
): Promise<GitSite> {
  const site = aSite(files);
  await server.room(namespace, role);
  await server.sync(namespace, "site", { url: site.url, ...spec });
  return site;
}

beforeAll(() => server.start());
afterAll(async () => {
  await server.dispose();
  for (const site of sites) site.dispose();
});

const a = { "a.yaml": mapText("a", { text: "one" }) };

describe("a commit", () => {
  test("B-GIT-1: what it has is applied, what it changes is changed, what it has no longer is pruned", async () => {
    const site = aSite();
    const first = site.push({
      "lab/a.yaml": mapText("a", { text: "one" }),
      "lab/more/b.yaml": mapText("b", { text: "one" }),
      "lab/.hidden/x.yaml": "nonsense",
      "other/c.yaml": mapText("c", { text: "one" }),
    });
    await server.room("one");
    await server.create(kinds.ConfigMap, "theirs", { data: { text: "one" } }, "one");
    await server.sync("one", "site", { url: site.url, ref: { branch: "main" }, path: "lab" });
    await server.ready("one", "site");
    expect(await server.maps("one")).toEqual({ a: { text: "one" }, b: { text: "one" }, theirs: { text: "one" } });
    const second = site.push({ "lab/a.yaml": mapText("a", { text: "two" }), "lab/more/b.yaml": undefined });
    const { status } = await server.now("one", "site");
    expect(status).toMatchObject({
      revision: second,
      applied: { revision: second, objects: 1 },
      inventory: [{ apiVersion: "v1", kind: "ConfigMap", namespace: "one", name: "a" }],
    });
    expect(await server.maps("one")).toEqual({ a: { text: "two" }, theirs: { text: "one" } });
    await expect
      .poll(() => server.events("one", "site"), { timeout: 10_000 })
      .toEqual(
        expect.arrayContaining([
          "Created: configmap/a",
          "Created: configmap/b",
          `Applied: ${first}: 2 created, 0 changed, 0 pruned`,
          "Configured: configmap/a",
          "Pruned: configmap/b",
          `Applied: ${second}: 0 created, 1 changed, 1 pruned`,
        ]),
      );
  });

  test("B-GIT-2: what its account may not do is refused as a whole, and nothing is changed", async () => {
    const role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\nrules: []\n";
    await synced("rights", { ...a, "role.yaml": role });
    await server.ready("rights", "site", "Refused");
    const { message } = await server.condition("rights", "site", "Stalled");
    expect(message).toContain("role.yaml:1: ");
    expect(message).toContain('"system:serviceaccount:rights:robot" cannot get resource "roles"');
    expect(await server.maps("rights")).toEqual({});
  });

  test("B-GIT-2: who writes a sync must be allowed to act as its account", async () => {
    const body = { metadata: { name: "x", namespace: "one" }, spec: { url: "https://git.test/x.git" } };
    const rules = [{ apiGroups: ["plush.dev"], resources: ["gitsyncs"], verbs: ["*"] }];
    await server.create(kinds.Role, "syncs", { rules }, "one");
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "syncs" };
    const subjects = [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "eve" }];
    await server.create(kinds.RoleBinding, "eve", { roleRef, subjects }, "one");
    const object = { apiVersion: "plush.dev/v1", kind: "GitSync", ...body };
    await expect((await server.as("eve")).create(kinds.GitSync, object)).rejects.toMatchObject({
      reason: "Forbidden",
      message: expect.stringContaining('cannot impersonate resource "serviceaccounts"'),
    });
  });

  test("B-GIT-3: a set is applied in its order, into namespaces that it makes itself", async () => {
    const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: made}\n";
    const inside = mapText("inside", { text: "x" }).replace("name: inside", "name: inside\n  namespace: made");
    const site = await synced("order", { "a.yaml": inside, "z.yaml": namespace }, {}, "cluster-admin");
    await server.ready("order", "site");
    expect(await server.maps("made")).toEqual({ inside: { text: "x" } });
    site.push({ "a.yaml": undefined, "z.yaml": undefined, "b.yaml": mapText("b", {}) });
    await server.now("order", "site");
    await expect.poll(() => server.exists(kinds.Namespace, "made"), { timeout: 10_000 }).toBe(false);
  });

  test("B-GIT-5: a namespace that the sync lives in, and what is annotated so, stay; a condition says it", async () => {
    const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: home}\n";
    const kept = mapText("kept", {}, "  annotations: {plush.dev/prune: disabled}\n");
    const site = await synced("home", { "ns.yaml": namespace, "kept.yaml": kept, ...a }, {}, "cluster-admin");
    await server.ready("home", "site");
    site.push({ "ns.yaml": undefined, "kept.yaml": undefined });
    await server.now("home", "site");
    const { reason, message } = await server.condition("home", "site", "Pruned");
    expect([reason, message.split("\n").sort()]).toEqual([
      "Kept",
      [
        "configmap/kept: annotated plush.dev/prune: disabled",
        "namespace/home: this GitSync lives in it: delete it by hand",
      ],
    ]);
    expect(await server.exists(kinds.Namespace, "home")).toBe(true);
    expect(Object.keys(await server.maps("home"))).toEqual(["a", "kept"]);
  });

  test("B-GIT-6: a sync that is deleted takes what it applied along; with prune: false all stays", async () => {
    await synced("gone", a);
    await server.sync("gone", "other", { url: aSite({ "b.yaml": mapText("b", {}) }).url, prune: false });
    await server.ready("gone", "site");
    await server.ready("gone", "other");
    for (const name of ["site", "other"]) {
      await server.api.delete(kinds.GitSync, { namespace: "gone", name });
      await expect.poll(() => server.exists(kinds.GitSync, name, "gone"), { timeout: 10_000 }).toBe(false);
    }
    expect(Object.keys(await server.maps("gone"))).toEqual(["b"]);
    // The working areas of those that are gone are gone too.
    const uids = (await server.api.list(kinds.GitSync)).items.map(({ metadata }) => metadata.uid);
    await expect
      .poll(() => readdirSync(join(server.directory, "data", "syncs")).filter((name) => !uids.includes(name)))
      .toEqual([]);
  });

  test("B-GIT-7: of two syncs that claim one object the second applies nothing, and names the first", async () => {
    await synced("two", a);
    await server.ready("two", "site");
    await server.sync("two", "other", { url: aSite({ ...a, "b.yaml": mapText("b", {}) }).url });
    await server.ready("two", "other", "OwnedByAnother");
    const { message } = await server.condition("two", "other");
    expect(message).toContain("a.yaml:4: configmap/a belongs to GitSync two/site, which applied it");
    expect(await server.maps("two")).toEqual({ a: { text: "one" } });
    await server.api.delete(kinds.GitSync, { namespace: "two", name: "site" });
    await expect.poll(() => server.exists(kinds.ConfigMap, "a", "two"), { timeout: 10_000 }).toBe(false);
    await server.now("two", "other");
    expect(Object.keys(await server.maps("two"))).toEqual(["a", "b"]);
  });

  test("B-GIT-8: dependsOn waits for others to be ready; a circle is told", async () => {
    await server.room("deps");
    const site = aSite(a);
    await server.sync("deps", "second", { url: site.url, dependsOn: [{ name: "first" }] });
    await server.ready("deps", "second", "DependencyNotReady");
    expect((await server.condition("deps", "second")).message).toBe("first is not there");
    await server.sync("deps", "first", { url: aSite({ "b.yaml": mapText("b", {}) }).url });
    await server.ready("deps", "second");
    await server.sync("deps", "x", { url: site.url, dependsOn: [{ name: "y" }] });
    await server.sync("deps", "y", { url: site.url, dependsOn: [{ name: "x" }] });
    await server.ready("deps", "x", "DependencyCycle");
    expect((await server.condition("deps", "x")).message).toContain("x → y → x");
  });

  test("B-GIT-11: health is waited for, and after its time it is told what is not ready", async () => {
    const software = "apiVersion: plush.dev/v1\nkind: Software\nmetadata: {name: s}\nspec: {}\n";
    const missing = software.replace("spec: {}", `spec: {source: {blob: "sha256:${"0".repeat(64)}"}}`);
    const site = await synced("health", { "s.yaml": software }, { wait: true, timeout: "1s" });
    await server.ready("health", "site");
    site.push({ "s.yaml": missing });
    await server.now("health", "site");
    await server.ready("health", "site", "HealthCheckFailed");
    expect((await server.condition("health", "site", "Stalled")).message).toBe("software/s: BlobMissing");
    site.push({ "s.yaml": software });
    await server.now("health", "site");
    await server.ready("health", "site");
  });
});

describe("what somebody changes by hand", () => {
  test("B-GIT-12: is put right at once, also what was deleted", async () => {
    await synced("heal", { ...a, "b.yaml": mapText("b", { text: "one" }) });
    await server.ready("heal", "site");
    await server.api.patch(
      kinds.ConfigMap,
      { namespace: "heal", name: "a" },
      {
        type: "merge",
        body: { data: { text: "by hand", more: "stays" } },
      },
    );
    await server.api.delete(kinds.ConfigMap, { namespace: "heal", name: "b" });
    await expect
      .poll(() => server.maps("heal"), { timeout: 10_000 })
      .toEqual({ a: { text: "one", more: "stays" }, b: { text: "one" } });
    await expect
      .poll(() => server.events("heal", "site"), { timeout: 10_000 })
      .toEqual(expect.arrayContaining(["Healed: configmap/a: data.text", "Healed: configmap/b: deleted"]));
    expect(await server.condition("heal", "site", "Drifted")).toMatchObject({ status: "False" });
  });

  test("B-GIT-13: with drift: Report it is named in a condition, and stays until the repository changes", async () => {
    const site = await synced("drift", a, { drift: "Report" });
    await server.ready("drift", "site");
    const body = { data: { text: "by hand" } };
    await server.api.patch(kinds.ConfigMap, { namespace: "drift", name: "a" }, { type: "merge", body });
    await expect
      .poll(() => server.condition("drift", "site", "Drifted"), { timeout: 10_000 })
      .toEqual({ status: "True", reason: "Drifted", message: "configmap/a: data.text" });
    expect(await server.maps("drift")).toEqual({ a: { text: "by hand" } });
    site.push({ "a.yaml": mapText("a", { text: "two" }) });
    await server.now("drift", "site");
    expect(await server.maps("drift")).toEqual({ a: { text: "two" } });
    expect(await server.condition("drift", "site", "Drifted")).toMatchObject({ status: "False" });
  });

  test("B-GIT-14: nothing is done while a sync is suspended", async () => {
    const site = await synced("rest", a);
    await server.ready("rest", "site");
    const suspend = (value: boolean) =>
      server.api.patch(
        kinds.GitSync,
        { namespace: "rest", name: "site" },
        { type: "merge", body: { spec: { suspend: value } } },
      );
    await suspend(true);
    await server.ready("rest", "site", "Suspended");
    site.push({ "a.yaml": mapText("a", { text: "two" }) });
    await server.api.delete(kinds.ConfigMap, { namespace: "rest", name: "a" });
    await suspend(false);
    await server.ready("rest", "site");
    expect(await server.maps("rest")).toEqual({ a: { text: "two" } });
  });
});

describe("bad input changes nothing, and is told with its cause", () => {
  let site: GitSite;
  let good: string;
  beforeAll(async () => {
    site = await synced("bad", a);
    good = site.git("rev-parse", "HEAD");
  });

  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${["b", "c", "d", "e", "f"].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdef"[index]}`)}]`).join("\n")}\n`;

  test.each<[string, (site: GitSite) => void, string, RegExp]>([
    ["a file that is no YAML", (to) => to.write({ "b.yaml": "a: [" }), "InvalidManifests", /^b\.yaml:1: /],
    [
      "a field that is unknown",
      (to) => to.write({ "b.yaml": `${mapText("b", {})}extra: {x: 1}\n` }),
      "Refused",
      /^b\.yaml:6: extra: unknown field/,
    ],
    [
      "a kind that is unknown",
      (to) => to.write({ "b.yaml": "apiVersion: v1\nkind: Toy\nmetadata: {name: x}\n" }),
      "InvalidManifests",
      /^b\.yaml:2: kind: the server has no "Toy"/,
    ],
    [
      "an object that stands twice",
      (to) => to.write({ "b.yaml": mapText("a", {}) }),
      "InvalidManifests",
      /^b\.yaml:4: metadata\.name: ConfigMap a stands in a\.yaml:1 already/,
    ],
    [
      "markers of a merge",
      (to) => to.write({ "a.yaml": "<<<<<<< HEAD\na: b\n=======\na: c\n>>>>>>> x\n" }),
      "InvalidManifests",
      /^a\.yaml:1: the markers of a merge/,
    ],
    ["aliases that multiply", (to) => to.write({ "b.yaml": bomb }), "InvalidManifests", /^b\.yaml:\d+: .*alias/i],
    ["a link", (to) => to.link("b.yaml", "../../etc/passwd"), "InvalidManifests", /^b\.yaml:1: is a symbolic link/],
    [
      "a large file",
      (to) => to.write({ "b.yaml": Buffer.alloc(4 << 20, "#") }),
      "InvalidManifests",
      /^b\.yaml:1: is larger/,
    ],
    [
      "no manifest at all",
      (to) => to.write({ "a.yaml": undefined, "README.md": "x" }),
      "NoManifests",
      /nothing is pruned/,
    ],
    [
      "a submodule",
      (to) => void to.git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},sub`),
      "InvalidManifests",
      /^sub:1: is a submodule/,
    ],
  ])("B-GIT-4: %s", async (name, spoil, reason, expected) => {
    site.git("reset", "--quiet", "--hard", good);
    site.git("clean", "-fdq");
    await server.ready("bad", "site");
    spoil(site);
    if (name === "a submodule") site.git("commit", "--quiet", "--message=sub");
    else site.commit();
    site.git("push", "--quiet", "--force", "origin", "HEAD:main");
    const { status } = await server.now("bad", "site");
    const told = await server.condition("bad", "site");
    expect(told).toMatchObject({ status: "False", reason });
    expect(told.message).toMatch(expected);
    expect(told.message).toContain(`${good} stays applied`);
    expect(status?.applied?.revision).toBe(good);
    expect(await server.maps("bad")).toEqual({ a: { text: "one" } });
    site.git("push", "--quiet", "--force", "origin", `${good}:main`);
    await server.now("bad", "site");
  });

  test("B-GIT-15: a history that was rewritten is followed", async () => {
    site.git("checkout", "--quiet", "--orphan", "new");
    site.git("rm", "-rfq", ".");
    site.commit({ "n.yaml": mapText("n", {}) });
    site.git("push", "--quiet", "--force", "origin", "HEAD:main");
    await server.now("bad", "site");
    expect(Object.keys(await server.maps("bad"))).toEqual(["n"]);
    site.git("checkout", "--quiet", "-B", "main", "new");
  });

  test("B-GIT-15: a repository or a branch that is gone changes nothing, and is told", async () => {
    const moved = `${site.bare}.away`;
    execFileSync("mv", [site.bare, moved]);
    await server.now("bad", "site");
    expect(await server.condition("bad", "site")).toMatchObject({ reason: "RepositoryNotFound" });
    execFileSync("mv", [moved, site.bare]);
    await server.api.patch(
      kinds.GitSync,
      { namespace: "bad", name: "site" },
      {
        type: "merge",
        body: { spec: { ref: { branch: "none" } } },
      },
    );
    await server.ready("bad", "site", "RefNotFound");
    expect((await server.condition("bad", "site")).message).toMatch(/there is no branch none in .* stays applied/s);
    expect(Object.keys(await server.maps("bad"))).toEqual(["n"]);
  });
});

test("B-GIT-24: a history that was rewritten is told once, with both revisions; one that goes on is not", async () => {
  const site = await synced("rewritten", a, { ref: { branch: "main" } });
  await server.ready("rewritten", "site");
  const rewrites = async () =>
    (await server.events("rewritten", "site")).filter((text) => text.startsWith("HistoryRewritten"));
  for (let index = 0; index < 3; index++) site.commit();
  const before = site.push({ "n.yaml": mapText("n", { text: "before" }) });
  await server.now("rewritten", "site");
  expect(await rewrites()).toEqual([]);
  site.git("checkout", "--quiet", "--orphan", "new");
  const after = site.push({ "n.yaml": mapText("n", { text: "after" }) });
  await server.now("rewritten", "site");
  const told = [expect.stringContaining(`main was at ${before} and is at ${after}, which did not come from it`)];
  await expect.poll(rewrites, { timeout: 10_000 }).toEqual(told);
  // What is only newer is no such news, nor is what was told already.
  site.push({ "n.yaml": mapText("n", { text: "later" }) });
  await server.now("rewritten", "site");
  await server.now("rewritten", "site");
  expect(await rewrites()).toEqual(told);
  // Back to a commit that it came from: what was there last is gone all the same.
  site.git("push", "--quiet", "--force", "origin", `${after}:main`);
  await server.now("rewritten", "site");
  await expect.poll(async () => (await rewrites()).length, { timeout: 10_000 }).toBe(2);
});

describe("variables and signatures", () => {
  test("B-GIT-10: values come from ConfigMaps and Secrets, are followed, and those of Secrets stand in no message", async () => {
    const text = mapText("v", { text: "${GREETING} ${WORD} ${NONE:=fine}" });
    const site = aSite({ "v.yaml": text });
    await server.room("values");
    await server.create(kinds.ConfigMap, "plain", { data: { GREETING: "hello" } }, "values");
    await server.create(kinds.Secret, "hidden", { stringData: { WORD: "s3cr3t" } }, "values");
    const substitute = [
      { configMapRef: { name: "plain" }, optional: false },
      { secretRef: { name: "hidden" }, optional: false },
    ];
    await server.sync("values", "site", { url: site.url, substitute });
    await server.ready("values", "site");
    const value = async () => (await server.maps("values"))["v"]?.["text"];
    expect(await value()).toBe("hello s3cr3t fine");
    const body = { data: { GREETING: "bye" } };
    await server.api.patch(kinds.ConfigMap, { namespace: "values", name: "plain" }, { type: "merge", body });
    await expect.poll(value, { timeout: 10_000 }).toBe("bye s3cr3t fine");
    site.push({ "v.yaml": `${text}  other: [ "\${WORD}" ]\n` });
    await server.now("values", "site");
    const told = await server.condition("values", "site");
    expect(told.reason).toBe("Refused");
    expect(told.message).toMatch(/^v\.yaml:7: data\[other\]: refused/);
    expect(
      JSON.stringify([await server.getSync("values", "site"), await server.events("values", "site")]),
    ).not.toContain("s3cr3t");
    await server.api.delete(kinds.Secret, { namespace: "values", name: "hidden" });
    await server.ready("values", "site", "ReferenceNotFound");
  });

  test.skipIf(!existsSync("/usr/bin/gpg"))(
    "B-GIT-16: only commits that a key of SSH or OpenPGP has signed are applied",
    async () => {
      const keys = mkdtempSync(join(tmpdir(), "plush-keys-"));
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(keys, "ssh")]);
      const gpg = (...args: readonly string[]) =>
        execFileSync("gpg", ["--homedir", keys, "--batch", "--quiet", ...args]).toString();
      execFileSync("chmod", ["700", keys]);
      gpg("--passphrase", "", "--quick-generate-key", "ann <ann@example.org>", "ed25519", "sign", "never");
      const site = aSite(a);
      await server.room("signed");
      const data = {
        ssh: readFileSync(join(keys, "ssh.pub"), "utf8"),
        pgp: gpg("--armor", "--export", "ann@example.org"),
      };
      await server.create(kinds.ConfigMap, "keys", { data }, "signed");
      await server.sync("signed", "site", { url: site.url, verify: { configMapRef: { name: "keys" } } });
      await server.ready("signed", "site", "VerificationFailed");
      expect((await server.condition("signed", "site", "Stalled")).message).toContain("is not signed");
      const push = async (text: string, ...options: readonly string[]) => {
        site.write({ "a.yaml": mapText("a", { text }) });
        site.git("add", "--all");
        site.git(...options, "commit", "--quiet", "-S", "--message=signed");
        site.git("push", "--quiet", "--force", "origin", "HEAD:main");
        await server.now("signed", "site");
        return (await server.condition("signed", "site")).reason;
      };
      const ssh = ["-c", "gpg.format=ssh"];
      expect(await push("ssh", ...ssh, "-c", `user.signingKey=${join(keys, "ssh")}`)).toBe("Applied");
      const program = join(keys, "sign");
      execFileSync("sh", [
        "-c",
        `printf '#!/bin/sh\\nexec gpg --homedir ${keys} --batch --pinentry-mode loopback --passphrase "" "$@"\\n' > ${program}; chmod 755 ${program}`,
      ]);
      expect(await push("pgp", "-c", `gpg.program=${program}`, "-c", "user.signingKey=ann@example.org")).toBe(
        "Applied",
      );
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(keys, "other")]);
      expect(await push("other", ...ssh, "-c", `user.signingKey=${join(keys, "other")}`)).toBe("VerificationFailed");
      expect(await server.maps("signed")).toMatchObject({ a: { text: "pgp" } });
      execFileSync("gpgconf", ["--homedir", keys, "--kill", "all"]);
      rmSync(keys, { recursive: true, force: true });
    },
  );

  test("B-GIT-17: files that Software names are packed out of the commit", async () => {
    const software =
      "apiVersion: plush.dev/v1\nkind: Software\nmetadata: {name: tool}\nspec: {source: {file: ../tool}}\n";
    const site = await synced(
      "packed",
      { "lab/s.yaml": software, "tool/run": "#!/bin/sh\necho one\n" },
      { path: "lab" },
    );
    await server.ready("packed", "site");
    const digestOf = async () =>
      (await server.api.get(kinds.Software, { namespace: "packed", name: "tool" })).spec.source;
    const first = await digestOf();
    expect(first).toMatchObject({ blob: expect.stringMatching(/^sha256:/), fileName: "tool.tar.gz" });
    expect(readdirSync(join(server.directory, "data", "blobs", "sha256"))).toContain(first?.blob?.slice(7));
    site.push({ "tool/run": "#!/bin/sh\necho two\n" });
    await server.now("packed", "site");
    expect((await digestOf())?.blob).not.toBe(first?.blob);
    site.push({ "lab/s.yaml": software.replace("../tool", "../../etc") });
    await server.now("packed", "site");
    expect((await server.condition("packed", "site")).message).toMatch(
      /^lab\/s\.yaml:4: \.\.\/\.\.\/etc: must be a path in the repository/,
    );
  });
});

describe("where repositories are", () => {
  let git: GitServer;
  const guarded = `Basic ${btoa("ann:pa55word")}`;
  const site = aSite(a);
  beforeAll(async () => {
    git = await startGitServer(site.root, guarded);
  });
  afterAll(() => git.stop());

  test("B-GIT-18: over http a login opens it; a wrong one is told, and what was applied stays", async () => {
    await server.room("http");
    const login = (password: string) => ({ stringData: { username: "ann", password } });
    await server.create(kinds.Secret, "login", login("pa55word"), "http");
    await server.sync("http", "site", { url: `${git.url}/site.git`, secretRef: { name: "login" } });
    await server.ready("http", "site");
    const url = git.url.replace("//", "//ann:pa55word@");
    site.commit({ "a.yaml": mapText("a", { text: "pushed" }) });
    await site.pushTo(`${url}/site.git`);
    await server.now("http", "site");
    expect(await server.maps("http")).toEqual({ a: { text: "pushed" } });
    await server.api.patch(
      kinds.Secret,
      { namespace: "http", name: "login" },
      {
        type: "merge",
        body: { data: { password: btoa("another-word") } },
      },
    );
    await server.ready("http", "site", "AuthenticationFailed");
    expect(JSON.stringify(await server.getSync("http", "site"))).not.toMatch(/pa55word|another-word/);
    expect(await server.maps("http")).toEqual({ a: { text: "pushed" } });
  });

  test.skipIf(missingSshd() !== undefined)("B-GIT-18: over ssh a key opens it", async () => {
    const sshd = await startSshd();
    try {
      await server.room("ssh");
      const stringData = { "ssh-privatekey": sshd.privateKey, known_hosts: sshd.knownHosts };
      await server.create(kinds.Secret, "key", { type: "kubernetes.io/ssh-auth", stringData }, "ssh");
      const own = aSite({ "s.yaml": mapText("s", { text: "ssh" }) });
      const url = `ssh://${sshd.user}@127.0.0.1:${sshd.port}${own.bare}`;
      await server.sync("ssh", "site", { url, secretRef: { name: "key" } });
      await server.ready("ssh", "site");
      expect(await server.maps("ssh")).toEqual({ s: { text: "ssh" } });
      const key = join(sshd.directory, "pushing");
      writeFileSync(key, sshd.privateKey, { mode: 0o600 });
      own.commit({ "s.yaml": mapText("s", { text: "pushed" }) });
      const options = `-F none -i ${key} -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR`;
      await own.pushTo(url, { GIT_SSH_COMMAND: `ssh ${options}` });
      await server.now("ssh", "site");
      expect(await server.maps("ssh")).toEqual({ s: { text: "pushed" } });
    } finally {
      await sshd.stop();
    }
  });
});

describe("pushes", () => {
  /** POSTs to a webhook; answers its status. */
  function send(path: string, body: string, headers: Readonly<Record<string, string>>): Promise<number> {
    return new Promise((resolve, reject) => {
      const request = https.request(
        `${server.url}/plush/v1/webhooks/gitsync/${path}`,
        { method: "POST", headers: { "content-type": "application/json", ...headers }, rejectUnauthorized: false },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        },
      );
      request.once("error", reject).end(body);
    });
  }

  const hmac = (body: string, key = "key") => createHmac("sha256", key).update(body).digest("hex");

  test("B-GIT-19: are seen by polling, and at once by a webhook of GitHub, Gitea or GitLab", async () => {
    const site = aSite(a);
    await server.room("push");
    await server.create(kinds.Secret, "hook", { stringData: { hmac: "key" } }, "push");
    const spec = { url: site.url, ref: { branch: "main" }, webhook: { secretRef: { name: "hook" } } };
    await server.sync("push", "site", spec);
    await server.sync("push", "polled", {
      url: aSite({ "p.yaml": mapText("p", { text: "one" }) }).url,
      interval: "1s",
    });
    await server.ready("push", "site");
    const body = JSON.stringify({ ref: "refs/heads/main" });
    const senders: readonly Readonly<Record<string, string>>[] = [
      { "x-github-event": "push", "x-hub-signature-256": `sha256=${hmac(body)}` },
      { "x-gitea-event": "push", "x-gitea-signature": hmac(body) },
      { "x-gitlab-event": "Push Hook", "x-gitlab-token": "key" },
    ];
    for (const [index, headers] of senders.entries()) {
      site.push({ "a.yaml": mapText("a", { text: String(index) }) });
      expect(await send("push/site", body, headers)).toBe(202);
      // Half of what is polled in; on a computer that has nothing else to do it takes 2 s.
      await expect
        .poll(async () => (await server.maps("push"))["a"]?.["text"], { timeout: 30_000, interval: 20 })
        .toBe(String(index));
    }
    sites.at(-1)?.push({ "p.yaml": mapText("p", { text: "two" }) });
    await expect.poll(async () => (await server.maps("push"))["p"], { timeout: 30_000 }).toEqual({ text: "two" });
  });

  test("B-GIT-20: what is not signed, or by another key, is refused as what is not there; other branches mean nothing", async () => {
    const body = JSON.stringify({ ref: "refs/heads/main" });
    const signed = (text: string, key?: string) => ({
      "x-github-event": "push",
      "x-hub-signature-256": `sha256=${hmac(text, key)}`,
    });
    expect(await send("push/site", body, { "x-github-event": "push" })).toBe(401);
    expect(await send("push/site", body, signed(body, "other"))).toBe(401);
    expect(await send("push/site", `${body} `, signed(body))).toBe(401);
    expect(await send("push/site", body, { "x-gitlab-event": "Push Hook", "x-gitlab-token": "other" })).toBe(401);
    expect(await send("push/none", body, signed(body))).toBe(401);
    expect(await send("push/polled", body, signed(body, ""))).toBe(401);
    const other = JSON.stringify({ ref: "refs/heads/other" });
    expect(await send("push/site", other, signed(other))).toBe(202);
  });
});

test("B-GIT-21: a server that is started again knows what it applied: it heals, and prunes what went meanwhile", async () => {
  const site = await synced("again", { ...a, "b.yaml": mapText("b", {}) });
  await server.ready("again", "site");
  await server.stop();
  site.push({ "b.yaml": undefined });
  await server.start();
  await expect.poll(async () => Object.keys(await server.maps("again")), { timeout: 15_000 }).toEqual(["a"]);
  await server.api.delete(kinds.ConfigMap, { namespace: "again", name: "a" });
  await expect.poll(async () => Object.keys(await server.maps("again")), { timeout: 15_000 }).toEqual(["a"]);
});
