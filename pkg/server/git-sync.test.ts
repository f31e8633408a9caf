import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GitSite } from "../../test/support/git-site.ts";
import { mapText, SyncServer } from "../../test/support/sync-server.ts";
import { kinds } from "../api/index.ts";

const server = new SyncServer();
const sites: GitSite[] = [];

function aSite(): GitSite {
  const site = new GitSite();
  sites.push(site);
  return site;
}

beforeAll(() => server.start());
afterAll(async () => {
  await server.dispose();
  for (const site of sites) site.dispose();
});

describe("a commit", () => {
  test("B-GIT-1: what it has is applied with the account's rights, what it changes is changed, what it has no longer is pruned", async () => {
    const site = aSite();
    const first = site.push({
      "lab/a.yaml": mapText("a", { text: "one" }),
      "lab/more/b.yaml": mapText("b", { text: "one" }),
      "lab/.hidden/x.yaml": "nonsense",
      "other/c.yaml": mapText("c", { text: "one" }),
    });
    await server.room("one");
    await server.create(kinds.ConfigMap, "theirs", { data: { text: "one" } }, "one");
    await server.sync("one", "site", { url: site.url, ref: { branch: "main" }, path: "lab" });
    await server.ready("one", "site");
    expect(await server.maps("one")).toEqual({ a: { text: "one" }, b: { text: "one" }, theirs: { text: "one" } });
    const second = site.push({ "lab/a.yaml": mapText("a", { text: "two" }), "lab/more/b.yaml": undefined });
    const { status } = await server.now("one", "site");
    expect(status).toMatchObject({
      revision: second,
      applied: { revision: second, objects: 1 },
      inventory: [{ apiVersion: "v1", kind: "ConfigMap", namespace: "one", name: "a" }],
    });
    expect(await server.maps("one")).toEqual({ a: { text: "two" }, theirs: { text: "one" } });
    await expect
      .poll(() => server.events("one", "site"))
      .toEqual(
        expect.arrayContaining([
          "Created: configmap/a",
          "Created: configmap/b",
          `Applied: ${first}: 2 created, 0 changed, 0 pruned`,
          "Configured: configmap/a",
          "Pruned: configmap/b",
          `Applied: ${second}: 0 created, 1 changed, 1 pruned`,
        ]),
      );
  });
});
