import { eventually } from "../support/eventually.ts";
import type { Testbed } from "../support/testbed.ts";
import { type Figure, type Figures, median, spread } from "./measure.ts";
import { openBed } from "./open-bed.ts";

const hosts = Number(process.env["BENCH_HOSTS"] ?? 100);
const rounds = 10;
const restarted = Math.min(10, hosts);

// One HTTP call on PLUSH_SOCKET a round, after a pause of 1 to 2 seconds; prints when it called and when it was let go, in
// nanoseconds of the one clock that all emulated hosts share.
const worker = `
import os, random, socket, time
for round in range(${rounds}):
    time.sleep(1 + random.random())
    call = socket.socket(socket.AF_UNIX)
    call.connect(os.environ["PLUSH_SOCKET"])
    entered = time.time_ns()
    call.sendall(b"POST /v1/barriers/step/enter HTTP/1.1\\r\\nhost: plush\\r\\nconnection: close\\r\\ncontent-length: 2\\r\\n\\r\\n{}")
    answer = call.recv(4096)
    assert answer.startswith(b"HTTP/1.1 200"), answer
    print("passed", round, entered, time.time_ns(), flush=True)
time.sleep(100000)
`;

const meeting = `
apiVersion: plush.dev/v1
kind: Barrier
metadata: {name: step}
spec: {applicationName: meeting, component: workers}
---
apiVersion: plush.dev/v1
kind: Application
metadata: {name: meeting}
spec:
  components: [{name: workers, replicas: ${hosts}}]
  phases:
  - name: meet
    processes:
    - name: meet
      command: [/usr/bin/python3, worker.py]
      restartPolicy: Always
      files: [{path: worker.py, content: ${JSON.stringify(worker)}}]
`;

// The first run writes when it ends, the second one when it begins: the first restart is immediate, later ones are not.
const restarts = `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: restarts}
spec:
  components: [{name: members, replicas: ${restarted}}]
  phases:
  - name: run
    processes:
    - name: run
      command: [sh, -c, 'test -e ended && { date +%s%N >begun; echo restarted $(cat ended begun); exec sleep 72000; }; sleep 5; date +%s%N >ended']
      restartPolicy: Always
`;

/** A hundred hosts meet at a Barrier from inside their processes, round after round; ten processes end and are restarted. */
export async function* benchBarrier(): Figures {
  const bed = await openBed({ hosts });
  await bed.makePool();
  const meetings = await timeMeetings(bed);
  await bed.server.plush("delete", "application", "meeting", "--timeout=120s");
  yield* [
    figure(`Barrier of ${hosts} hosts, ${rounds} rounds: last entry → last release`, meetings, 150),
    figure("process exit → first restart", await timeRestarts(bed), 300),
  ];
}

function figure(work: string, times: readonly number[], barMs: number): Figure {
  return { work, reference: "", measured: spread(times), bar: `≤ ${barMs} ms`, met: median(times) <= barMs };
}

/** Milliseconds of each round but the first, in which some processes are still being started. */
async function timeMeetings(bed: Testbed): Promise<number[]> {
  await bed.apply(meeting);
  const lines = await gather(bed, "meeting", /passed (\d+) (\d+) (\d+)/g, hosts * rounds);
  return Array.from({ length: rounds - 1 }, (_, at) => {
    const own = lines.filter(([round]) => Number(round) === at + 1);
    return between(own.map(([, entered]) => entered).reduce(later), own.map(([, , passed]) => passed).reduce(later));
  });
}

async function timeRestarts(bed: Testbed): Promise<number[]> {
  await bed.apply(restarts);
  const lines = await gather(bed, "restarts", /restarted (\d+) (\d+)/g, restarted);
  return lines.map(([ended, begun]) => between(ended, begun));
}

/** What an application's processes have printed, once it is so many lines of this pattern. */
async function gather(bed: Testbed, application: string, pattern: RegExp, count: number): Promise<string[][]> {
  return eventually(
    async () => {
      const told = await bed.server.plush("logs", `application/${application}`);
      const found = [...told.matchAll(pattern)].map(([, ...groups]) => groups);
      if (found.length < count) throw new Error(`${found.length} of ${count} lines`);
      return found;
    },
    180_000,
    10_000,
  );
}

function later(left: string | undefined, right: string | undefined): string | undefined {
  return BigInt(left ?? 0) > BigInt(right ?? 0) ? left : right;
}

/** Milliseconds between two times in nanoseconds. */
function between(start: string | undefined, end: string | undefined): number {
  return Number(BigInt(end ?? 0) - BigInt(start ?? 0)) / 1e6;
}
