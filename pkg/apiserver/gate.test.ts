import { request as httpsRequest } from "node:https";
import { expect, test } from "vitest";
import { startTestServer, type TestServer } from "../../test/support/test-api.ts";
import { type ConfigMap, kinds } from "../api/index.ts";
import type { AuditEvent, AuditLog } from "../audit/index.ts";
import { makeRbacAuthorizer, RoleIndex, type TokenReader } from "../auth/index.ts";
import { type HttpClient, httpClient, openCommand, type WatchEvent } from "../client/index.ts";
import type { ApiServerOptions } from "./server.ts";

/** Long, because a busy machine is no fault; what comes in time costs nothing. */
const soon = { timeout: 10_000 };

interface Memory extends AuditLog {
  readonly events: AuditEvent[];
}

function memory(): Memory {
  const events: AuditEvent[] = [];
  return { events, write: (event) => events.push(event), flush: async () => {}, close: async () => {} };
}

/** Everybody may do everything, but secrets. */
const roles = makeRbacAuthorizer(new RoleIndex());
const authorizer: ApiServerOptions["authorizer"] = {
  ...roles,
  decide: (identity, attributes) =>
    attributes.kind === "resource" && attributes.resource === "secrets"
      ? roles.decide(identity, attributes)
      : { allowed: true, reason: "" },
};

const readToken: TokenReader = async (token) => (token.startsWith("good") ? { identity: person(token) } : undefined);

function person(user: string) {
  return { user, groups: ["people"] };
}

function clientOf(test: TestServer, token?: string): HttpClient {
  const { authority, admin } = test.pki;
  const { url: server } = test.server;
  if (token !== undefined) return httpClient({ server, ca: authority.certificate, token });
  return httpClient({ server, ca: authority.certificate, cert: admin.certificate, key: admin.key });
}

interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function get(test: TestServer, path: string, token?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { "user-agent": "probe/1", ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    const options = { ca: test.pki.authority.certificate, headers, agent: false };
    const outgoing = httpsRequest(`${test.server.url}${path}`, options, async (response) => {
      const body = Buffer.concat(await response.toArray()).toString();
      resolve({ code: response.statusCode ?? 0, headers: response.headers, body });
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

function watchOf(client: HttpClient, signal?: AbortSignal): AsyncIterator<WatchEvent<ConfigMap>> {
  const options = { sendInitialEvents: true, ...(signal && { signal }) };
  return client.watch(kinds.ConfigMap, options)[Symbol.asyncIterator]();
}

const noLimits = { requestsPerSecond: 0, requestsInFlight: 0, streamsPerUser: 0, strangersPerSecond: 0 };

const key = { namespace: "default", name: "c" };
const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: key };

test("who did what is recorded, allowed or not, as it was asked for; reads of the server itself are not", async () => {
  const audit = memory();
  const server = await startTestServer({ audit, authorizer, readToken });
  const path = "/api/v1/namespaces/default";
  const allowed = await get(server, `${path}/configmaps?limit=5&token=topsecret`, "good-bob");
  const denied = await get(server, `${path}/secrets/s`, "good-bob");
  await get(server, `${path}/configmaps/plush_t_${"a".repeat(49)}`, "wrong");
  for (const about of ["/healthz", "/version"]) await get(server, about);
  await get(server, "/apis", "good-bob");
  await expect.poll(() => audit.events.length, soon).toBe(3);
  const ids = audit.events.map(({ auditID }) => auditID);
  expect(ids.slice(0, 2)).toEqual([allowed.headers["audit-id"], denied.headers["audit-id"]]);
  expect(audit.events[0]).toMatchObject({
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "Metadata",
    stage: "ResponseComplete",
    requestURI: `${path}/configmaps?limit=5&token=[redacted]`,
    verb: "list",
    user: { username: "good-bob", groups: ["people", "system:authenticated"] },
    sourceIPs: ["127.0.0.1"],
    userAgent: "probe/1",
    objectRef: { resource: "configmaps", namespace: "default", apiVersion: "v1" },
    responseStatus: { code: 200 },
    annotations: { "authorization.k8s.io/decision": "allow" },
  });
  expect(audit.events[1]).toMatchObject({
    objectRef: { resource: "secrets", name: "s" },
    responseStatus: { code: 403 },
    annotations: {
      "authorization.k8s.io/decision": "forbid",
      "authorization.k8s.io/reason": expect.stringContaining('cannot get resource "secrets"'),
    },
  });
  expect(audit.events[2]).toMatchObject({ user: { username: "" }, responseStatus: { code: 401 } });
  expect(JSON.stringify(audit.events)).not.toMatch(/aaaaaaaa|topsecret|wrong/);
});

test("for whom somebody acts is recorded, and streams at both their ends", async () => {
  const audit = memory();
  const server = await startTestServer({ audit });
  const admin = clientOf(server);
  await admin.transport.request({
    method: "GET",
    path: "/api/v1/configmaps",
    headers: { "impersonate-user": "eve" },
  });
  await expect
    .poll(() => audit.events.at(-1), soon)
    .toMatchObject({
      user: { username: "admin" },
      impersonatedUser: { username: "eve" },
      responseStatus: { code: 403 },
    });
  await admin.create(kinds.ConfigMap, configMap);
  audit.events.length = 0;
  const gone = new AbortController();
  const watch = watchOf(admin, gone.signal);
  await watch.next();
  await expect.poll(() => audit.events.map(({ stage }) => stage), soon).toEqual(["RequestReceived"]);
  gone.abort();
  await watch.next();
  await expect
    .poll(() => audit.events[1], soon)
    .toMatchObject({
      auditID: audit.events[0]?.auditID,
      stage: "ResponseComplete",
      verb: "watch",
      responseStatus: { code: 200 },
    });
  const path = "/apis/plush.dev/v1/namespaces/default/processes/none/exec";
  await expect(openCommand(admin.transport, { path, command: ["true"] })).rejects.toMatchObject({ reason: "NotFound" });
  await expect
    .poll(() => audit.events.at(-1), soon)
    .toMatchObject({
      stage: "ResponseComplete",
      verb: "create",
      objectRef: { resource: "processes", name: "none", subresource: "exec" },
      responseStatus: { code: 404 },
    });
});

test("one user cannot take all: too many requests are told when to come back; others, and administrators, are not", async () => {
  const audit = memory();
  const limits = { ...noLimits, requestsPerSecond: 0.001 };
  // A burst of three times as many rounds to nothing: the first request is one too many.
  const server = await startTestServer({ authorizer, readToken, limits, audit });
  const refused = await get(server, "/api/v1/configmaps", "good-bob");
  expect(refused.code).toBe(429);
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  expect(JSON.parse(refused.body)).toMatchObject({ kind: "Status", reason: "TooManyRequests", code: 429 });
  await clientOf(server).list(kinds.ConfigMap);
  expect((await server.metrics.text()).body).toContain('plush_api_requests_refused_total{limit="user"} 1');
  expect(audit.events.filter(({ user }) => user.username === "good-bob")).toEqual([]);
});

test("watches of one user are limited; one that ends makes room", async () => {
  const limits = { ...noLimits, streamsPerUser: 1 };
  const server = await startTestServer({ authorizer, readToken, limits });
  await server.user.create(kinds.ConfigMap, configMap);
  const first = watchOf(clientOf(server, "good-bob"));
  await first.next();
  const path = "/api/v1/configmaps?watch=1&timeoutSeconds=1";
  expect(await get(server, path, "good-bob")).toMatchObject({ code: 429, body: expect.stringContaining("1 watches") });
  expect((await get(server, path, "good-carol")).code).toBe(200);
  await first.return?.();
  await expect.poll(async () => (await get(server, path, "good-bob")).code, soon).toBe(200);
});

test("guessing is slowed down by address; who is known passes all the same", async () => {
  const limits = { ...noLimits, strangersPerSecond: 0.2 };
  const server = await startTestServer({ authorizer, readToken, limits });
  // A bucket of one: what comes back of it in a second is less than one.
  const codes = [];
  for (const token of ["wrong", "wronger", undefined])
    codes.push((await get(server, "/api/v1/configmaps", token)).code);
  expect(codes).toEqual([401, 429, 429]);
  expect((await get(server, "/api/v1/configmaps", "good-bob")).code).toBe(200);
});

test("what goes on ends with the object that the credential stands on, or when its time is up", async () => {
  const holder: { uid: string; expiresAt?: number } = { uid: "" };
  const server = await startTestServer({
    authorizer,
    readToken: async () => ({
      identity: person("bob"),
      ...(holder.expiresAt !== undefined && { expiresAt: holder.expiresAt }),
      root: { kind: kinds.ConfigMap, key, uid: holder.uid },
    }),
  });
  const created = await server.user.create(kinds.ConfigMap, configMap);
  holder.uid = created.metadata.uid ?? "";
  const open = () => watchOf(clientOf(server, "t"));
  const drain = async (watch: ReturnType<typeof open>): Promise<void> => {
    while ((await watch.next()).done !== true);
  };
  const watch = open();
  await watch.next();
  await server.user.delete(kinds.ConfigMap, key);
  await drain(watch);
  await expect(open().next()).rejects.toMatchObject({ reason: "Unauthorized" });
  const again = await server.user.create(kinds.ConfigMap, configMap);
  await expect(open().next()).rejects.toMatchObject({ reason: "Unauthorized" });
  holder.uid = again.metadata.uid ?? "";
  holder.expiresAt = Date.now() + 1000;
  await drain(open());
  expect(Date.now()).toBeGreaterThanOrEqual(holder.expiresAt);
});
