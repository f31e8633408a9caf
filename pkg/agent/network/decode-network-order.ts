import type { NetworkOrder, NetworkPeer } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { isRecord, parseJson } from "../untrusted-json.ts";
import { wordBytes } from "./datagram.ts";

/** Reads an order whose signature was verified. Throws Invalid: also for another text that the server has signed. */
export function decodeNetworkOrder(payload: string): NetworkOrder {
  const value = parseJson(payload);
  const order = value as NetworkOrder;
  if (!isRecord(value) || order.kind !== "NetworkOrder" || !hasHead(order) || !hasPeers(order))
    throw new StatusError("Invalid", "what is signed is no order about the network");
  return order;
}

function hasHead({ clusterUid, resourceUid, term, generation, word, port }: NetworkOrder): boolean {
  if (![clusterUid, resourceUid, word].every(isText) || ![term, generation].every(Number.isFinite)) return false;
  return Buffer.from(word, "base64").length === wordBytes && isPort(port, 0);
}

function hasPeers({ peers }: NetworkOrder): boolean {
  return Array.isArray(peers) && peers.every(isPeer);
}

function isPeer(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { uid, address, port } = value as unknown as NetworkPeer;
  return isText(uid) && isText(address) && isPort(port, 1);
}

function isPort(port: unknown, lowest: number): boolean {
  return typeof port === "number" && Number.isInteger(port) && port >= lowest && port <= 65_535;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
