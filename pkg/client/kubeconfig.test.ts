import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kubeconfigFiles, loadConfiguration } from "./kubeconfig.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "plush-kubeconfig-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const yaml = `
apiVersion: v1
kind: Config
current-context: lab
contexts:
- {name: lab, context: {cluster: lab, user: admin, namespace: team}}
- {name: other, context: {cluster: other, user: robot}}
clusters:
- {name: lab, cluster: {server: "https://lab:7443/", certificate-authority: pki/ca.crt}}
- {name: other, cluster: {server: "https://other", insecure-skip-tls-verify: true}}
users:
- {name: admin, user: {client-certificate-data: ${Buffer.from("CERT").toString("base64")}, client-key: /nowhere/key}}
- {name: robot, user: {token: secret}}
`;

function write(name: string, text: string): string {
  const file = join(home, name);
  writeFileSync(file, text);
  return file;
}

describe("kubeconfig", () => {
  it.each([
    ["--kubeconfig wins", { file: "/a", env: { PLUSHCONFIG: "/b", KUBECONFIG: "/c" } }, ["/a"]],
    ["then PLUSHCONFIG", { env: { PLUSHCONFIG: "/b", KUBECONFIG: "/c" } }, ["/b"]],
    ["then KUBECONFIG, which may be a list", { env: { KUBECONFIG: "/c:/d" } }, ["/c", "/d"]],
    ["then the home's", { env: { KUBECONFIG: "" } }, ["/home/me/.plush/config"]],
  ])("%s", (_, source, files) => {
    expect(kubeconfigFiles({ home: "/home/me", ...source })).toEqual(files);
  });

  it("reads a context of a YAML file, with paths relative to the file", async () => {
    mkdirSync(join(home, "pki"));
    write("pki/ca.crt", "CA\n");
    const file = write("config", yaml.replace("/nowhere/key", "pki/ca.crt"));
    const { namespace, user, connection } = await loadConfiguration({ file, env: {}, home });
    expect({ namespace, user, connection }).toEqual({
      namespace: "team",
      user: "admin",
      connection: { server: "https://lab:7443", ca: "CA", cert: "CERT", key: "CA" },
    });
  });

  it("takes another context, and JSON", async () => {
    const { parse } = await import("yaml");
    const file = write("config", JSON.stringify(parse(yaml)));
    const { namespace, connection } = await loadConfiguration({ file, env: {}, home, context: "other" });
    expect(namespace).toBe("default");
    expect(connection).toEqual({ server: "https://other", insecure: true, token: "secret" });
  });

  it("joins the files of a list", async () => {
    const first = write("first", JSON.stringify({ "current-context": "other" }));
    const second = write("second", yaml);
    const { connection } = await loadConfiguration({ env: { KUBECONFIG: `${first}:${home}/missing:${second}` }, home });
    expect(connection.server).toBe("https://other");
  });

  it.each([
    ["no file at all", () => undefined, /no server configured: start one with `plush server`/],
    ["a file that is missing", () => join(home, "gone"), /gone: no such file/],
    ["no kubeconfig", () => write("x", "just text"), /x: not a kubeconfig/],
    ["broken YAML", () => write("x", "a: [\n"), /x: not a kubeconfig: /],
    [
      "an unknown context",
      () => write("x", yaml.replace("current-context: lab", "current-context: gone")),
      /no context named "gone"/,
    ],
    [
      "a key that is missing",
      () => write("x", yaml.replace("pki/ca.crt", "x")),
      /user admin.client-key: \/nowhere\/key: no such file/,
    ],
  ])("says what is wrong: %s", async (_, make, message) => {
    const file = make();
    await expect(loadConfiguration({ ...(file !== undefined && { file }), env: {}, home })).rejects.toThrow(message);
  });
});
