import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
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
  const { user, controller } = await openTestApi();
  const directory = await mkdtemp(join(tmpdir(), "plush-packages-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const egress = new Egress({ allowLoopback: true, ownPorts: () => [] });
  const manager = new ControllerManager({
    api: controller,
    clock: systemClock,
    log: silentLogger,
    metrics: new Metrics(),
    random: Math.random,
  });
  onTestFinished(() => manager.stop());
  const packages = makePackageSource({
    blobs: new BlobStore(directory),
    egress,
    scratch: join(directory, "git"),
    allowFile: true,
  });
  manager.add(makeSoftwareController({ ...manager.ports(), packages }));
  await manager.start();
  const secret = (data: object): KubeObject =>
    ({ apiVersion: "v1", kind: "Secret", metadata: { name: "login", namespace }, stringData: data }) as KubeObject;
  const software = {
    apiVersion: "plush.dev/v1",
    kind: "Software",
    metadata: { name: "p", namespace },
    spec: { source: { url: `${guarded}/p.bin`, secretRef: { name: "login" } }, format: "file" },
  };
  await user.create(kinds.Software, software as unknown as Software);
  const ready = async (): Promise<string> => {
    const { status } = await user.get<Software>(kinds.Software, { namespace, name: "p" });
    const condition = findCondition(status?.conditions, "Ready");
    return `${condition?.reason}: ${condition?.message}`;
  };
  await expect.poll(ready).toBe("ReferenceNotFound: Secret login is not there");
  await user.create(kinds.Secret, secret({ username: "ann" }) as never);
  await expect.poll(ready).toContain("Secret login has neither the key token nor the keys username and password");
  await user.update(kinds.Secret, secret({ username: "ann", password: "wrong" }) as never);
  await expect.poll(ready).toMatch(/^FetchFailed: .* answered 401/);
  await user.update(kinds.Secret, secret({ username: "ann", password: "hush" }) as never);
  await expect.poll(ready, { timeout: 5000 }).toMatch(/^Fetched: 9 bytes/);
  expect(seen).toEqual([undefined]);
});
