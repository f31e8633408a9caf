import { type KindInfo, kinds } from "../../api/index.ts";
import type { ExtraRoute } from "../../apiserver/index.ts";
import type { DoctorReport } from "../../doctor/index.ts";
import type { RecentLines } from "../recent-lines.ts";
import { lookAtMachines, type MachinePorts } from "./look-at-machines.ts";
import { lookAtServer, type ServerFacts } from "./look-at-server.ts";

export interface DoctorPorts extends MachinePorts, Pick<ServerFacts, "foundation" | "version"> {
  readonly backups: () => ServerFacts["backups"];
  readonly lines: RecentLines;
}

/** GET /plush/v1/doctor: how the server and its machines are. GET /plush/v1/log: the last lines of its log. */
export function makeDoctorRoutes(ports: DoctorPorts): readonly ExtraRoute[] {
  // Asked for now, so that they are filled when somebody asks.
  const read: readonly KindInfo[] = [kinds.Resource, kinds.ResourcePool, kinds.Secret];
  for (const kind of read) ports.cache(kind);
  return [
    {
      method: "GET",
      path: "/plush/v1/doctor",
      handle: async ({ signal }) => ({
        contentType: "application/json",
        body: JSON.stringify(await examine(ports, signal)),
      }),
    },
    {
      method: "GET",
      path: "/plush/v1/log",
      handle: async () => ({ contentType: "text/plain; charset=utf-8", body: ports.lines.text() }),
    },
  ];
}

async function examine(ports: DoctorPorts, signal: AbortSignal): Promise<DoctorReport> {
  const { foundation, version, cache } = ports;
  const machines = cache(kinds.Resource).list().length;
  const [server, seen] = await Promise.all([
    lookAtServer({ foundation, version, machines, backups: ports.backups() }),
    lookAtMachines(ports, signal),
  ]);
  // At the end: who compares clocks knows that the answer left then.
  return { kind: "DoctorReport", now: foundation.clock.now(), version, findings: [...server, ...seen] };
}
