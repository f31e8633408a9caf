import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalJWKSet, jwtVerify, SignJWT } from "jose";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { type KubeObject, kinds, type Token } from "../api/index.ts";
import { type ApiClient, type HttpClient, httpClient, loadConfiguration } from "../client/index.ts";
import { installation } from "./installation.ts";
import type { RunningServer } from "./running-server.ts";
import { startServer } from "./start-server.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 10_000 };

let scratch = "";

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "plush-tokens-"));
  return () => rm(scratch, { recursive: true, force: true });
});

const dataDir = (): string => join(scratch, "data");

async function start(): Promise<RunningServer> {
  const agentBundle = join(scratch, "agent.mjs");
  await writeFile(agentBundle, "");
  const server = await startServer({
    ...installation,
    ...{ dataDir: dataDir(), host: "127.0.0.1", port: 0, names: [], agentBundle },
    ...{ logLevel: "silent", logFormat: "text" },
  });
  onTestFinished(() => server.stop());
  return server;
}

async function clientWith(server: RunningServer, token?: string): Promise<HttpClient> {
  const { connection } = await loadConfiguration({ file: server.kubeconfig, env: {}, home: scratch });
  const { ca = "" } = connection;
  const client = httpClient(token === undefined ? connection : { server: server.url, ca, token });
  onTestFinished(() => client.close());
  return client;
}

