import { expect, test } from "vitest";
import { kinds, mustDecode } from "../../api/index.ts";
import { createPoolCommand, localPool, type PoolForm, poolObjects, problemsOf } from "./pool-plan.ts";
import { readPastedHosts } from "./read-hosts.ts";

const key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbg==\n-----END OPENSSH PRIVATE KEY-----";
const form = (text: string, more: Partial<PoolForm> = {}): PoolForm => ({
  ...readPastedHosts(text),
  ...{ name: "lab", user: "me", port: "", privateKey: key, passphrase: "", sudo: false },
  ...more,
});

test("the objects are good ones", () => {
  const { secret, pool } = poolObjects(form("10.0.0.[1-3],root@far:2222", { port: "2200", sudo: true }));
  expect(mustDecode(kinds.Secret, secret)).toMatchObject({ type: "kubernetes.io/ssh-auth" });
  expect(mustDecode(kinds.ResourcePool, pool).spec).toMatchObject({
    provider: {
      static: { hosts: [{ address: "10.0.0.[1-3]" }, { address: "far", ssh: { user: "root", port: 2222 } }] },
    },
    ssh: { user: "me", port: 2200, sudo: true, identity: { secretRef: { namespace: "default", name: "lab-key" } } },
  });
  expect(mustDecode(kinds.ResourcePool, localPool("here", 4)).spec.provider).toEqual({ local: { count: 4 } });
});

test.each([
  [form(""), ["hosts"]],
  [form("a", { name: "No Name", user: "", port: "70000", privateKey: "x" }), ["name", "user", "port", "key"]],
  [form("me@a", { user: "" }), []],
  [form("a", { privateKey: "ssh-ed25519 AAAA" }), ["publicKey"]],
  [form("a", { privateKey: "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n" }), ["passphrase"]],
])("problems %#", (wrong, problems) => {
  expect(problemsOf(wrong)).toEqual(problems);
});

test.each([
  [
    form("10.0.0.[1-3],root@far:2222", { port: "22", sudo: true }),
    "--hosts 10.0.0.[1-3],root@far:2222 --user me --port 22 --sudo",
  ],
  [form("a\nb"), "--hosts a,b --user me"],
  [form("a site=x"), "--hosts hosts.txt --user me"],
  [form("[web]\na"), "--from-ansible inventory.ini --user me"],
  [form("[fe80::1]:22,fe80::2"), "--hosts [fe80::1]:22,fe80::2 --user me"],
])("the command %#", (wanted, words) => {
  expect(createPoolCommand(wanted).join(" ")).toBe(`create pool lab ${words} --identity machines.key`);
});
