import { expect, test } from "vitest";
import type { Resource, ResourcePool, Secret } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import { hostKeyPolicy, settingsOf } from "./ssh-settings.ts";
import { makeStaticProvider } from "./static-provider.ts";

const provider = makeStaticProvider({
  clock: systemClock,
  clusterUid: "c",
  bundle: { version: "v", path: "", bytes: Buffer.alloc(0) },
});

function pool(ssh: object = {}): ResourcePool {
  return {
    apiVersion: "plush.dev/v1",
    kind: "ResourcePool",
    metadata: { name: "lab" },
    spec: {
      provider: { static: { hosts: [{ address: "10.0.0.[1-2]", labels: { site: "sjc" }, ssh: { port: 2222 } }] } },
      ssh: {
        user: "ubuntu",
        port: 22,
        sudo: true,
        hostKeys: "AcceptNew",
        jump: [],
        connectTimeout: "10s",
        maxStarting: 16,
        ...ssh,
      },
    },
  } as unknown as ResourcePool;
}

const resource = (hostKey?: string): Resource =>
  ({
    metadata: { name: "n1", uid: "u1" },
    spec: { poolName: "lab", address: "10.0.0.1", port: 2222, ssh: { user: "admin" } },
    ...(hostKey !== undefined && { status: { hostKey } }),
  }) as unknown as Resource;

const secret = (data: Record<string, string>): Secret => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "key", namespace: "default" },
  type: "kubernetes.io/ssh-auth",
  data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")])),
});

const identity = { identity: { secretRef: { namespace: "default", name: "key" } } };

test("machines are the expanded hosts", () => {
  expect(provider.machines(pool())).toMatchObject([
    { name: "10.0.0.1", address: "10.0.0.1", port: 2222, labels: { site: "sjc" } },
    { name: "10.0.0.2", address: "10.0.0.2", port: 2222 },
  ]);
});

test("a machine's own settings come before its pool's", () => {
  expect(settingsOf(resource(), pool())).toMatchObject({ user: "admin", port: 2222, sudo: true });
  expect(settingsOf(resource(), undefined)).toMatchObject({ user: "admin", sudo: false, hostKeys: "AcceptNew" });
});

test("what is wrong with the key is said by name", async () => {
  const reach = (found: Secret | undefined, ssh: object = identity) =>
    provider.reach(resource(), pool(ssh), { secret: async () => found });
  await expect(reach(undefined)).rejects.toMatchObject({
    reason: "NotFound",
    message: 'secrets "key" in namespace "default" not found',
  });
  await expect(reach(secret({}))).rejects.toMatchObject({
    reason: "Invalid",
    message: expect.stringContaining("default/key"),
  });
  await expect(reach(undefined, {})).rejects.toMatchObject({ reason: "Invalid" });
});

test("the fingerprint changes with the key and the pinned host key, and holds no secret", async () => {
  const reach = async (found: Secret, hostKey?: string) =>
    (await provider.reach(resource(hostKey), pool(identity), { secret: async () => found })).fingerprint;
  const first = await reach(secret({ "ssh-privatekey": "one" }));
  expect(await reach(secret({ "ssh-privatekey": "one" }))).toBe(first);
  expect(await reach(secret({ "ssh-privatekey": "two" }))).not.toBe(first);
  expect(await reach(secret({ "ssh-privatekey": "one" }), "SHA256:x")).not.toBe(first);
  expect(first).toMatch(/^[0-9a-f]{64}$/);
});

const knownHosts = "[10.0.0.1]:2222 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGTxnGN0RmRoWPk0QXkSLbQzMMd8lUDaFlQ0iL1ldKmO";

test.each([
  ["new keys are accepted at first", {}, undefined, { kind: "acceptNew" }],
  ["and held to after that", {}, "SHA256:x", { kind: "pinned", fingerprints: ["SHA256:x"] }],
  ["known hosts hold from the first contact", { knownHosts }, undefined, { kind: "pinned", types: ["ssh-ed25519"] }],
  ["strict knows no first contact", { hostKeys: "Strict" }, undefined, { kind: "pinned", fingerprints: [] }],
  [
    "strict means known hosts",
    { hostKeys: "Strict", knownHosts },
    "SHA256:x",
    { kind: "pinned", types: ["ssh-ed25519"] },
  ],
])("%s", (_name, ssh, pinned, expected) => {
  expect(hostKeyPolicy(settingsOf(resource(), pool(ssh)), "10.0.0.1", 2222, pinned)).toMatchObject(expected);
});
