import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { conditionOf, type SeenObject } from "../support/objects.ts";
import { runProgram } from "../support/plush-server.ts";
import { emulationIsPossible } from "../support/programs.ts";
import { startLoad } from "../support/steady-load.ts";
import { startTestbed, type Testbed } from "../support/testbed.ts";

const perSecond = 200;

// The example as it stands; only a version that gets nowhere is given up sooner.
const example = readFileSync(resolve(import.meta.dirname, "../../manifests/examples/haproxy/application.yaml"), "utf8");
const shop = example.replace("\nspec:", "\nspec:\n  updateStrategy: {progressDeadline: 6s}");
const second = shop.replace('value: "1"', 'value: "2"');
// It starts, and never listens.
const broken = second.replace("[python3, -m, http.server,", "[sleep, '72000', http.server,");

interface Versioned extends SeenObject {
  readonly metadata: SeenObject["metadata"] & { readonly generation: number };
}

describe.skipIf(!emulationIsPossible())("servers behind HAProxy are updated under load (emulated hosts)", () => {
  let bed: Testbed;
  let url: string;
  beforeAll(async () => {
    bed = await startTestbed({ hosts: 4 });
    await bed.makePool();
    await apply(shop);
    await bed.server.plush("wait", "app/shop", "--for=condition=Ready", "--timeout=60s");
    const { status } = await bed.server.get<SeenObject>("process", "shop-balance-haproxy-balancer-0");
    const machine = await bed.server.get<{ spec: { address: string } }>("resource", status?.resourceName ?? "");
    url = `http://${machine.spec.address}:${status?.ports?.["web"]}/`;
    await eventually(async () => expect((await fetch(url)).status).toBe(200), 20_000);
  });
  afterAll(() => bed?.close());

  /** By kubectl, as GitOps tools do. */
  async function apply(yaml: string): Promise<string> {
    const env = { ...bed.server.environment(), KUBECONFIG: bed.server.kubeconfig };
    const { code, stdout, stderr } = await runProgram("kubectl", ["apply", "-f", "-"], { env, input: yaml });
    if (code !== 0) throw new Error(`kubectl apply: exit ${code}\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** What the balancer answers while something goes on. */
  async function answersDuring(story: () => Promise<unknown>): Promise<readonly string[]> {
    const load = startLoad(url, perSecond);
    const over = await story().then(
      () => load.stop(),
      async (error) => {
        await load.stop();
        throw error;
      },
    );
    const { answers, perSecond: rate } = over;
    console.log(`${Math.round(rate)} requests a second: ${JSON.stringify(Object.fromEntries(answers))}`);
    expect(rate).toBeGreaterThan(perSecond * 0.9);
    return [...answers.keys()].sort();
  }

  it(`B-FIL-18: no request of ${perSecond} a second fails over the whole rollout`, async () => {
    const answers = await answersDuring(async () => {
      await apply(second);
      await bed.server.plush("rollout", "status", "app/shop", "--timeout=90s");
    });
    expect(answers).toEqual(["200 version 1", "200 version 2"]);
  });

  it("B-UPD-2: a version that never gets ready is taken back, and the spec stays as it was applied", async () => {
    let applied: Versioned | undefined;
    const answers = await answersDuring(async () => {
      expect(await apply(broken)).toMatch(/configured/);
      applied = await bed.server.get<Versioned>("application", "shop");
      await eventually(async () => {
        const now = await bed.server.get<Versioned>("application", "shop");
        expect(conditionOf(now, "Stalled")).toMatch(/^True UpdateReverted/);
        expect(conditionOf(now, "Available")).toMatch(/^True/);
      }, 90_000);
    });
    expect(answers).toEqual(["200 version 2"]);
    const now = await bed.server.get<Versioned>("application", "shop");
    expect(now.spec).toEqual(applied?.spec);
    expect(now.metadata.generation).toBe(applied?.metadata.generation);
    expect(await apply(broken)).toMatch(/unchanged/);
    expect(await apply(second)).toMatch(/configured/);
  });
});
