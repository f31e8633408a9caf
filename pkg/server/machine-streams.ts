import type { Claim } from "../api/index.ts";
import type { FindMachine, MachineStreams, StreamTarget } from "../apiserver/index.ts";
import type { Fabric } from "../fabric/index.ts";
import type { Cache } from "../informer/index.ts";
import { StatusError } from "../status/index.ts";

export interface MachineStreamPorts {
  readonly fabric: Pick<Fabric, "observe" | "exec" | "watchOutput" | "openPort" | "logs">;
  readonly claims: Cache<Claim>;
}

/** Logs, commands and ports of what is on a machine: for a process, that on which its claim is now. */
export function machineFinder(ports: MachineStreamPorts): FindMachine {
  return (target) => {
    const place = placeOf(target, ports);
    if (ports.fabric.observe(place.machine).state !== "connected")
      throw new StatusError("ServiceUnavailable", `the machine of ${place.name} is not connected`);
    return streamsOf(place, ports);
  };
}

interface Place {
  /** uid of the Resource. */
  readonly machine: string;
  /** Of the object, for people. */
  readonly name: string;
  /** In whose environment commands run; neither: the machine's. */
  readonly part: { readonly processUid?: string; readonly claimUid?: string };
}

function streamsOf({ machine, name, part }: Place, { fabric }: MachineStreamPorts): MachineStreams {
  const processUid = (): string => {
    if (part.processUid !== undefined) return part.processUid;
    throw new StatusError("BadRequest", `${name} is no process`);
  };
  return {
    exec: (request) => fabric.exec(machine, { ...request, ...part }),
    attach: async () => fabric.watchOutput(machine, processUid()),
    openPort: (port) => fabric.openPort(machine, { port, ...part }),
    async readLog({ tailLines, ...request }) {
      return fabric.logs(machine, processUid(), { ...request, ...(tailLines !== undefined && { tail: tailLines }) });
    },
  };
}

function placeOf(target: StreamTarget, { claims }: MachineStreamPorts): Place {
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
      return { ...machineOf(claim, `process ${name}`), part: { processUid } };
    }
  }
}

/** Throws NotFound with a sentence where it is on none. */
function machineOf(claim: Claim | undefined, name: string): Omit<Place, "part"> {
  const machine = claim?.spec.resourceUid;
  if (machine !== undefined) return { machine, name };
  throw new StatusError("NotFound", `${name} is on no machine yet`);
}