async function whoIs(client: HttpClient): Promise<unknown> {
  const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  const headers = { "content-type": "application/json" };
  const response = await client.transport.request({ method: "POST", path, headers, body: "{}" });
  const chunks: Buffer[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  const answer = JSON.parse(Buffer.concat(chunks).toString());
  return answer.status.userInfo ?? answer.reason;
}

const tokenOf = (name: string, spec: object): KubeObject =>
  Object.assign({ apiVersion: "plush.dev/v1", kind: "Token", metadata: { name } }, { spec });
const keyOf = (name: string) => ({ namespace: "", name });

async function make(api: ApiClient, name: string, spec: object): Promise<string> {
  const { status } = await api.create<Token>(kinds.Token, tokenOf(name, spec));
  return status?.token ?? "";
}

test("a token is told once, says who comes, survives a restart, and is nowhere on disk", async () => {
  let server = await start();
  const admin = await clientWith(server);
  const secret = await make(admin, "alice", { user: "alice", groups: ["people"] });
  expect(secret).toMatch(/^plush_alice_/);
  const stored = await admin.get<Token>(kinds.Token, keyOf("alice"));
  expect(stored.status).toMatchObject({ subject: "alice", hash: expect.stringMatching(/^sha256:/) });
  expect(JSON.stringify([stored, await admin.list(kinds.Token)])).not.toContain(secret);
  const alice = { username: "alice", groups: ["people", "system:authenticated"] };
  expect(await whoIs(await clientWith(server, secret))).toMatchObject(alice);
  const days = (Date.parse(stored.spec.expires ?? "") - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(89);
  expect(days).toBeLessThan(91);
  await expect
    .poll(async () => (await admin.get<Token>(kinds.Token, keyOf("alice"))).status?.lastUsed, soon)
    .toBeDefined();
  const backup = await admin.transport.request({ method: "GET", path: "/plush/v1/backup" });
  const copied = Buffer.concat(await backup.body.toArray());
  await server.stop();
  const files = (await readdir(dataDir(), { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  expect(files.map(({ name }) => name)).toContain("audit.log");
  const contents = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name))));
  expect(contents.some((content) => content.includes(stored.status?.hash ?? "?"))).toBe(true);
  expect(contents.filter((content) => content.includes(secret.slice(-40)))).toEqual([]);
  expect(copied.includes(secret.slice(-40))).toBe(false);
  server = await start();
  expect(await whoIs(await clientWith(server, secret))).toMatchObject(alice);
});

test("a token that is deleted, made anew, expired or damaged is nobody's", async () => {
  const server = await start();
  const admin = await clientWith(server);
  const secret = await make(admin, "bob", { user: "bob" });
  const bob = await clientWith(server, secret);
  expect(await whoIs(bob)).toMatchObject({ username: "bob" });
  expect(await whoIs(await clientWith(server, `${secret.slice(0, -8)}${secret.slice(-8).toLowerCase()}x`))).toBe(
    "Unauthorized",
  );
  await admin.delete(kinds.Token, keyOf("bob"));
  expect(await whoIs(bob)).toBe("Unauthorized");
  await make(admin, "bob", { user: "bob" });
  expect(await whoIs(bob)).toBe("Unauthorized");
  const brief = await make(admin, "brief", { user: "bob", expires: new Date(Date.now() + 1500).toISOString() });
  const late = await clientWith(server, brief);
  await expect.poll(() => whoIs(late), soon).toBe("Unauthorized");
  const held = await make(admin, "held", { user: "bob", expires: "never" });
  await admin.patch(kinds.Token, keyOf("held"), { type: "merge", body: { metadata: { finalizers: ["test/hold"] } } });
  const holder = await clientWith(server, held);
  expect(await whoIs(holder)).toMatchObject({ username: "bob" });
  await admin.delete(kinds.Token, keyOf("held"));
  expect(await whoIs(holder)).toBe("Unauthorized");
});

test("a watch that a token opened ends with the token", async () => {
  const server = await start();
  const admin = await clientWith(server);
  const secret = await make(admin, "root", { user: "root", groups: ["system:masters"] });
  const watch = (await clientWith(server, secret)).watch(kinds.Namespace, { sendInitialEvents: true });
  const events = watch[Symbol.asyncIterator]();
  await events.next();
  await admin.delete(kinds.Token, keyOf("root"));
  while ((await events.next()).done !== true);
});

test("what a token is cannot be changed, and its secret cannot be chosen", async () => {
  const server = await start();
  const admin = await clientWith(server);
  const secret = await make(admin, "carol", { user: "carol" });
  const body = { status: { hash: "sha256:00", subject: "admin", token: "x", lastUsed: "2020-01-01T00:00:00Z" } };
  const written = await admin.patch<Token>(
    kinds.Token,
    keyOf("carol"),
    { type: "merge", body },
    { subresource: "status" },
  );
  expect(written.status).toMatchObject({ subject: "carol", lastUsed: "2020-01-01T00:00:00Z" });
  expect(written.status?.token).toBeUndefined();
  expect(await whoIs(await clientWith(server, secret))).toMatchObject({ username: "carol" });
  const change = { type: "merge", body: { spec: { user: "admin" } } } as const;
  await expect(admin.patch(kinds.Token, keyOf("carol"), change)).rejects.toMatchObject({
    reason: "Invalid",
    message: expect.stringContaining("a token cannot be changed"),
  });
  const applied = { type: "apply", body: tokenOf("dave", { user: "dave" }) } as const;
  await expect(admin.patch(kinds.Token, keyOf("dave"), applied, { fieldManager: "t" })).rejects.toMatchObject({
    reason: "MethodNotAllowed",
  });
  const dry = await admin.create<Token>(kinds.Token, tokenOf("dry", { user: "dry" }), { dryRun: true });
  expect(dry.status?.token).toBeUndefined();
});

const dayMs = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * dayMs).toISOString();

test("tokens that stand for nobody, for too many, for reserved names, or too long are refused by field", async () => {
  const { api } = await start();
  const refused: readonly (readonly [string, object, string])[] = [
    ["for nobody", {}, "spec.user: Required value"],
    ["for two", { user: "a", serviceAccount: { namespace: "default", name: "b" } }, "may not be set beside spec.user"],
    ["for the server itself", { user: "a", groups: ["system:plush"] }, "spec.groups[0]: Invalid value"],
    ["for who came in without one", { user: "system:anonymous" }, "spec.user: Invalid value"],
    ["for a service account by its user name", { user: "system:serviceaccount:a:b" }, "name service accounts"],
    ["for a service account that is not there", { serviceAccount: { namespace: "a", name: "b" } }, 'Not found: "a/b"'],
    ["that has expired", { user: "a", expires: inDays(-1) }, "must be in the future"],
    ["for longer than a year", { user: "a", expires: inDays(400) }, "must be at most a year ahead, or never"],
    ["until who knows when", { user: "a", expires: "soon" }, "must be a time such as"],
  ];
  for (const [name, spec, message] of refused)
    await expect(make(api, "t", spec), name).rejects.toMatchObject({
      reason: "Invalid",
      message: expect.stringContaining(message),
    });
});

