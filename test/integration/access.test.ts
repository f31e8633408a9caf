import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { AuditEvent } from "../../pkg/audit/index.ts";
import { type CommandResult, PlushServer, runProgram } from "../support/plush-server.ts";
import { kubectlPrograms } from "./kubectl/kubectl.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 20_000 };

let scratch = "";
let server: PlushServer;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "plush-access-"));
  server = new PlushServer(join(scratch, "data"), scratch, ["--audit-log-maxsize", "10"]);
  await server.start();
  await server.plush("create", "namespace", "demo");
  await server.plush("create", "configmap", "c", "-n", "demo", "--from-literal", "a=b");
});

afterAll(async () => {
  await server.stop();
  await rm(scratch, { recursive: true, force: true });
});

/** What the record holds, the newest last. */
async function events(): Promise<readonly AuditEvent[]> {
  const text = await readFile(join(server.dataDirectory, "audit", "audit.log"), "utf8");
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as AuditEvent);
}

/** Secrets that were made in these tests: none of them may be written down anywhere. */
const secrets: string[] = [];

async function createToken(name: string, ...options: readonly string[]): Promise<{ file: string; said: string }> {
  const made = await server.run(["create", "token", name, ...options]);
  expect(made, made.stderr).toMatchObject({ code: 0 });
  secrets.push(JSON.parse(made.stdout).users[0].user.token);
  const file = join(scratch, `${name}.kubeconfig`);
  await writeFile(file, made.stdout);
  return { file, said: made.stderr };
}

const loggedOut = expect.stringContaining("You must be logged in to the server");

/** The oldest and the newest. */
const programs = kubectlPrograms().filter((_program, index, all) => index === 0 || index === all.length - 1);

describe.skipIf(programs.length === 0).each(programs)("with kubectl $version", ({ path, version }) => {
  const kubectl = (file: string, ...args: readonly string[]): Promise<CommandResult> =>
    runProgram(path, ["--kubeconfig", file, "--cache-dir", join(scratch, `cache-${version}`), ...args], {
      env: { PATH: process.env["PATH"], HOME: scratch },
    });
  const name = (prefix: string): string => `${prefix}-${version.replace(".", "-")}`;

  test("a kubeconfig that was handed over works in its namespace, after a restart too, until the token is deleted", async () => {
    const alice = name("alice");
    const { file, said } = await createToken(alice, "--role", "edit", "-n", "demo");
    expect(said).toContain(`role edit in namespace demo`);
    expect(await kubectl(file, "get", "configmaps", "-o", "name")).toMatchObject({
      code: 0,
      stdout: "configmap/c\n",
    });
    expect(await kubectl(file, "get", "configmaps", "-n", "default")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`User "${alice}" cannot list resource "configmaps"`),
    });
    expect(await kubectl(file, "auth", "can-i", "create", "applications")).toMatchObject({ stdout: "yes\n" });
    expect((await kubectl(file, "auth", "whoami")).stdout).toMatch(new RegExp(`Username +${alice}\\n`));
    await server.stop();
    await server.start();
    expect(await kubectl(file, "get", "configmap", "c")).toMatchObject({ code: 0 });
    const table = await kubectl(server.kubeconfig, "get", "tokens", alice);
    expect(table.stdout).toMatch(/^NAME +SUBJECT +EXPIRES +LAST USED +AGE\n/);
    await server.plush("delete", "token", alice);
    expect(await kubectl(file, "get", "configmap", "c")).toMatchObject({ code: 1, stderr: loggedOut });
    const bindings = () => server.plush("get", "rolebindings", "-n", "demo", "-o", "name");
    await expect.poll(bindings, soon).not.toContain(alice);
  });

  test("an expired token is refused", async () => {
    const { file } = await createToken(name("brief"), "--role", "view", "-n", "demo", "--expires", "3s");
    const ask = () => kubectl(file, "get", "configmap", "c");
    await expect.poll(ask, soon).toMatchObject({ code: 1, stderr: loggedOut });
  });

  test("a watch ends when its token is deleted", async () => {
    const watcher = name("watcher");
    const { file } = await createToken(watcher, "--role", "view", "-n", "demo");
    const watch = kubectl(file, "get", "configmaps", "--watch");
    const isOpen = (event: AuditEvent): boolean => event.verb === "watch" && event.user.username === watcher;
    await expect.poll(async () => (await events()).some(isOpen), soon).toBe(true);
    await server.plush("delete", "token", watcher);
    expect((await watch).stdout).toContain("c ");
  });

  test("service accounts: create token, and what it may do", async () => {
    const robot = name("robot");
    const admin = server.kubeconfig;
    const made = await kubectl(admin, "create", "serviceaccount", robot, "-n", "demo");
    expect(made, made.stderr).toMatchObject({ code: 0 });
    const { stdout, stderr } = await kubectl(admin, "create", "token", robot, "-n", "demo", "--duration", "20m");
    expect(stdout, stderr).toMatch(/^eyJ/);
    secrets.push(stdout.trim());
    const config = JSON.parse(await readFile(server.kubeconfig, "utf8"));
    config.users[0].user = { token: stdout.trim() };
    config.contexts[0].context.namespace = "demo";
    const file = join(scratch, `${robot}.kubeconfig`);
    await writeFile(file, JSON.stringify(config));
    expect((await kubectl(file, "get", "configmaps")).stderr).toContain(
      `User "system:serviceaccount:demo:${robot}" cannot list resource "configmaps"`,
    );
    const account = `demo:${robot}`;
    await server.plush(
      "create",
      "rolebinding",
      robot,
      "-n",
      "demo",
      "--clusterrole",
      "view",
      "--serviceaccount",
      account,
    );
    expect(await kubectl(file, "get", "configmaps", "-o", "name")).toMatchObject({ stdout: "configmap/c\n" });
    expect(await kubectl(admin, "create", "token", robot, "-n", "demo", "--duration", "5m")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("10 minutes"),
    });
    const lasting = await createToken(name("lasting"), "--serviceaccount", account, "-n", "demo", "--expires", "never");
    expect(await kubectl(lasting.file, "get", "configmaps", "-o", "name")).toMatchObject({ stdout: "configmap/c\n" });
    await kubectl(admin, "delete", "serviceaccount", robot, "-n", "demo");
    for (const one of [file, lasting.file])
      expect(await kubectl(one, "get", "configmaps")).toMatchObject({ code: 1, stderr: loggedOut });
    expect(await kubectl(admin, "get", "serviceaccount", "default", "-n", "demo")).toMatchObject({ code: 0 });
  });
});

