import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, SignJWT } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { kinds } from "../api/index.ts";
import { ensurePki } from "../auth/index.ts";
import { httpClient, loadConfiguration } from "../client/index.ts";
import { installation } from "./installation.ts";
import { startServer } from "./start-server.ts";

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "plush-oidc-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

interface RealIssuer {
  readonly issuer: string;
  readonly ca: string;
  sign(claims: object): Promise<string>;
}

/** An issuer as they are: over HTTPS, certified by an authority that nobody else knows. */
async function startIssuer(directory: string): Promise<RealIssuer> {
  const pki = await ensurePki(join(directory, "issuer"), { hosts: [], now: Date.now() });
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const keys = [{ ...(await exportJWK(publicKey)), kid: "k", alg: "RS256", use: "sig" }];
  let issuer = "";
  const server = createServer({ key: pki.server.key, cert: pki.server.certificate }, (request, response) => {
    const document = request.url === "/keys" ? { keys } : { issuer, jwks_uri: `${issuer}/keys` };
    response.setHeader("content-type", "application/json").end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  issuer = `https://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const sign = (claims: object): Promise<string> =>
    new SignJWT({ iss: issuer, aud: "plush", ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "k" })
      .setExpirationTime("5m")
      .sign(privateKey);
  return { issuer, ca: pki.authority.certificate, sign };
}

async function start(directory: string, oidc: { readonly issuer: string; readonly ca?: string }) {
  const agentBundle = join(directory, "agent.mjs");
  await writeFile(agentBundle, "");
  const server = await startServer({
    ...installation,
    ...{ dataDir: join(directory, "data"), host: "127.0.0.1", port: 0, names: [], agentBundle },
    ...{ logLevel: "silent", logFormat: "text" },
    oidc: { clientId: "plush", usernameClaim: "email", groupsClaim: "groups", ...oidc },
  });
  onTestFinished(() => server.stop());
  return server;
}

test("users of an OpenID Connect issuer come in with its tokens, and may do what roles give them", async () => {
  const directory = await makeDirectory();
  const { issuer, ca, sign } = await startIssuer(directory);
  const server = await start(directory, { issuer, ca });
  const binding = {
    ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding" },
    metadata: { name: "people", namespace: "default" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
    subjects: [{ kind: "Group", name: "people" }],
  };
  await server.api.create(kinds.RoleBinding, binding);
  const { connection } = await loadConfiguration({ file: server.kubeconfig, env: {}, home: directory });
  const list = async (token: string): Promise<unknown> => {
    const client = httpClient({ server: server.url, ca: connection.ca ?? "", token });
    try {
      return (await client.list(kinds.ConfigMap, { namespace: "default" })).items;
    } catch (error) {
      return error;
    } finally {
      client.close();
    }
  };
  expect(await list(await sign({ email: "a@example.org", groups: ["people"] }))).toEqual([]);
  expect(await list(await sign({ email: "b@example.org", groups: [] }))).toMatchObject({
    reason: "Forbidden",
    message: expect.stringContaining('User "b@example.org" cannot list'),
  });
  expect(await list(await sign({ email: "c@example.org", aud: "other" }))).toMatchObject({ reason: "Unauthorized" });
});

test("an issuer that is not trusted, or not there, lets nobody in and breaks nothing", async () => {
  const directory = await makeDirectory();
  const { issuer, sign } = await startIssuer(directory);
  const server = await start(directory, { issuer });
  const { connection } = await loadConfiguration({ file: server.kubeconfig, env: {}, home: directory });
  const client = httpClient({ server: server.url, ca: connection.ca ?? "", token: await sign({ email: "a@b" }) });
  onTestFinished(() => client.close());
  await expect(client.list(kinds.ConfigMap)).rejects.toMatchObject({ reason: "Unauthorized" });
  expect((await server.api.list(kinds.ConfigMap)).items).toEqual([]);
});
