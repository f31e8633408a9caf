import { kinds, matchesLabels, type Process, parseLabelSelector } from "../../api/index.ts";
import type { ExtraRequest, ExtraRoute } from "../../apiserver/index.ts";
import type { BlobStore } from "../../blobs/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { Fabric, LogOptions, OpenLog } from "../../fabric/index.ts";
import type { Cache } from "../../informer/index.ts";
import { type LogsRequest, logsRoute } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { hasKeptLog, readKept } from "../kept-results.ts";
import { type MachineStreamPorts, machineOfProcess } from "../machine-streams.ts";
import { whyAway } from "../run/why-away.ts";
import { ManyLogs } from "./many-logs.ts";
import { readLogsRequest } from "./request.ts";

export interface LogsRoutePorts extends Pick<MachineStreamPorts, "claims"> {
  readonly clock: Clock;
  readonly fabric: Pick<Fabric, "observe" | "logs">;
  readonly blobs: Pick<BlobStore, "open">;
  readonly processes: Cache<Process>;
}

/** POST …/logs: the logs of many processes in one answer. It takes the right to read the log of each. */
export function makeLogsRoute(ports: LogsRoutePorts): ExtraRoute {
  return {
    method: "POST",
    path: logsRoute,
    async handle({ body, authorize }) {
      const { sinceSeconds, ...asked } = readLogsRequest(body);
      const since = sinceSeconds === undefined ? undefined : ports.clock.now() - sinceSeconds * 1000;
      const request = { ...asked, ...(since !== undefined && { sinceTime: new Date(since).toISOString() }) };
      checkAccess(request, authorize);
      const { namespace } = request;
      const choose = chooser(request, ports.processes);
      const logs = new ManyLogs(request, {
        choose,
        clock: ports.clock,
        find: (name) => ports.processes.get({ namespace, name }),
        open: (process, options) => openLog(process, options, ports),
        whyQuiet: (process) => whyQuiet(process, ports),
      });
      return { contentType: "application/x-ndjson", body: logs.output };
    },
  };
}

function checkAccess(request: LogsRequest, authorize: ExtraRequest["authorize"]): void {
  const { group, plural } = kinds.Process;
  const log = { verb: "get", group, resource: plural, subresource: "log", namespace: request.namespace };
  if ((request.selectors ?? []).length > 0) authorize(log);
  for (const name of request.processes ?? []) authorize({ ...log, name });
}

/** Throws NotFound where one that is named is not there. */
function chooser({ namespace, processes = [], selectors = [] }: LogsRequest, cache: Cache<Process>) {
  const parsed = selectors.map((each) => parseLabelSelector(each)).filter((selector) => selector !== undefined);
  for (const name of processes)
    if (cache.get({ namespace, name }) === undefined)
      throw new StatusError("NotFound", `processes.plush.dev "${name}" not found`);
  return (): readonly string[] => {
    const chosen = cache
      .list(namespace)
      .filter(({ metadata }) => parsed.some((selector) => matchesLabels(selector, metadata.labels ?? {})))
      .map(({ metadata }) => metadata.name ?? "");
    return [...new Set([...processes, ...chosen])];
  };
}

async function openLog(process: Process, options: LogOptions, ports: LogsRoutePorts): Promise<OpenLog> {
  const why = whyUnread(process, ports);
  if (why === undefined)
    return ports.fabric.logs(machineOfProcess(process, ports), process.metadata.uid ?? "", options);
  if (!hasKeptLog(process) || options.from !== undefined || options.previous) throw why;
  const { tail, ...rest } = options;
  const text = await readKept(process, "log", { ...rest, ...(tail !== undefined && { tailLines: tail }) }, ports.blobs);
  return { text, position: { run: "", offset: 0 }, lastRun: "" };
}

/** Why its machine cannot be asked; undefined where it can. */
function whyUnread(process: Process, { claims, fabric }: LogsRoutePorts): StatusError | undefined {
  try {
    const why = whyAway(fabric, machineOfProcess(process, { claims }));
    return why === undefined ? undefined : new StatusError("ServiceUnavailable", `its machine is ${why}`);
  } catch (error) {
    return StatusError.from(error);
  }
}

function whyQuiet(process: Process, ports: LogsRoutePorts): string | undefined {
  const why = whyUnread(process, ports);
  if (why !== undefined) return why.message;
  const seen = ports.fabric.observe(machineOfProcess(process, ports));
  return seen.state === "connected" && seen.suspect ? "no sign of life from its machine" : undefined;
}