test("roles and bindings are made as with kubectl", async () => {
  await server.plush(
    "create",
    "role",
    "r",
    "-n",
    "demo",
    "--verb",
    "get,list",
    "--resource",
    "app,processes/log,secrets",
  );
  const role = JSON.parse(await server.plush("get", "role", "r", "-n", "demo", "-o", "json"));
  expect(role.rules).toEqual([
    { verbs: ["get", "list"], apiGroups: [""], resources: ["secrets"] },
    { verbs: ["get", "list"], apiGroups: ["plush.dev"], resources: ["applications", "processes/log"] },
  ]);
  await server.plush(
    "create",
    "rolebinding",
    "b",
    "-n",
    "demo",
    "--role=r",
    "--user=bob",
    "--serviceaccount=demo:default",
  );
  const wide = await server.plush("get", "rolebinding", "b", "-n", "demo", "-o", "wide");
  expect(wide).toMatch(/b +Role\/r +\d+s +bob +demo\/default/);
  await server.plush("create", "clusterrole", "scraper", "--verb=get", "--non-resource-url=/metrics");
  await server.plush("create", "clusterrolebinding", "scrapers", "--clusterrole=scraper", "--group=scrapers");
  const { file } = await createToken("prometheus", "--group", "scrapers");
  onTestFinished(() => server.plush("delete", "token", "prometheus").then(() => undefined));
  const asPrometheus = (...args: readonly string[]): Promise<CommandResult> =>
    server.run([...args, "--kubeconfig", file]);
  expect(await asPrometheus("auth", "can-i", "get", "/metrics")).toMatchObject({ code: 0, stdout: "yes\n" });
  expect((await asPrometheus("auth", "can-i", "--list")).stdout).toMatch(/\[\/metrics\] +\[\] +\[get\]/);
  expect((await asPrometheus("get", "--raw", "/metrics")).stdout).toContain("plush_api_requests_total");
  expect(await asPrometheus("get", "app")).toMatchObject({ code: 1, stderr: expect.stringContaining("forbidden") });
});

test("a token for more than can be given leaves nothing behind", async () => {
  expect(await server.run(["create", "token", "t", "--role", "none", "-n", "demo"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('clusterroles.rbac.authorization.k8s.io "none" not found'),
  });
  expect(await server.run(["create", "token", "t", "--role", "cluster-admin", "-n", "demo"])).toMatchObject({
    code: 2,
  });
  const { file } = await createToken("deputy", "--role", "admin", "-n", "demo");
  onTestFinished(() => server.plush("delete", "token", "deputy").then(() => undefined));
  expect(
    await server.run(["create", "token", "t", "--role", "view", "-n", "demo", "--kubeconfig", file]),
  ).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('User "deputy" cannot create resource "tokens"'),
  });
  expect(await server.run(["get", "token", "t"])).toMatchObject({ code: 1 });
});

test("what was done is on record, and no secret is: not there, not in the log, not in the store", async () => {
  const { file } = await createToken("eve", "--role", "view", "-n", "demo");
  await server.run(["delete", "configmap", "c", "-n", "demo", "--kubeconfig", file]);
  const isDenied = ({ user, verb }: AuditEvent): boolean => user.username === "eve" && verb === "delete";
  await expect
    .poll(async () => (await events()).find(isDenied), soon)
    .toMatchObject({
      objectRef: { resource: "configmaps", namespace: "demo", name: "c" },
      responseStatus: { code: 403 },
      annotations: { "authorization.k8s.io/decision": "forbid" },
    });
  expect((await events()).some(({ userAgent = "" }) => userAgent.startsWith("plush"))).toBe(true);
  const written = [
    server.log,
    ...(await Promise.all(["audit/audit.log", "store/store.db", "store/store.db-wal"].map(readData))),
  ].join("\n");
  expect(secrets.length).toBeGreaterThan(0);
  expect(secrets.filter((secret) => written.includes(secret.slice(-40)))).toEqual([]);
});

async function readData(name: string): Promise<string> {
  return readFile(join(server.dataDirectory, name), "latin1");
}
