import type { PackageFetch, PackageOrder, PackagePeer } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { type ChunkList, decodeChunkList } from "../blobs/chunk-list.ts";
import { isDigest } from "../document/decode.ts";
import { isRecord, parseJson } from "../untrusted-json.ts";

/** A package to be fetched, with what is in it. */
export interface OrderedFetch {
  readonly digest: string;
  readonly list: ChunkList;
  readonly sources: readonly PackagePeer[];
}

export interface DecodedOrder {
  readonly order: PackageOrder;
  readonly fetches: readonly OrderedFetch[];
}

/** Reads an order whose signature was verified. Throws Invalid: also for another text that the server has signed. */
export function decodePackageOrder(payload: string): DecodedOrder {
  const value = parseJson(payload);
  const order = value as PackageOrder;
  if (!isRecord(value) || order.kind !== "PackageOrder" || !hasHead(order) || !Array.isArray(order.fetch))
    throw new StatusError("Invalid", "what is signed is no order about packages");
  return { order, fetches: order.fetch.map(decodeFetch) };
}

function hasHead({ clusterUid, resourceUid, term, generation, identity, listen }: PackageOrder): boolean {
  if (![clusterUid, resourceUid].every(isText) || ![term, generation].every(Number.isFinite)) return false;
  if (identity !== undefined && !(isRecord(identity) && isText(identity.authority) && isText(identity.certificate)))
    return false;
  if (listen === undefined) return true;
  const { port, uploads, bytesPerSecond = 1 } = listen;
  return isPort(port, 0) && Number.isInteger(uploads) && uploads > 0 && bytesPerSecond > 0;
}

function decodeFetch(fetch: PackageFetch): OrderedFetch {
  if (!isRecord(fetch) || !isText(fetch.digest) || !isDigest(fetch.digest) || !isText(fetch.chunks))
    throw new StatusError("Invalid", "what is to be fetched is no package");
  if (!Array.isArray(fetch.sources) || !fetch.sources.every(isPeer))
    throw new StatusError("Invalid", `the sources of ${fetch.digest} are none`);
  return { digest: fetch.digest, list: decodeChunkList(fetch), sources: fetch.sources };
}

function isPeer(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { uid, address, port } = value as unknown as PackagePeer;
  return isText(uid) && isText(address) && isPort(port, 1);
}

function isPort(port: unknown, lowest: number): boolean {
  return typeof port === "number" && Number.isInteger(port) && port >= lowest && port <= 65_535;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
