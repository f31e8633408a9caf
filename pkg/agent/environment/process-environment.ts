import { join } from "node:path";
import { type ClaimOrder, maxArgumentBytes, type PeerEntry, type ProcessOrder } from "../../protocol/index.ts";
import { expand } from "../../template/index.ts";
import { systemPath } from "../host/find-program.ts";
import type { ClaimLayout } from "../layout.ts";

/** PLUSH_PEERS and its like are left out above so many bytes: an argument list has limits, the peers file has none. */
const maxPeersBytes = 65_536;

export interface EnvironmentInput {
  readonly claim: ClaimOrder;
  readonly layout: ClaimLayout;
  /** Directory of the programs that the agent gives to processes. */
  readonly bin: string;
  readonly resourceName: string;
  readonly address: string;
}

export interface ProcessEnvironmentInput extends EnvironmentInput {
  readonly process: ProcessOrder;
  /** PROCESSUID/RUN; all that descends from the run is found by it. */
  readonly marker: string;
  /** By name; chosen ones included. */
  readonly ports: Readonly<Record<string, number>>;
  /** Path of its PLUSH_SOCKET. */
  readonly socket: string;
}

export type ProcessEnvironment =
  | { readonly env: Record<string, string>; readonly argv: readonly string[] }
  | { readonly refusal: { readonly reason: string; readonly message: string } };

/** Environment of whatever runs for a claim: its processes, and the commands that install, check and clean up. */
export function claimEnvironment(input: EnvironmentInput): Record<string, string> {
  const { claim, layout } = input;
  const bins = claim.software.map(({ name }) => join(layout.work, name, "bin"));
  return {
    PATH: [...bins, input.bin, systemPath].join(":"),
    HOME: layout.work,
    PWD: layout.work,
    LANG: "C.UTF-8",
    TMPDIR: layout.temporary,
    PLUSH_NAMESPACE: claim.namespace,
    ...(claim.application !== undefined && { PLUSH_APPLICATION: claim.application }),
    PLUSH_COMPONENT: claim.component,
    ...(claim.ordinal !== undefined && { PLUSH_ORDINAL: String(claim.ordinal) }),
    PLUSH_REPLICAS: String(claim.replicas ?? members(claim.peers.components[claim.component] ?? []).length),
    PLUSH_RESOURCE: input.resourceName,
    PLUSH_ADDRESS: input.address,
    PLUSH_CLAIM_UID: claim.uid,
    PLUSH_EPOCH: String(claim.epoch),
    PLUSH_PEERS_FILE: layout.peersFile,
    ...peersVariables(claim),
  };
}

/** Environment and arguments of one process; refused where a value from a Secret would get into its arguments. */
export function processEnvironment(input: ProcessEnvironmentInput): ProcessEnvironment {
  const { process } = input;
  const values = new Map(
    Object.entries({
      ...claimEnvironment(input),
      PWD: join(input.layout.work, process.workingDir),
      ...(process.phase !== undefined && { PLUSH_PHASE: process.phase }),
      PLUSH_PROCESS: process.process ?? process.name,
      PLUSH_RUN: input.marker,
      PLUSH_SOCKET: input.socket,
      ...(process.catchUp && { PLUSH_CATCHUP: "1" }),
      ...itemVariables(input),
    }),
  );
  for (const [name, port] of Object.entries(input.ports)) values.set(`PLUSH_PORT_${variableName(name)}`, String(port));
  const secrets = new Set<string>();
  const leaked: string[] = [];
  const expanded = (text: string): string => {
    const expansion = expand(text, { values, secrets });
    leaked.push(...expansion.secrets);
    return expansion.text;
  };
  for (const { name, value, secret } of process.env) {
    values.set(name, secret ? value : expanded(value));
    if (secret) secrets.add(name);
    else secrets.delete(name);
  }
  const argv = process.argv.map(expanded);
  const [first] = leaked;
  if (first !== undefined) return { refusal: { reason: "SecretInArguments", message: secretMessage(first) } };
  // What finds descendants again is not the user's to change.
  values.set("PLUSH_CLAIM_UID", input.claim.uid).set("PLUSH_RUN", input.marker);
  const long = tooLong(argv, values);
  if (long !== undefined) return { refusal: { reason: "ArgumentTooLong", message: long } };
  return { env: Object.fromEntries(values), argv };
}

/** Values from other objects and references may have made of a short argument a long one. */
function tooLong(argv: readonly string[], env: ReadonlyMap<string, string>): string | undefined {
  const isLong = (text: string): boolean => Buffer.byteLength(text) > maxArgumentBytes;
  const takes = `Linux takes ${maxArgumentBytes} bytes at most`;
  const index = argv.findIndex(isLong);
  const argument = argv[index];
  if (argument !== undefined) return `argument ${index} has ${Buffer.byteLength(argument)} bytes: ${takes}`;
  const variable = [...env].find(([name, value]) => isLong(`${name}=${value}`))?.[0];
  return variable === undefined ? undefined : `variable ${variable} is too long: ${takes}; give it as a file`;
}

/** Its text is given as it is: nothing in it is expanded. */
function itemVariables({ process: { item }, layout }: ProcessEnvironmentInput): Record<string, string> {
  if (item === undefined) return {};
  const { text, isPath, index, attempt } = item;
  return {
    PLUSH_ITEM: isPath ? join(layout.work, text) : text,
    PLUSH_ITEM_INDEX: String(index),
    PLUSH_ITEM_ATTEMPT: String(attempt),
  };
}

/** What peers' ports are in the peers file by and variables are named by: "http-alt" is HTTP_ALT. */
function variableName(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}

/** Text of the peers file. */
export function peersText(claim: ClaimOrder): string {
  const self = claim.ordinal === undefined ? null : { component: claim.component, ordinal: claim.ordinal };
  return `${JSON.stringify({ revision: claim.peers.revision, self, components: claim.peers.components })}\n`;
}

function peersVariables(claim: ClaimOrder): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [component, peers] of Object.entries(claim.peers.components)) {
    const text = members(peers).join(",");
    if (Buffer.byteLength(text) > maxPeersBytes) continue;
    variables[`PLUSH_PEERS_${variableName(component)}`] = text;
    if (component === claim.component) variables["PLUSH_PEERS"] = text;
  }
  return variables;
}

/** Addresses by ordinal, empty where nobody is. */
function members(peers: readonly PeerEntry[]): string[] {
  const addresses: string[] = [];
  for (const { ordinal, address } of peers) {
    while (addresses.length <= ordinal) addresses.push("");
    addresses[ordinal] = address;
  }
  return addresses;
}

function secretMessage(name: string): string {
  return `$(${name}) is a value from a Secret: it may be read from the environment, never put into arguments or other variables`;
}
