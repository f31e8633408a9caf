import type {
  AgentHello,
  AgentMessage,
  BarrierReport,
  ClaimReport,
  ClockAnswer,
  DocumentPosition,
  HostReport,
  LeaseRequest,
  LeaseWish,
  LookAnswer,
  MonitorReport,
  NetworkPlace,
  NetworkReport,
  PackageFailure,
  PackageKey,
  PackagesReport,
  ProcessReport,
  Receipt,
  SoftwareReport,
  TidyReport,
  TreeKey,
  TreeReport,
  Usage,
  UsageReport,
} from "../protocol/index.ts";

/**
 * The border at which what agents send becomes data: everything is checked, what is not known is dropped. Throws
 * DecodeError naming the field.
 */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
}

type Decoder<T> = (value: unknown, path: string) => T;
type Decoders<T> = { readonly [Key in keyof T]-?: Decoder<Exclude<T[Key], undefined>> };

const text: Decoder<string> = (value, path) => (typeof value === "string" ? value : fail(path, "a string"));
const flag: Decoder<boolean> = (value, path) => (typeof value === "boolean" ? value : fail(path, "a boolean"));
const yes: Decoder<true> = (value, path) => (value === true ? true : fail(path, "true"));
const number: Decoder<number> = (value, path) =>
  typeof value === "number" && Number.isFinite(value) ? value : fail(path, "a number");
const scalar: Decoder<number | string> = (value, path) => (typeof value === "string" ? value : number(value, path));

function oneOf<const T extends readonly string[]>(...words: T): Decoder<T[number]> {
  return (value, path) => words.find((word) => word === value) ?? fail(path, `one of ${words.join(", ")}`);
}

function list<T>(item: Decoder<T>): Decoder<readonly T[]> {
  return (value, path) =>
    Array.isArray(value) ? value.map((entry, index) => item(entry, `${path}[${index}]`)) : fail(path, "a list");
}

function dictionary<T>(item: Decoder<T>): Decoder<Readonly<Record<string, T>>> {
  return (value, path) =>
    Object.fromEntries(Object.entries(record(value, path)).map(([key, entry]) => [key, item(entry, `${path}.${key}`)]));
}

/** Fields not named in `optional` must be there. */
function object<T>(decoders: Decoders<T>, optional: readonly (keyof T & string)[] = []): Decoder<T> {
  const fields = Object.entries<Decoder<unknown>>(decoders);
  const mayMiss: ReadonlySet<string> = new Set(optional);
  return (value, path) => {
    const source = record(value, path);
    const result: Record<string, unknown> = {};
    for (const [name, decode] of fields) {
      const field = source[name];
      if (field === undefined && mayMiss.has(name)) continue;
      result[name] = decode(field, `${path}.${name}`);
    }
    return result as T;
  };
}

function record(value: unknown, path: string): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : fail(path, "an object");
}

function fail(path: string, expected: string): never {
  throw new DecodeError(`${path}: expected ${expected}`);
}

const position = object<DocumentPosition>({ term: number, generation: number });

const host = object<HostReport>({
  bootIdentity: text,
  agent: object<HostReport["agent"]>({ version: text, pid: number, startedAt: text, nodeVersion: text }),
  attributes: dictionary(scalar),
  root: flag,
  directory: text,
});

const software = object<SoftwareReport>(
  {
    name: text,
    digest: text,
    state: oneOf("Pending", "Fetching", "Unpacking", "Installing", "Installed", "Failed"),
    bytes: number,
    total: number,
    reason: text,
    message: text,
    output: text,
    attempts: number,
  },
  ["digest", "reason", "message", "output"],
);

const barrierReport = object<BarrierReport>(
  { name: text, round: number, state: oneOf("Waiting", "Passed", "Left"), at: text },
  ["round"],
);

const tidyReport = object<TidyReport>({ key: text, at: text, stopped: number, removed: number, message: text }, [
  "message",
]);

const processReport = object<ProcessReport>(
  {
    uid: text,
    name: text,
    revision: text,
    epoch: number,
    state: oneOf("Pending", "Starting", "Running", "Ready", "Exited", "Failed", "Stopping", "Lost"),
    pid: number,
    exitCode: number,
    signal: text,
    restarts: number,
    reason: text,
    message: text,
    output: text,
    startedAt: text,
    finishedAt: text,
    nextStartAt: text,
    ports: dictionary(number),
    limitsPartial: flag,
    barriers: list(barrierReport),
    tidied: tidyReport,
  },
  [
    "pid",
    "exitCode",
    "signal",
    "reason",
    "message",
    "output",
    "startedAt",
    "finishedAt",
    "nextStartAt",
    "limitsPartial",
    "barriers",
    "tidied",
  ],
);

