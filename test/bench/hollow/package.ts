import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Figure } from "../measure.ts";
import { agents, packageBytes } from "./settings.ts";
import type { HollowWorld } from "./world.ts";

const application = "packaged";

const manifest = `
apiVersion: plush.dev/v1
kind: Software
metadata: {name: ${application}}
spec: {source: {file: data}}
---
apiVersion: plush.dev/v1
kind: Application
metadata: {name: ${application}}
spec:
  components: [{name: members, replicas: ${agents}, software: [${application}]}]
  phases: [{name: serve, processes: [{name: serve, command: [hollow], restartPolicy: Always}]}]
`;

/**
 * A member with a package on each machine. Packages are fetched from the server and from other machines, verified and
 * given on by the code of real agents; unpacking them is pretended.
 */
export async function packageStep(world: HollowWorld): Promise<readonly Figure[]> {
  const directory = join(world.directory, application);
  mkdirSync(directory);
  writeFileSync(join(directory, "data"), randomBytes(packageBytes));
  writeFileSync(join(directory, "service.yaml"), manifest);
  const [sentBefore, gotBefore] = await bytes(world);
  const start = await world.mark();
  await world.plush("apply", "-f", join(directory, "service.yaml"));
  await world.until(() => world.ready(application).length === agents, `${agents} members with a package ready`);
  const step = { series: "package to all", bar: "", seconds: Number.POSITIVE_INFINITY, each: agents };
  const size = `${packageBytes / 1024} KiB`;
  const figure = await world.timed(`a package of ${size} to ${agents} agents: applied → all Ready`, start, step);
  const [sent, got] = await bytes(world);
  await world.remove(application);
  const copies = (now: number, before: number): string => ((now - before) / packageBytes).toFixed(0);
  const ways = `${copies(sent, sentBefore)} copies left the server, ${copies(got, gotBefore)} went from agent to agent`;
  return [{ ...figure, measured: `${figure.measured}; ${ways}` }];
}

/** Of packages: sent by the server, and got from other machines. */
async function bytes(world: HollowWorld): Promise<readonly [number, number]> {
  const [sent = 0, got = 0] = await world.sum("plush_package_upload_bytes_total", "plush_package_peer_bytes_total");
  return [sent, got];
}
