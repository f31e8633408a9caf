import { join } from "node:path";
import {
  type Application,
  type KindInfo,
  type KubeObject,
  kinds,
  type Process,
  type Resource,
} from "../../api/index.ts";
import type { Clock } from "../../clock/index.ts";
import { isReason } from "../../status/index.ts";
import type { RunningServer } from "../running-server.ts";
import { filesIn, processesOf } from "./leftovers.ts";
import { watchRecovery } from "./recovery-watch.ts";
import { Stage } from "./stage.ts";
import { until } from "./until.ts";
import { countWords, firstDifference, type WordCounts } from "./word-counts.ts";

export interface DemoPorts {
  readonly clock: Clock;
  readonly server: RunningServer;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
  /** manifests/examples/wordcount */
  readonly example: string;
  /** The server's data directory. */
  readonly dataDirectory: string;
  /** plush apply -f DIRECTORY against the server. */
  readonly apply: (directory: string) => Promise<void>;
  readonly hosts: number;
}

const pool = "demo";
const applicationKey = { namespace: "default", name: "wordcount" };
/** The member whose machine is killed. */
const victim = 1;

/** The main job: deploy, check, lose a machine, check again. Rejects where anything is not as it should be. */
export async function deployAndLoseMachine(ports: DemoPorts): Promise<void> {
  const { server, clock, example, hosts } = ports;
  const stage = new Stage(clock, ports.print);
  stage.say(`server ready: ${server.url}`);

  await server.api.create(kinds.ResourcePool, poolManifest(hosts));
  await until(ports, 60_000, `${hosts} machines Free`, async () => {
    const { items } = await server.api.list(kinds.Resource);
    return items.filter((resource) => resource.status?.state === "Free").length === hosts;
  });
  stage.say(`pool ${pool}: ${hosts} machines on this computer, each with its agent, all Free`);

  await ports.apply(example);
  stage.say("applied manifests/examples/wordcount: split, map, exchange, reduce, serve");
  await until(ports, 90_000, "application ready", isApplicationReady(server));
  const application = await server.api.get(kinds.Application, applicationKey);
  stage.say(`application ready: ${phaseLine(application)}`);

  const expected = await countWords(join(example, "wordcount/text"));
  stage.say(await checkService(ports, expected));

  const claimKey = { ...applicationKey, name: `wordcount-workers-${victim}` };
  const claim = await server.api.get(kinds.Claim, claimKey);
  const resourceName = claim.spec.resourceName ?? "";
  stage.say(`killing machine ${resourceName}, on which member ${victim} runs`);
  const recovery = watchRecovery(
    server.api,
    clock,
    { claim: claimKey, resourceName, epoch: claim.spec.epoch },
    { timeoutMs: 60_000, onStep: ({ afterMs, what }) => stage.detail(`+${String(afterMs).padStart(5)} ms  ${what}`) },
  );
  await Promise.all([server.local.powerOff(pool, resourceName), recovery]);
  await until(ports, 30_000, "application ready again", isApplicationReady(server));
  stage.say(await checkService(ports, expected));
}

/** Deletes all that the demo made; rejects, naming it, where anything is left. */
export async function cleanUp(ports: DemoPorts): Promise<void> {
  const { server, dataDirectory } = ports;
  const stage = new Stage(ports.clock, ports.print);
  const { items } = await server.api.list(kinds.Resource);
  // The killed machine is let up again, so that it can be cleaned as a machine that returns is.
  for (const resource of items)
    if (resource.status?.verdict !== undefined) await server.local.powerOn(pool, resource.metadata.name ?? "");
  await remove(ports, kinds.Application, applicationKey);
  stage.say("application deleted");
  await remove(ports, kinds.ResourcePool, { namespace: "", name: pool });
  stage.say("pool deleted: agents and their directories are gone");
  const left = [...(await processesOf(dataDirectory)), ...(await filesIn(join(dataDirectory, "local")))];
  if (left.length > 0) throw new Error(`left behind:\n${left.join("\n")}`);
  stage.say("checked: no process and no file is left");
}

function poolManifest(count: number) {
  return {
    apiVersion: "plush.dev/v1",
    kind: "ResourcePool",
    metadata: { name: pool },
    spec: { provider: { local: { count } } },
  };
}

function isApplicationReady(server: RunningServer): () => Promise<boolean> {
  return async () => {
    const { status } = await server.api.get(kinds.Application, applicationKey);
    return status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false;
  };
}

function phaseLine(application: Application): string {
  return (application.status?.phases ?? []).map(({ name, state }) => `${name} ${state}`).join(", ");
}

/** Asks every member for the counts and compares them with those of one process. */
async function checkService(ports: DemoPorts, expected: WordCounts): Promise<string> {
  const { api } = ports.server;
  const { items } = await api.list(kinds.Process, { namespace: "default", labelSelector: "plush.dev/phase=serve" });
  const addresses = new Map(
    (await api.list(kinds.Resource)).items.map((resource) => [resource.metadata.name, addressOf(resource)]),
  );
  for (const process of items) {
    const url = `http://${addresses.get(process.status?.resourceName)}:${process.status?.ports?.["web"]}/counts`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
    const difference = firstDifference(expected, (await answer.json()) as WordCounts);
    if (difference !== undefined) throw new Error(`${describeMember(process)} serves a wrong count: ${difference}`);
  }
  const words = Object.values(expected).reduce((sum, times) => sum + times, 0);
  return `all ${items.length} members serve the same counts as one process: ${words} words, ${Object.keys(expected).length} different`;
}

function addressOf(resource: Resource): string {
  return resource.spec.dataAddress ?? resource.spec.address;
}

function describeMember(process: Process): string {
  return `${process.metadata.name} on ${process.status?.resourceName}`;
}

async function remove<T extends KubeObject>(
  ports: DemoPorts,
  kind: KindInfo<T>,
  key: { readonly namespace: string; readonly name: string },
): Promise<void> {
  const { api } = ports.server;
  await api.delete(kind, key);
  await until(ports, 60_000, `${key.name} is gone`, () =>
    api.get(kind, key).then(
      () => false,
      (error: unknown) => {
        if (isReason(error, "NotFound")) return true;
        throw error;
      },
    ),
  );
}