const account = { namespace: "default", name: "ci" };
const newAccount = { apiVersion: "v1", kind: "ServiceAccount", metadata: account };

interface TokenRequestAnswer {
  readonly spec: { readonly audiences: readonly string[]; readonly expirationSeconds: number };
  readonly status: { readonly token: string; readonly expirationTimestamp: string };
}

async function request(client: ApiClient, spec: object = {}): Promise<TokenRequestAnswer> {
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec };
  return (await client.post(kinds.ServiceAccount, account, "token", body)) as TokenRequestAnswer;
}

async function review(client: HttpClient, token: string, audiences?: readonly string[]): Promise<unknown> {
  const path = "/apis/authentication.k8s.io/v1/tokenreviews";
  const body = JSON.stringify({ spec: { token, ...(audiences && { audiences }) } });
  const response = await client.transport.request({ method: "POST", path, body });
  return JSON.parse(Buffer.concat(await response.body.toArray()).toString()).status;
}

test("a service account comes with a signed token, until it is deleted or made anew; a restart changes nothing", async () => {
  let server = await start();
  const admin = await clientWith(server);
  await admin.create(kinds.ServiceAccount, newAccount);
  const { spec, status } = await request(admin);
  expect(spec.expirationSeconds).toBe(3600);
  const ci = {
    username: "system:serviceaccount:default:ci",
    groups: ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
  };
  expect(await whoIs(await clientWith(server, status.token))).toMatchObject(ci);
  const made = await make(admin, "robot", { serviceAccount: account });
  expect(await whoIs(await clientWith(server, made))).toMatchObject(ci);
  await server.stop();
  server = await start();
  const later = await clientWith(server);
  const [signed, kept] = [await clientWith(server, status.token), await clientWith(server, made)];
  expect(await whoIs(signed)).toMatchObject(ci);
  expect(await whoIs(kept)).toMatchObject(ci);
  await later.delete(kinds.ServiceAccount, account);
  expect(await whoIs(signed)).toBe("Unauthorized");
  expect(await whoIs(kept)).toBe("Unauthorized");
  await later.create(kinds.ServiceAccount, newAccount);
  expect(await whoIs(signed)).toBe("Unauthorized");
  expect(await whoIs(kept)).toBe("Unauthorized");
});

test("a token for others is not for this server; others ask whose it is", async () => {
  const server = await start();
  const admin = await clientWith(server);
  await admin.create(kinds.ServiceAccount, newAccount);
  const { status } = await request(admin, { audiences: ["vault"], expirationSeconds: 600 });
  expect(await whoIs(await clientWith(server, status.token))).toBe("Unauthorized");
  expect(await review(admin, status.token)).toMatchObject({ authenticated: false });
  expect(await review(admin, status.token, ["vault", "x"])).toMatchObject({
    authenticated: true,
    audiences: ["vault"],
    user: { username: "system:serviceaccount:default:ci" },
  });
  const alice = await make(admin, "alice", { user: "alice" });
  expect(await review(admin, alice)).toMatchObject({ authenticated: true, user: { username: "alice" } });
  expect(await review(admin, `${alice}x`)).toMatchObject({ authenticated: false, error: "invalid bearer token" });
  const keys = await admin.transport.request({ method: "GET", path: "/openid/v1/jwks" });
  const keySet = JSON.parse(Buffer.concat(await keys.body.toArray()).toString());
  const checked = await jwtVerify(status.token, createLocalJWKSet(keySet), { audience: "vault" });
  expect(checked.payload.sub).toBe("system:serviceaccount:default:ci");
  expect(JSON.stringify(keySet)).not.toContain('"d"');
});

