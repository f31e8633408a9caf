import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { expandRange } from "../../../inventory/host-range.ts";
import { readAnsibleInventory } from "./read-inventory.ts";
import { readSshConfig } from "./ssh-config.ts";

let directory = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "plush-inventory-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
});

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const ini = `# The lab.
mail.example.com ansible_port=2222

[web]
web[01:03].example.com ansible_user=deploy   ; three of them
jumper ansible_host=192.0.2.50 ansible_ssh_private_key_file='/keys/a key'

[db]
db-[a:b].example.com

[site_paris:children]
web
db

[site_paris:vars]
ansible_user = admin
ansible_become=yes

[local]
localhost ansible_connection=local
`;

describe("Ansible's INI inventories", () => {
  test("B-POOL-1: hosts, ranges, groups and the variables that say how a machine is reached", () => {
    const { entries, user, keyFile, sudo } = readAnsibleInventory(file("hosts", ini));
    expect({ user, keyFile, sudo }).toEqual({ user: undefined, keyFile: "/keys/a key", sudo: true });
    expect(entries).toEqual([
      { address: "mail.example.com", ssh: { port: 2222 } },
      ...["01", "02", "03"].map((number) => ({
        address: `web${number}.example.com`,
        labels: { site_paris: "true", web: "true" },
        ssh: { user: "deploy" },
      })),
      { address: "192.0.2.50", name: "jumper", labels: { site_paris: "true", web: "true" }, ssh: { user: "admin" } },
      ...["a", "b"].map((letter) => ({
        address: `db-${letter}.example.com`,
        labels: { db: "true", site_paris: "true" },
        ssh: { user: "admin" },
      })),
    ]);
  });

  test("a group alone, with the groups in it", () => {
    const path = file("hosts", ini);
    expect(readAnsibleInventory(`${path}:db`)).toMatchObject({ user: "admin", entries: [{}, {}] });
    expect(readAnsibleInventory(`${path}:site_paris`).entries).toHaveLength(6);
    expect(() => readAnsibleInventory(`${path}:nobody`)).toThrow("no host that is reached by SSH in group nobody");
  });

  test.each([
    ["[web\nx", "line 1: [web is no section"],
    ["[web]\nx port", 'line 2: "port" is not VARIABLE=VALUE'],
    ["[web]\nx[1:900000]", "more than 100000 hosts"],
  ])("%j is refused with its line", (text, message) => {
    expect(() => readAnsibleInventory(file("hosts", text))).toThrow(message);
  });
});

test("Ansible's YAML inventories say the same", () => {
  const path = file(
    "inventory.yml",
    `all:
  vars: {ansible_user: ubuntu}
  hosts:
    mail.example.com: {ansible_port: 2222}
  children:
    web:
      hosts:
        web[1:2].example.com:
    paris:
      children: {web: }
`,
  );
  expect(readAnsibleInventory(path)).toEqual({
    user: "ubuntu",
    sudo: false,
    entries: [
      { address: "mail.example.com", ssh: { port: 2222 } },
      { address: "web1.example.com", labels: { paris: "true", web: "true" } },
      { address: "web2.example.com", labels: { paris: "true", web: "true" } },
    ],
  });
});

test.each([
  ["n[1:9:4]", ["n1", "n5", "n9"]],
  ["r[1:2]-n[08:10]", ["r1-n08", "r1-n09", "r1-n10", "r2-n08", "r2-n09", "r2-n10"]],
  ["plain", ["plain"]],
  ["n[5:3]", []],
])("%s stands for its hosts", (pattern, names) => expect(expandRange(pattern)).toEqual(names));

describe("ssh_config", () => {
  const text = `Host lab-1 lab-2
  Port 2222
Host lab-2
  HostName 192.0.2.2
Host lab-*
  User ubuntu
  IdentityFile ${"%d"}/.ssh/lab
  ProxyJump gate.example.com
Host other
  IdentityFile /keys/other
`;

  test("B-POOL-2: hosts are reached as ssh itself would reach them", () => {
    const path = file("config", text);
    const { entries, user, keyFile, jump } = readSshConfig("lab-*", directory, { file: path });
    expect({ user, jump }).toEqual({ user: "ubuntu", jump: "gate.example.com" });
    expect(keyFile).toMatch(/\/\.ssh\/lab$/);
    expect(entries).toEqual([
      { address: "lab-1", ssh: { port: 2222 } },
      { address: "192.0.2.2", name: "lab-2", ssh: { port: 2222 } },
    ]);
  });

  test("what needs different ways is no one pool; a pattern that nothing has is told", () => {
    const path = file("config", text);
    expect(() => readSshConfig("*", directory, { file: path })).toThrow("differ in ProxyJump");
    expect(() => readSshConfig("nobody", directory, { file: path })).toThrow("no Host of");
  });
});
