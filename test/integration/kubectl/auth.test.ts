import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { issueCertificate, makeKubeconfig } from "../../../pkg/auth/index.ts";
import { kubectlPrograms, startKubectl } from "./kubectl.ts";

describe.skipIf(kubectlPrograms().length === 0).each(kubectlPrograms())("kubectl $version is told", (program) => {
  test("who it is, what it may not do, and that a token is no good", async () => {
    const kubectl = await startKubectl(program);
    const { pki, server, directory, run } = kubectl;
    const authority = pki.authority.certificate;
    const bob = await issueCertificate(pki.authority, { name: "bob", usage: "client", days: 1, now: Date.now() });
    const file = join(directory, "bob");
    await writeFile(file, makeKubeconfig({ url: server.url, authority, credential: bob, user: "bob" }));
    const asBob = await run("get", "--kubeconfig", file, "--raw", "/apis/plush.dev/v1/namespaces/default/applications");
    expect(asBob).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('User "bob" cannot list resource "applications"'),
    });
    const asAlice = await run("get", "app", "--as", "alice", "--as-group", "people");
    expect(asAlice).toMatchObject({ code: 1, stderr: expect.stringContaining('User "alice" cannot') });
    const refused = await run("auth", "can-i", "delete", "pool", "--as", "alice");
    expect(refused).toMatchObject({ code: 1 });

    const config = JSON.parse(kubectl.kubeconfig);
    config.users[0].user = { token: "wrong" };
    await writeFile(file, JSON.stringify(config));
    const wrong = await run("get", "app", "--kubeconfig", file);
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("must be logged in") });
  });
});
