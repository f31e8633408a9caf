import type {
  DocumentBody,
  ProcessOrder,
  SentPeers,
  SignedDocument,
  SoftwareOrder,
  WrittenDocument,
  WrittenOrder,
} from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { isRecord } from "../untrusted-json.ts";

/** Names become names of files, so nothing may lead out of a directory; the first character rules out "." and "..". */
const safeName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/;

/** Reads a text with its signature. Throws BadRequest. */
export function decodeSigned(body: unknown): SignedDocument {
  if (!isRecord(body) || typeof body["payload"] !== "string" || typeof body["signature"] !== "string") {
    throw new StatusError("BadRequest", "not a signed document");
  }
  return { payload: body["payload"], signature: body["signature"] };
}

/** Reads the body of PUT /v1/document. Throws BadRequest. */
export function decodeBody(body: unknown): DocumentBody {
  const signed = decodeSigned(body);
  const peers = isRecord(body) ? (body["peers"] ?? []) : [];
  if (!Array.isArray(peers) || !peers.every(isSentPeers)) throw new StatusError("BadRequest", "not peers");
  return { ...signed, peers };
}

function isSentPeers(value: unknown): value is SentPeers {
  if (!isRecord(value)) return false;
  const { digest, since, deflated } = value;
  return isDigest(digest) && (since === undefined || isDigest(since)) && typeof deflated === "string";
}

/**
 * Reads a document whose signature was verified, so its author is the server; what is checked is what would harm
 * this machine if the server were wrong: names that become paths. Throws Invalid.
 */
export function decodeDocument(payload: string): WrittenDocument {
  const value = parse(payload);
  const document = value as WrittenDocument;
  const faults = isRecord(value) ? documentFaults(document) : ["not an object"];
  if (faults.length > 0) throw new StatusError("Invalid", `document is not valid: ${faults.slice(0, 5).join("; ")}`);
  return document;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StatusError("Invalid", "document is not JSON", { cause: error });
  }
}

function documentFaults(document: WrittenDocument): string[] {
  const faults = [...number("term", document.term), ...number("generation", document.generation)];
  if (!Array.isArray(document.claims)) return [...faults, "claims is no list"];
  return [...faults, ...document.claims.flatMap(claimFaults)];
}

function claimFaults(claim: WrittenOrder): string[] {
  const lists = [claim.software, claim.processes];
  if (!lists.every(Array.isArray)) return ["claim without lists"];
  return [
    ...name("claim uid", claim.uid),
    ...number("claim epoch", claim.epoch),
    ...unless(["Run", "Stop", "Remove"].includes(claim.intent), `intent ${claim.intent} is unknown`),
    ...unless(isPeers(claim.peers), "peers are missing"),
    ...unless(isRecord(claim.cleanup), "cleanup is missing"),
    ...(claim.takesOver === undefined ? [] : name("uid of the claim taken over", claim.takesOver)),
    ...(claim.fencing === undefined ? [] : number("lease", claim.fencing.leaseMs)),
    ...claim.software.flatMap(softwareFaults),
    ...claim.processes.flatMap(processFaults),
  ];
}

function isPeers(peers: unknown): boolean {
  return (
    isRecord(peers) &&
    Number.isFinite(peers["revision"]) &&
    (isDigest(peers["digest"]) || isRecord(peers["components"]))
  );
}

/** Why a package's name, digest or file name cannot be what they say. */
export function softwareFaults({
  name: own,
  digest,
  fileName,
}: Pick<SoftwareOrder, "name" | "digest" | "fileName">): string[] {
  return [
    ...name("software name", own),
    ...unless(digest === undefined || isDigest(digest), `no digest: ${digest}`),
    ...(fileName === undefined ? [] : name("file name", fileName)),
  ];
}

function processFaults({ uid, epoch, argv, name: own }: ProcessOrder): string[] {
  const isCommand = Array.isArray(argv) && argv.length > 0;
  return [...name("process uid", uid), ...number("process epoch", epoch), ...unless(isCommand, `${own} has no argv`)];
}

function number(what: string, value: unknown): string[] {
  return unless(typeof value === "number" && Number.isFinite(value), `${what} is no number`);
}

function name(what: string, value: unknown): string[] {
  return unless(typeof value === "string" && safeName.test(value), `${what} is no name: ${JSON.stringify(value)}`);
}

function unless(holds: boolean, fault: string): string[] {
  return holds ? [] : [fault];
}

/** "sha256:" and 64 hexadecimal digits in lower case. */
export function isDigest(text: unknown): text is string {
  return typeof text === "string" && /^sha256:[0-9a-f]{64}$/.test(text);
}
