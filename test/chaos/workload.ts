import type { EmulatedHost } from "../../pkg/emulation/index.ts";
import type { Hold, Mark, Start } from "./invariants.ts";

/** Outside everything that Plush removes; on the host's disk, so that it outlives crashes. */
const records = "/chaos";

export interface WorkloadOptions {
  /** Members of each application. */
  readonly plain: number;
  readonly fenced: number;
  readonly meeting: number;
}

const who = "$PLUSH_APPLICATION $PLUSH_ORDINAL $PLUSH_EPOCH $(cat /proc/sys/kernel/random/boot_id)";
// Hosts of one machine share its kernel: what one reads here can be compared with what another read.
const now = "$(cut -d' ' -f1 /proc/uptime)";

const started = `mkdir -p ${records}; echo "${who}" >>${records}/starts`;
const mark = (step: string): string => `echo "${step} $PLUSH_ORDINAL ${now}" >>${records}/marks`;

/** Services that run for ever, fenced ones, and members that meet at a barrier; each writes down what it does. */
export function manifests({ plain, fenced, meeting }: WorkloadOptions): string {
  const always = (name: string, replicas: number, component: string, script: string): string => `
apiVersion: plush.dev/v1
kind: Application
metadata: {name: ${name}}
spec:
  components: [{name: members, replicas: ${replicas}${component}}]
  recovery: {maxReplacements: 1000, maxConcurrent: 100%}
  phases:
  - {name: serve, processes: [{name: serve, restartPolicy: Always, command: [sh, -c, '${quoted(script)}']}]}
`;
  const holding = `mkdir -p ${records}; while :; do echo "$PLUSH_ORDINAL $PLUSH_EPOCH ${now}" >>${records}/holds; sleep 0.1; done`;
  return `${always("plain", plain, "", `${started}; exec sleep 76000`)}---${always(
    "fenced",
    fenced,
    ", fencing: {leaseDuration: 5s}",
    holding,
  )}---
apiVersion: plush.dev/v1
kind: Application
metadata: {name: meeting}
spec:
  components: [{name: members, replicas: ${meeting}}]
  recovery: {maxReplacements: 1000, maxConcurrent: 100%}
  phases:
  - name: arrive
    processes:
    - {name: arrive, restartPolicy: OnFailure, command: [sh, -c, '${quoted(`${started}; sleep 1; ${mark("arrived")}`)}']}
  - name: leave
    after: [arrive]
    processes:
    - {name: leave, restartPolicy: Always, command: [sh, -c, '${quoted(`${mark("left")}; exec sleep 76001`)}']}
`;
}

/** In single quotes of YAML. */
function quoted(text: string): string {
  return text.replaceAll("'", "''");
}

async function lines(host: EmulatedHost, file: string): Promise<string[][]> {
  const text = await host.exec(["sh", "-c", `cat ${records}/${file} 2>/dev/null || true`]);
  // A host that loses its power may leave half a line, or zeros.
  return text
    .split("\n")
    .map((line) => line.split(" "))
    .filter((words) => words.length > 1);
}

export interface Records {
  readonly starts: readonly Start[];
  readonly holds: readonly Hold[];
  readonly marks: readonly Mark[];
}

/** What all processes have written on the hosts, which must be on. */
export async function readRecords(hosts: readonly EmulatedHost[]): Promise<Records> {
  const starts: Start[] = [];
  const holds: Hold[] = [];
  const marks: Mark[] = [];
  for (const host of hosts) {
    for (const [application = "", ordinal = "", epoch = "", boot = ""] of await lines(host, "starts")) {
      starts.push({ application, ordinal: Number(ordinal), epoch: Number(epoch), host: host.name, boot });
    }
    for (const [ordinal, epoch, at] of await lines(host, "holds")) {
      holds.push({ ordinal: Number(ordinal), epoch: Number(epoch), host: host.name, at: Number(at) });
    }
    for (const [step, ordinal, at] of await lines(host, "marks")) {
      if (step === "arrived" || step === "left") marks.push({ step, ordinal: Number(ordinal), at: Number(at) });
    }
  }
  return { starts, holds, marks };
}

/** How often each member of an application runs now, over all hosts. */
export async function runningMarkers(hosts: readonly EmulatedHost[], marker: string): Promise<number> {
  const listings = await Promise.all(hosts.map((host) => host.list()));
  return listings.flatMap(({ processes }) => processes.filter((line) => line === marker)).length;
}
