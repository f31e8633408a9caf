import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Claim, findCondition, type Resource } from "../../pkg/api/index.ts";
import { eventually } from "../support/eventually.ts";
import { useLocalPool } from "../support/local-pool.ts";

const example = resolve(import.meta.dirname, "../../manifests/examples/spares");

describe("a member that suffers where it is", () => {
  const { home, server } = useLocalPool("health", 4);

  const pool = (monitors: string): Promise<string> =>
    server.apply(
      `{apiVersion: plush.dev/v1, kind: ResourcePool, metadata: {name: local}, spec: {provider: {local: {count: 4}}, monitors: ${monitors}}}`,
    );

  /** "NAME on MACHINE STATE". */
  async function places(): Promise<string[]> {
    const claims = await server.list<Claim>("claims");
    return claims
      .map(({ metadata, spec, status }) => `${metadata.name} on ${spec.resourceName} ${status?.state}`)
      .sort();
  }

  it("B-SPA-3: goes on at a spare's: its monitor fails, and what the spare has installed is what it finds", async () => {
    await server.plush("apply", "-f", example, "--wait", "--timeout=60s");
    const settled = (member: string, spare: string) =>
      eventually(
        async () =>
          expect(await places()).toEqual([
            `healthy-web-0 on ${member} Ready`,
            "healthy-web-1 on local-2 Ready",
            `healthy-web-spare-0 on ${spare} Configured`,
          ]),
        30_000,
      );
    await settled("local-1", "local-3");
    const { metadata } = await server.get<Claim>("claim", "healthy-web-spare-0");
    await server.plush("exec", "healthy-serve-server-web-0", "--", "rm", "site/index.html");
    await eventually(async () => {
      const claim = await server.get<Claim>("claim", "healthy-web-0");
      expect(claim.spec.resourceName).toBe("local-3");
      expect(claim.status?.replacements?.at(-1)).toMatchObject({ from: "local-1", reason: "Pressure" });
    }, 30_000);
    // The machine that the monitor failed on will do for the next spare: to that it is new.
    const hasSettled = (place: string): boolean => /Ready|Configured/.test(place);
    await eventually(async () => expect((await places()).filter(hasSettled)).toHaveLength(3), 20_000);
    // One line for each installation: only the spare's.
    const installed = await server.plush("exec", "healthy-serve-server-web-0", "--", "cat", "site/installed");
    expect(installed.trim().split("\n")).toHaveLength(1);
    expect((await server.get<Claim>("claim", "healthy-web-spare-0")).metadata.uid).not.toBe(metadata.uid);
    const local3 = await server.get<Resource>("resource", "local-3");
    expect(local3.status?.allocations).toMatchObject([{ claimName: "healthy-web-0", spareUid: metadata.uid }]);
    await server.plush("delete", "-f", example, "--timeout=30s");
  });

  it("B-PRE-2: finds its package in the cache of the machine that it moves to", async () => {
    const site = join(home, "site");
    mkdirSync(site);
    writeFileSync(join(site, "index.html"), "hello");
    writeFileSync(
      join(home, "packed.yaml"),
      `{apiVersion: plush.dev/v1, kind: Software, metadata: {name: packed}, spec: {source: {file: site}}}
---
{apiVersion: plush.dev/v1, kind: Component, metadata: {name: kept}, spec: {name: kept, replicas: 2, software: [packed]}}`,
    );
    await server.plush("apply", "-f", join(home, "packed.yaml"), "--wait", "--timeout=60s");
    const local3 = async () => (await server.get<Resource>("resource", "local-3")).status;
    await eventually(async () => expect((await local3())?.prefetched).toHaveLength(1), 20_000);
    const [digest = ""] = (await local3())?.prefetched ?? [];
    const { directory = "" } = (await local3()) ?? {};
    const kept = join(directory, "blobs", digest.replace("sha256:", ""));
    const { ino } = statSync(kept);
    expect(await server.plush("describe", "resource", "local-3")).toContain(digest);
    await server.plush("drain", "local-1", "--timeout=60s");
    await eventually(
      async () => expect(await places()).toEqual(["kept-0 on local-3 Ready", "kept-1 on local-2 Ready"]),
      30_000,
    );
    expect(statSync(kept).ino).toBe(ino);
    // The next machine that would do has it now; the one that is used is no reserve any more.
    await eventually(async () => {
      const resources = await server.list<Resource>("resources");
      const having = resources.filter(({ status }) => (status?.prefetched ?? []).length > 0);
      expect(having.map(({ metadata }) => metadata.name)).toEqual(["local-4"]);
    }, 45_000);
    await server.plush("uncordon", "local-1");
    await server.plush("delete", "component", "kept", "--timeout=30s");
  });

  it("B-HEA-5: limits of the pool keep new work off machines that are short of disk, and let it go on after", async () => {
    await pool("{disk: {minFree: 100%}}");
    const state = async () => (await server.list<Resource>("resources")).map(({ status }) => status?.state);
    await eventually(async () => expect(new Set(await state())).toEqual(new Set(["Degraded"])), 20_000);
    await server.apply("{apiVersion: plush.dev/v1, kind: Component, metadata: {name: web}, spec: {name: web}}");
    await eventually(async () => {
      const { status } = await server.get<Claim>("claim", "web-0");
      expect(findCondition(status?.conditions, "Bound")).toMatchObject({
        reason: "Unschedulable",
        message: "0/4 machines: 4 under DiskPressure",
      });
    }, 20_000);
    await pool("{}");
    await eventually(async () => expect(await places()).toEqual(["web-0 on local-1 Ready"]), 20_000);
  });
});
