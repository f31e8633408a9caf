import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeRepository, startGitServer } from "../../test/support/git-server.ts";
import { isInstalled } from "../../test/support/programs.ts";
import { openTestApi } from "../../test/support/test-api.ts";
import { findCondition, type KubeObject, kinds, type Software } from "../api/index.ts";
import { BlobStore } from "../blobs/index.ts";
import { systemClock } from "../clock/index.ts";
import { ControllerManager } from "../controller/index.ts";
import { makeSoftwareController } from "../controllers/software/index.ts";
import { Egress } from "../egress/index.ts";
import { silentLogger } from "../log/index.ts";
import { Metrics } from "../metrics/index.ts";
import { makePackageSource } from "./package-source.ts";

const namespace = "default";

async function listen(server: Server): Promise<string> {
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const aPackage = { apiVersion: "plush.dev/v1", kind: "Software", metadata: { name: "p", namespace } };

function aSecret(data: object): KubeObject {
  return { apiVersion: "v1", kind: "Secret", metadata: { name: "login", namespace }, stringData: data } as KubeObject;
}

/** The controller of packages on a real API, fetching for itself. */
async function started(directory: string) {
  const { user, controller } = await openTestApi();
  const egress = new Egress({ allowLoopback: true, ownPorts: () => [] });
  const manager = new ControllerManager({
    api: controller,
    clock: systemClock,
    log: silentLogger,
    metrics: new Metrics(),
    random: Math.random,
  });
  onTestFinished(() => manager.stop());
  const blobs = new BlobStore(join(directory, "blobs"));
  const packages = makePackageSource({ blobs, egress, scratch: join(directory, "scratch"), allowFile: true });
  manager.add(makeSoftwareController({ ...manager.ports(), packages }));
  await manager.start();
  const read = (): Promise<Software> => user.get<Software>(kinds.Software, { namespace, name: "p" });
  const state = async (): Promise<string> => {
    const condition = findCondition((await read()).status?.conditions, "Ready");
    return `${condition?.reason}: ${condition?.message}`;
  };
  return { user, read, state };
}

test("B-SOF-14: a url is asked with the credentials of a Secret, once it is there; another host is not told them", async () => {
  const seen: (string | undefined)[] = [];
  const elsewhere = await listen(
    createServer(({ headers }, response) => {
      seen.push(headers.authorization);
      response.end("a package");
    }),
  );
  const wanted = `Basic ${Buffer.from("ann:hush").toString("base64")}`;
  const guarded = await listen(
    createServer(({ headers }, response) => {
      if (headers.authorization === wanted) response.writeHead(302, { location: `${elsewhere}/p.bin` }).end();
      else response.writeHead(401).end();
    }),
  );
  const directory = await mkdtemp(join(tmpdir(), "plush-packages-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const { user, state } = await started(directory);
  const software = {
    ...aPackage,
    spec: { source: { url: `${guarded}/p.bin`, secretRef: { name: "login" } }, format: "file" },
  };
  await user.create(kinds.Software, software as unknown as Software);
  await expect.poll(state).toBe("ReferenceNotFound: Secret login is not there");
  await user.create(kinds.Secret, aSecret({ username: "ann" }) as never);
  await expect.poll(state).toContain("Secret login has neither the key token nor the keys username and password");
  await user.update(kinds.Secret, aSecret({ username: "ann", password: "wrong" }) as never);
  await expect.poll(state).toMatch(/^FetchFailed: .* answered 401/);
  await user.update(kinds.Secret, aSecret({ username: "ann", password: "hush" }) as never);
  await expect.poll(state).toMatch(/^Fetched: 9 bytes/);
  expect(seen).toEqual([undefined]);
});

test.skipIf(!isInstalled("git"))(
  "B-SOF-17: a Software of a repository: the commit is recorded and held to, its Secret used, and what fails is said",
  async () => {
    const directory = await mkdtemp(join(tmpdir(), "plush-packages-"));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const repository = makeRepository(join(directory, "served", "sword"));
    const basic = `Basic ${Buffer.from("ann:hush").toString("base64")}`;
    const git = await startGitServer(join(directory, "served"), basic);
    onTestFinished(() => git.stop());
    const { user, read, state } = await started(directory);
    const url = `${git.url}/sword`;
    const spec = (ref: string) => ({ source: { git: { url, ref }, secretRef: { name: "login" } } });
    await user.create(kinds.Software, { ...aPackage, spec: spec("main") } as unknown as Software);
    await expect.poll(state).toBe("ReferenceNotFound: Secret login is not there");
    await user.create(kinds.Secret, aSecret({ username: "ann", password: "wrong" }) as never);
    await expect.poll(state, { timeout: 10_000 }).toMatch(/^FetchFailed: fatal: Authentication failed/);
    await user.update(kinds.Secret, aSecret({ username: "ann", password: "hush" }) as never);
    await expect.poll(state, { timeout: 10_000 }).toContain(` at ${repository.second}`);
    const first = (await read()).status;
    expect(first).toMatchObject({ commit: repository.second, format: "tar", source: `${url}#main` });

    // The branch moves on, and nobody follows it.
    execFileSync("git", ["update-ref", "refs/heads/main", repository.first], { cwd: repository.path });
    const change = (body: object) =>
      user.patch(kinds.Software, { namespace, name: "p" }, { type: "merge", body: { spec: body } });
    await change({ timeout: "11m" });
    await expect.poll(async () => (await read()).status?.observedGeneration).toBe(2);
    expect((await read()).status).toMatchObject({ commit: repository.second, digest: first?.digest });
    await change({ source: { git: { ref: "v1" } } });
    await expect.poll(state, { timeout: 10_000 }).toContain(` at ${repository.first}`);
    expect((await read()).status?.digest).not.toBe(first?.digest);
    await change({ source: { git: { ref: "gone" } } });
    await expect.poll(state, { timeout: 10_000 }).toBe(`RefNotFound: there is no branch and no tag gone in ${url}`);
  },
);
