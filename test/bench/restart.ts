import { type Client, connect } from "../../pkg/sdk/node.ts";
import { eventually } from "../support/eventually.ts";
import type { SeenObject } from "../support/objects.ts";
import type { Testbed } from "../support/testbed.ts";
import { afterwards } from "./afterwards.ts";
import { type Figure, type Figures, median, spread } from "./measure.ts";
import { openBed } from "./open-bed.ts";
import { pidsOf } from "./pids-of.ts";

const hosts = Number(process.env["BENCH_HOSTS"] ?? 100);
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 3);
const fanOut = Math.min(10, hosts - 1);
const giveUpMs = 180_000;
const command = ["sleep", "79000"] as const;

const manifest = `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: service}
spec:
  components: [{name: members, replicas: ${hosts}}]
  phases:
  - {name: serve, processes: [{name: serve, command: ${JSON.stringify(command)}, restartPolicy: Always}]}
`;

interface SeenMachine {
  readonly status?: { readonly tree?: { readonly parent?: string } };
}

interface Shape {
  readonly name: string;
  /** Machines that are reached through others. */
  readonly below: number;
  readonly barMs: number;
}

/** The server is killed and started again, with all hosts at work: until it has them all, as a star and as a tree. */
export async function* benchRestart(): Figures {
  const bed = await openBed({ hosts });
  const client = await connect({ kubeconfig: bed.server.kubeconfig });
  afterwards(() => client.close());
  await bed.makePool();
  await bed.apply(manifest);
  await bed.server.plush("wait", "application/service", "--for=condition=Ready", "--timeout=300s");
  yield await restarts(bed, client, { name: "star", below: 0, barMs: 12_000 });
  const tree = JSON.stringify({ spec: { tree: { fanOut } } });
  await bed.server.plush("patch", "pool", "lab", "--type", "merge", "-p", tree);
  const shape = { name: `tree of fan-out ${fanOut}`, below: hosts - fanOut, barMs: 5000 };
  await stands(bed, shape);
  yield await restarts(bed, client, shape);
}

async function restarts(bed: Testbed, client: Client, shape: Shape): Promise<Figure> {
  const before = new Set(pidsOf(...command));
  const serving: number[] = [];
  const attached: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await bed.server.kill();
    const start = performance.now();
    await bed.server.start();
    serving.push(performance.now() - start);
    await eventually(() => areConnected(client), giveUpMs, 100);
    attached.push(performance.now() - start);
    await stands(bed, shape);
  }
  const after = pidsOf(...command);
  const kept = after.filter((pid) => before.has(pid)).length;
  return {
    work: `server killed and restarted, ${hosts} hosts, ${shape.name}: started again → all attached`,
    reference: "",
    measured: `${spread(attached)} (it serves after ${spread(serving)}); ${kept} of ${hosts} processes are those of before`,
    bar: `≤ ${shape.barMs / 1000} s, nothing restarted`,
    met: median(attached) <= shape.barMs && kept === hosts && after.length === hosts,
  };
}

/** What Resources say is what was known before the restart; the server's links are counted in its metrics. */
async function areConnected(client: Client): Promise<void> {
  const text = await client.request("/metrics").then((answer) => answer.text());
  const count = /^plush_machines\{state="connected"\} (\d+)$/m.exec(text)?.[1];
  if (Number(count) !== hosts) throw new Error(`${count} of ${hosts} machines are connected`);
}

/** All is as it was before a restart: members are Ready, and machines have their places in the tree. */
async function stands(bed: Testbed, { below }: Shape): Promise<void> {
  await eventually(
    async () => {
      const claims = await bed.server.list<SeenObject>("claims");
      const ready = claims.filter(({ status }) => status?.state === "Ready").length;
      const machines = await bed.server.list<SeenMachine>("resources");
      const reached = machines.filter(({ status }) => status?.tree?.parent !== undefined).length;
      if (ready !== hosts || reached < below)
        throw new Error(`${ready} of ${hosts} members are ready, ${reached} of ${below} machines below others`);
    },
    giveUpMs,
    1000,
  );
}
