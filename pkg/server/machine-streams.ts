import type { Claim, Process } from "../api/index.ts";
import type { FindMachine, MachineStreams, StreamTarget } from "../apiserver/index.ts";
import type { BlobStore } from "../blobs/index.ts";
import type { Fabric } from "../fabric/index.ts";
import type { Cache } from "../informer/index.ts";
import { resultNames } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import { checkExecUser, type ExecUserPorts } from "./exec-user.ts";
import { hasKeptLog, readKept } from "./kept-results.ts";

export interface MachineStreamPorts extends ExecUserPorts {
  readonly fabric: Pick<Fabric, "observe" | "exec" | "watchOutput" | "openPort" | "logs">;
  readonly claims: Cache<Claim>;
  readonly blobs: Pick<BlobStore, "open">;
}

/** Logs, commands and ports of what is on a machine: for a process, that on which its claim is now. */
export function machineFinder(ports: MachineStreamPorts): FindMachine {
  return (target) => (target.kind === "process" ? processStreams(target.process, ports) : liveStreams(target, ports));
}

/** What a process has printed can be read for longer than it is on its machine. */
function processStreams(process: Process, ports: MachineStreamPorts): MachineStreams {
  const live = reached(process, ports);
  return {
    ...(live instanceof StatusError ? awayStreams(live) : live),
    async readLog(request) {
      if (request.result !== undefined) return readKept(process, request.result, request, ports.blobs);
      try {
        if (live instanceof StatusError) throw live;
        return await live.readLog(request);
      } catch (error) {
        if (!hasKeptLog(process) || request.previous || !isAway(error)) throw error;
        return readKept(process, resultNames.log, request, ports.blobs);
      }
    },
  };
}

/** Or why it cannot be reached, where something of it is kept. */
function reached(process: Process, ports: MachineStreamPorts): MachineStreams | StatusError {
  try {
    return liveStreams({ kind: "process", process }, ports);
  } catch (error) {
    if (error instanceof StatusError && process.status?.collected !== undefined) return error;
    throw error;
  }
}

function awayStreams(why: StatusError): Omit<MachineStreams, "readLog"> {
  const refuse = async (): Promise<never> => {
    throw why;
  };
  return { exec: refuse, attach: refuse, openPort: refuse };
}

function isAway(error: unknown): boolean {
  const { reason } = StatusError.from(error);
  return reason === "NotFound" || reason === "ServiceUnavailable" || reason === "Unreachable";
}

function liveStreams(target: StreamTarget, ports: MachineStreamPorts): MachineStreams {
  const place = placeOf(target, ports);
  if (ports.fabric.observe(place.machine).state !== "connected")
    throw new StatusError("ServiceUnavailable", `the machine of ${place.name} is not connected`);
  return streamsOf(place, ports);
}

interface Place {
  /** uid of the Resource. */
  readonly machine: string;
  /** Of the object, for people. */
  readonly name: string;
  /** In whose environment commands run; neither: the machine's. */
  readonly part: { readonly processUid?: string; readonly claimUid?: string };
  /** As whom a process runs, where it says so. */
  readonly ownUser?: string;
}

function streamsOf({ machine, name, part, ownUser }: Place, ports: MachineStreamPorts): MachineStreams {
  const { fabric } = ports;
  const processUid = (): string => {
    if (part.processUid !== undefined) return part.processUid;
    throw new StatusError("BadRequest", `${name} is no process`);
  };
  return {
    async exec(request) {
      const isWork = part.processUid !== undefined || part.claimUid !== undefined;
      if (isWork && request.user !== ownUser) checkExecUser(request.user, machine, ports);
      return fabric.exec(machine, { ...request, ...part });
    },
    attach: async () => fabric.watchOutput(machine, processUid()),
    openPort: (port) => fabric.openPort(machine, { port, ...part }),
    async readLog({ tailLines, result: _, ...request }) {
      const tail = tailLines !== undefined && { tail: tailLines };
      return (await fabric.logs(machine, processUid(), { ...request, ...tail })).text;
    },
  };
}

/** uid of the machine on which a process is now; throws NotFound with a sentence where it is on none. */
export function machineOfProcess(process: Process, ports: Pick<MachineStreamPorts, "claims">): string {
  return placeOf({ kind: "process", process }, ports).machine;
}

function placeOf(target: StreamTarget, { claims }: Pick<MachineStreamPorts, "claims">): Place {
  switch (target.kind) {
    case "resource": {
      const { name = "", uid = "" } = target.resource.metadata;
      return { machine: uid, name: `resource ${name}`, part: {} };
    }
    case "claim": {
      const { name = "", uid: claimUid = "" } = target.claim.metadata;
      return { ...machineOf(target.claim, `claim ${name}`), part: { claimUid } };
    }
    case "process": {
      const { metadata, spec } = target.process;
      const { name = "", uid: processUid = "" } = metadata;
      // A process that a person made has a claim of its own.
      const claim = spec.claimUid === undefined ? claims.ownedBy(processUid)[0] : claims.byUid(spec.claimUid);
      const place = { ...machineOf(claim, `process ${name}`), part: { processUid } };
      return { ...place, ...(spec.user !== undefined && { ownUser: spec.user }) };
    }
  }
}

/** Throws NotFound with a sentence where it is on none. */
function machineOf(claim: Claim | undefined, name: string): Omit<Place, "part"> {
  const machine = claim?.spec.resourceUid;
  if (machine !== undefined) return { machine, name };
  throw new StatusError("NotFound", `${name} is on no machine yet`);
}