test("a token that is bound to a Secret ends with it; what cannot be given is refused", async () => {
  const server = await start();
  const admin = await clientWith(server);
  await admin.create(kinds.ServiceAccount, newAccount);
  const secret = { namespace: "default", name: "s" };
  await admin.create(kinds.Secret, { apiVersion: "v1", kind: "Secret", metadata: secret });
  const { status } = await request(admin, { boundObjectRef: { kind: "Secret", apiVersion: "v1", name: "s" } });
  const bound = await clientWith(server, status.token);
  expect(await whoIs(bound)).toMatchObject({ username: "system:serviceaccount:default:ci" });
  await admin.delete(kinds.Secret, secret);
  expect(await whoIs(bound)).toBe("Unauthorized");
  const refused: readonly (readonly [object, string])[] = [
    [{ expirationSeconds: 5 }, "may not specify a duration less than 10 minutes"],
    [{ expirationSeconds: 2 ** 40 }, "larger than 2^32 seconds"],
    [{ boundObjectRef: { kind: "Pod", name: "p" } }, 'Unsupported value: "Pod"'],
    [{ audiences: [1] }, "spec.audiences: Invalid value"],
    [{ boundObjectRef: { kind: "Secret", name: "none" } }, 'secrets "none" not found'],
  ];
  for (const [spec, message] of refused) await expect(request(admin, spec)).rejects.toThrow(message);
});

test("web tokens that others signed, that nobody signed, or that were changed, are nobody's", async () => {
  const server = await start();
  const admin = await clientWith(server);
  const created = await admin.create(kinds.ServiceAccount, newAccount);
  const { token } = (await request(admin)).status;
  const [head = "", payload = "", signature = ""] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  expect(claims["kubernetes.io"].serviceaccount.uid).toBe(created.metadata.uid);
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const header = JSON.parse(Buffer.from(head, "base64url").toString());
  const publicPem = createPublicKey({
    key: JSON.parse(
      Buffer.concat(
        await (await admin.transport.request({ method: "GET", path: "/openid/v1/jwks" })).body.toArray(),
      ).toString(),
    ).keys[0],
    format: "jwk",
  }).export({ type: "spki", format: "pem" });
  const forged = [
    `${encode({ alg: "none" })}.${payload}.`,
    `${head}.${encode({ ...claims, sub: "system:serviceaccount:kube-system:admin" })}.${signature}`,
    `${head}.${payload}.${signature.slice(0, -4)}AAAA`,
    await new SignJWT(claims).setProtectedHeader(header).sign(privateKey),
    await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(publicPem)),
    "a.b.c",
    "..",
  ];
  for (const one of forged) expect(await whoIs(await clientWith(server, one)), one).toBe("Unauthorized");
  expect(await whoIs(await clientWith(server, token))).toMatchObject({ uid: created.metadata.uid });
});

test("nobody makes a token for whom he may not be; for himself, who may make tokens", async () => {
  const server = await start();
  const admin = await clientWith(server);
  const role = (name: string, rules: readonly object[]) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name },
    rules,
  });
  const tokens = { apiGroups: ["plush.dev"], resources: ["tokens"], verbs: ["create"] };
  await admin.create(kinds.ClusterRole, role("token-maker", [tokens]));
  const binding = {
    ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", metadata: { name: "token-maker" } },
    ...{ roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "token-maker" } },
    subjects: [{ kind: "User", name: "eve" }],
  };
  await admin.create(kinds.ClusterRoleBinding, binding);
  const eve = await clientWith(server, await make(admin, "eve", { user: "eve", groups: ["people"] }));
  for (const [spec, why] of [
    [{ user: "admin" }, 'cannot impersonate resource "users"'],
    [{ user: "eve", groups: ["system:masters"] }, 'cannot impersonate resource "groups"'],
    [{ serviceAccount: { namespace: "default", name: "default" } }, 'cannot create resource "serviceaccounts/token"'],
  ] as const)
    await expect(make(eve, "more", spec)).rejects.toMatchObject({
      reason: "Forbidden",
      message: expect.stringContaining(why),
    });
  const own = await make(eve, "own", { user: "eve", groups: ["people"] });
  expect(await whoIs(await clientWith(server, own))).toMatchObject({ username: "eve" });
  const bob = await clientWith(server, await make(admin, "bob", { user: "bob" }));
  await expect(make(bob, "b", { user: "bob" })).rejects.toMatchObject({ reason: "Forbidden" });
});
