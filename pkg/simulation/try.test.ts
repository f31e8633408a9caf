import { test } from "vitest";
import { kinds, type KubeObject } from "../api/index.ts";
import { drawApplications } from "./applications.ts";
import { Random } from "./random.ts";
import { VirtualTime } from "./virtual-time.ts";
import { User, World } from "./world.ts";

test("try", async () => {
  for (let seed = 1; seed < 30; seed++) {
    const started = performance.now();
    const time = new VirtualTime();
    const random = new Random(seed);
    const log: string[] = [];
    const note = (what: string) => (machine: string, record: any, cause?: string) =>
      log.push(`${time.now.toFixed(0)} ${what} ${record.order.name} on ${machine} ${cause ?? ""}`);
    let commits = 0;
    const byKind = new Map<string, number>();
    const world = new World({
      time, random, wiring: {},
      machines: [1, 2, 3, 4, 5, 6].map((n) => ({ name: `m${n}`, cores: 2 })),
      witness: { started: note("started"), ready: note("ready"), ended: note("ended") },
      onOpen: (store) => { store.watch("/", store.revision, { onChanges: (changes) => { commits++; for (const { key } of changes) { const k = key.split("/")[3] ?? ""; byKind.set(k, (byKind.get(k) ?? 0) + 1); } }, onEnd() {} }); },
    });
    const user = new User(world, time);
    world.startServer();
    const applications = drawApplications(random.child("applications"));
    user.setUp(world.machines.map(({ name }) => name), applications);
    await time.runUntil(60_000, () => {});
    const t1 = performance.now() - started;
    if (seed < 3) {
      console.log(log.join("\n"));
      for (const kind of [kinds.Application, kinds.Resource, kinds.Claim, kinds.Phase] as any[])
        for (const o of (await world.server!.user.list(kind)).items as any[])
          console.log(o.kind, o.metadata.name, o.status?.state, o.spec.resourceName ?? "", JSON.stringify(o.status?.conditions?.map((c: any) => `${c.type}=${c.status}:${c.reason}`)), o.status?.progress??"");
      console.log(byKind);
    }
    await time.runUntil(300_000, () => {});
    console.log(seed, "60s", t1.toFixed(0), "ms total", (performance.now() - started).toFixed(0), "fired", time.fired, "commits", commits);
  }
}, 600_000);