const receipt = object<Receipt>({
  epoch: number,
  at: text,
  stopped: list(text),
  removed: list(text),
  kept: list(text),
  failures: list(text),
});

const monitor = object<MonitorReport>(
  { name: text, state: oneOf("Unknown", "Passing", "Failing"), since: text, message: text },
  ["since", "message"],
);

const claim = object<ClaimReport>(
  {
    uid: text,
    name: text,
    namespace: text,
    epoch: number,
    state: oneOf("Installing", "Configured", "Failed", "Stopping", "Removing", "Removed"),
    orphan: flag,
    workingDirectory: text,
    software: list(software),
    processes: list(processReport),
    receipt,
    monitors: list(monitor),
  },
  ["receipt", "monitors"],
);

const tree = object<TreeReport>(
  {
    generation: number,
    port: number,
    listenFailure: text,
    parent: text,
    connectMs: number,
    failures: dictionary(text),
    children: list(text),
  },
  ["port", "listenFailure", "parent", "connectMs"],
);

const packageFailure = object<PackageFailure>({
  digest: text,
  source: text,
  reason: oneOf("Unreachable", "Ended", "Slow", "Corrupt"),
  message: text,
});

const packages = object<PackagesReport>(
  { generation: number, port: number, listenFailure: text, held: list(text), failures: list(packageFailure) },
  ["port", "listenFailure"],
);

const network = object<NetworkReport>(
  {
    generation: number,
    port: number,
    listenFailure: text,
    place: object<NetworkPlace>(
      {
        ...{ x: number, y: number, z: number, height: number, error: number },
        roundTrips: dictionary(number),
        at: text,
        stale: yes,
      },
      ["stale"],
    ),
    silent: list(text),
  },
  ["port", "listenFailure", "place"],
);

const full = object<Extract<AgentMessage, { type: "full" }>>(
  {
    type: oneOf("full"),
    seq: number,
    host,
    document: position,
    claims: list(claim),
    needs: list(text),
    tree,
    packages,
    network,
  },
  ["tree", "packages", "network"],
);

const change = object<Extract<AgentMessage, { type: "change" }>>(
  {
    type: oneOf("change"),
    seq: number,
    host,
    document: position,
    claims: list(claim),
    gone: list(text),
    needs: list(text),
    tree,
    packages,
    network,
  },
  ["host", "document", "needs", "tree", "packages", "network"],
);

const beat = object<Extract<AgentMessage, { type: "beat" }>>({ type: oneOf("beat"), seq: number });

const lease = object<LeaseRequest>({
  type: oneOf("lease"),
  seq: number,
  at: number,
  boot: text,
  wishes: list(object<LeaseWish>({ uid: text, epoch: number, holds: flag })),
});

const hello = object<AgentHello>(
  {
    protocol: number,
    version: text,
    clusterUid: text,
    resourceUid: text,
    bootIdentity: text,
    document: position,
    peers: list(text),
    tree: yes,
    packages: yes,
    network: yes,
    commands: yes,
  },
  ["peers", "tree", "packages", "network", "commands"],
);

const treeKey = object<TreeKey>({ publicKey: text });
const packageKey = object<PackageKey>({ publicKey: text });

const usage = { cpuMillis: number, memoryBytes: number };
const lookAnswer = object<LookAnswer>({ verdict: oneOf("refused", "answered", "silent", "unknown") });

const usageReport = object<UsageReport>(
  {
    at: text,
    windowMs: number,
    machine: object<Usage>(usage),
    processes: list(object<UsageReport["processes"][number]>({ uid: text, ...usage })),
  },
  ["machine"],
);

export function decodeUsage(body: string): UsageReport {
  return usageReport(parse(body), "usage");
}

const clockAnswer = object<ClockAnswer>({ now: number });

export function decodeClock(body: string): ClockAnswer {
  return clockAnswer(parse(body), "clock");
}

export function decodeTreeKey(body: string): TreeKey {
  return treeKey(parse(body), "key");
}

export function decodePackageKey(body: string): PackageKey {
  return packageKey(parse(body), "key");
}

export function decodeLook(body: string): LookAnswer {
  return lookAnswer(parse(body), "look");
}

export function decodeMessage(line: string): AgentMessage {
  const value = parse(line);
  switch (record(value, "message")["type"]) {
    case "full":
      return full(value, "full");
    case "change":
      return change(value, "change");
    case "beat":
      return beat(value, "beat");
    case "lease":
      return lease(value, "lease");
    default:
      return fail("message.type", "full, change, beat or lease");
  }
}

export function decodeHello(body: string): AgentHello {
  return hello(parse(body), "hello");
}

export function decodePosition(body: string): DocumentPosition {
  return position(parse(body), "position");
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new DecodeError("not JSON");
  }
}
