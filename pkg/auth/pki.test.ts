import { X509Certificate } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer, type TLSSocket } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { makeAuthenticator } from "./authenticate.ts";
import { issueCertificate } from "./certificates.ts";
import { anonymous } from "./identity.ts";
import { ensurePki, makeKubeconfig } from "./pki.ts";

const dayMs = 86_400_000;
const now = Date.now();

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "plush-pki-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test("keys are made once, are readable by their owner alone, and survive a restart", async () => {
  const directory = await makeDirectory();
  const first = await ensurePki(directory, { hosts: ["10.0.0.1"], now });
  expect((await readdir(directory)).sort()).toEqual(["admin.pem", "ca.pem", "server.pem"]);
  for (const name of await readdir(directory)) expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
  expect(await ensurePki(directory, { hosts: ["10.0.0.1"], now })).toEqual(first);
  const server = new X509Certificate(first.server.certificate);
  expect(server.checkIP("10.0.0.1")).toBe("10.0.0.1");
  expect(server.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(server.checkHost("localhost")).toBe("localhost");
});

test("what runs out, or lacks a name, is made anew by the same authority", async () => {
  const directory = await makeDirectory();
  const first = await ensurePki(directory, { hosts: [], now });
  const named = await ensurePki(directory, { hosts: ["plush.example"], now });
  expect(named.server).not.toEqual(first.server);
  expect(named.admin).toEqual(first.admin);
  const later = await ensurePki(directory, { hosts: [], now: now + 320 * dayMs });
  expect(later.authority).toEqual(first.authority);
  expect(later.admin).not.toEqual(first.admin);
  const authority = new X509Certificate(later.authority.certificate);
  for (const { certificate } of [later.server, later.admin])
    expect(new X509Certificate(certificate).verify(authority.publicKey)).toBe(true);
});

test("a damaged file is told, and not replaced", async () => {
  const directory = await makeDirectory();
  await ensurePki(directory, { hosts: [], now });
  await writeFile(join(directory, "ca.pem"), "garbage");
  await expect(ensurePki(directory, { hosts: [], now })).rejects.toThrow("ca.pem");
  expect(await readFile(join(directory, "ca.pem"), "utf8")).toBe("garbage");
});

test("a certificate says who comes over TLS; one of another authority, or one that has run out, lets nobody in", async () => {
  const [ours, theirs] = [await makeDirectory(), await makeDirectory()];
  const pki = await ensurePki(ours, { hosts: [], now });
  const other = await ensurePki(theirs, { hosts: [], now });
  let clock = now;
  const authenticate = makeAuthenticator({ now: () => clock });
  const { certificate: cert, key } = pki.server;
  const options = { cert, key, ca: pki.authority.certificate, requestCert: true, rejectUnauthorized: false };
  const server = createServer(options, (socket: TLSSocket) => {
    socket.on("error", () => {});
    void authenticate({ socket, authorization: undefined }).then(
      ({ identity }) => socket.end(JSON.stringify(identity)),
      (error) => socket.end(JSON.stringify(error.reason)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const ask = (credential?: { certificate: string; key: string }): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const client = connect({
        port,
        host: "127.0.0.1",
        ca: pki.authority.certificate,
        ...(credential && { cert: credential.certificate, key: credential.key }),
      });
      let text = "";
      client.on("data", (chunk) => {
        text += chunk.toString();
      });
      client.on("end", () => resolve(JSON.parse(text)));
      client.on("error", reject);
    });
  expect(await ask(pki.admin)).toEqual({ user: "admin", groups: ["system:masters", "system:authenticated"] });
  const groups = ["a", "b"];
  const bob = await issueCertificate(pki.authority, { name: "bob", groups, usage: "client", days: 1, now });
  expect(await ask(bob)).toMatchObject({ user: "bob", groups: ["a", "b", "system:authenticated"] });
  const late = await issueCertificate(pki.authority, { name: "eve", usage: "client", days: 1, now: now - 9 * dayMs });
  expect(await ask(late)).toBe("Unauthorized");
  expect(await ask(other.admin)).toBe("Unauthorized");
  expect(await ask()).toEqual(anonymous);
  // As on a connection that was opened before the certificate ran out.
  clock = now + 2 * dayMs;
  expect(await ask(bob)).toBe("Unauthorized");
});

test("a kubeconfig holds all that a client needs", async () => {
  const pki = await ensurePki(await makeDirectory(), { hosts: [], now });
  const authority = pki.authority.certificate;
  const text = makeKubeconfig({ url: "https://127.0.0.1:1", authority, credential: pki.admin, user: "admin" });
  const config = JSON.parse(text);
  expect(config.clusters[0].cluster.server).toBe("https://127.0.0.1:1");
  expect(Buffer.from(config.users[0].user["client-key-data"], "base64").toString()).toBe(pki.admin.key);
});
