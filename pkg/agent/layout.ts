import { join } from "node:path";

/** Where things lie below the agent's directory. Names in it were checked when the document was decoded. */
export interface Layout {
  readonly root: string;
  readonly config: string;
  readonly socket: string;
  readonly lock: string;
  /** Commands that are under way. */
  readonly tasks: string;
  readonly log: string;
  readonly document: string;
  readonly ledger: string;
  /** Entries of what is installed once for all claims, and where that lies. */
  readonly hostLedger: string;
  readonly hostSoftware: string;
  /** While the machine's package manager works. */
  readonly hostWork: string;
  readonly blobs: string;
  /** Packages that are unpacked before anybody needs them. */
  readonly ahead: string;
  readonly bin: string;
  /** Links to what runs this agent. */
  readonly runtime: string;
  readonly shim: string;
  /** Script that becomes a command on a terminal. */
  readonly terminal: string;
  readonly claims: string;
  /** Until when processes of fenced claims may run. */
  readonly leases: string;
  /** Directory of processes' sockets; its name is short because their paths have to be. */
  readonly sockets: string;
  claim(uid: string): ClaimLayout;
}

export interface ClaimLayout {
  readonly root: string;
  /** Working directory of the claim's processes. */
  readonly work: string;
  readonly temporary: string;
  readonly software: string;
  readonly peersFile: string;
  /** Records of one run, by the uid of its Process and the run's name. */
  run(processUid: string, run: string): string;
  runs(processUid: string): string;
  /** Directory of the logs of a process. */
  logs(processUid: string): string;
  log(processUid: string, run: string): string;
}

export function makeLayout(root: string): Layout {
  const ledger = join(root, "ledger");
  const bin = join(root, "bin");
  const claims = join(root, "claims");
  return {
    root,
    config: join(root, "agent.json"),
    socket: join(root, "run", "agent.sock"),
    lock: join(root, "run", "lock"),
    tasks: join(root, "run", "tasks"),
    log: join(root, "agent.log"),
    document: join(ledger, "document.json"),
    ledger: join(ledger, "claims"),
    hostLedger: join(root, "ledger", "host"),
    hostSoftware: join(root, "host"),
    hostWork: join(root, "run", "host"),
    blobs: join(root, "blobs"),
    ahead: join(root, "ahead"),
    bin,
    runtime: join(root, "runtime"),
    shim: join(root, "runtime", "shim.sh"),
    terminal: join(root, "runtime", "terminal.sh"),
    claims,
    leases: join(root, "leases"),
    sockets: join(root, "s"),
    claim: (uid) => claimLayout(join(claims, uid)),
  };
}

function claimLayout(root: string): ClaimLayout {
  const runs = (processUid: string): string => join(root, "shims", processUid);
  const logs = (processUid: string): string => join(root, "logs", processUid);
  return {
    root,
    work: join(root, "work"),
    temporary: join(root, "tmp"),
    software: join(root, "software"),
    peersFile: join(root, "peers.json"),
    runs,
    run: (processUid, run) => join(runs(processUid), run),
    logs,
    log: (processUid, run) => join(logs(processUid), `${run}.log`),
  };
}
