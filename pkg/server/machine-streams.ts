import type { Duplex, Readable } from "node:stream";
import { type Claim, kinds, type Process } from "../api/index.ts";
import type { ExecTarget, LogRequest } from "../apiserver/index.ts";
import type { Fabric } from "../fabric/index.ts";
import type { Cache } from "../informer/index.ts";
import type { ExecRequest } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";

export interface MachineStreamPorts {
  readonly fabric: Pick<Fabric, "exec" | "logs">;
  readonly claims: Cache<Claim>;
}

/** Logs of a process, from the machine on which its claim is now. */
export async function readLogs(process: Process, request: LogRequest, ports: MachineStreamPorts): Promise<Readable> {
  const { follow, previous, timestamps, signal, tailLines, since } = request;
  return ports.fabric.logs(machineOf(process, ports), process.metadata.uid ?? "", {
    follow,
    previous,
    timestamps,
    signal,
    ...(tailLines !== undefined && { tail: tailLines }),
    ...(since !== undefined && { since }),
  });
}

/** A command in the environment and directory of a process, or on a machine itself. */
export async function startExec(target: ExecTarget, request: ExecRequest, ports: MachineStreamPorts): Promise<Duplex> {
  if (target.kind === "resource") return ports.fabric.exec(target.resource.metadata.uid ?? "", request);
  const { process } = target;
  return ports.fabric.exec(machineOf(process, ports), { ...request, processUid: process.metadata.uid ?? "" });
}

/** uid of the Resource on which a process runs; NotFound with a sentence where it has none. */
function machineOf(process: Process, ports: MachineStreamPorts): string {
  const { name, uid = "" } = process.metadata;
  const { claimUid } = process.spec;
  // A process that a person made has a claim of its own.
  const claim = claimUid === undefined ? ports.claims.ownedBy(uid)[0] : ports.claims.byUid(claimUid);
  const machine = claim?.spec.resourceUid;
  if (machine !== undefined) return machine;
  throw new StatusError("NotFound", `process ${name} is on no machine yet`, {
    details: { kind: kinds.Process.plural },
  });
}
