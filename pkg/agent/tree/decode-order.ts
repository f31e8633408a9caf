import type { TreeOrder, TreeParent } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { isRecord, parseJson } from "../untrusted-json.ts";

/** Reads an order whose signature was verified. Throws Invalid: also for another text that the server has signed. */
export function decodeOrder(payload: string): TreeOrder {
  const value = parseJson(payload);
  const order = value as TreeOrder;
  if (!isRecord(value) || order.kind !== "TreeOrder" || !hasHead(order) || !hasLinks(order))
    throw new StatusError("Invalid", "what is signed is no order for the tree");
  return order;
}

function hasHead({ clusterUid, resourceUid, authority, certificate, term, generation, pingMs }: TreeOrder): boolean {
  const texts = [clusterUid, resourceUid, authority, certificate];
  return texts.every(isText) && [term, generation, pingMs].every(Number.isFinite) && pingMs > 0;
}

function hasLinks({ listen, parents }: TreeOrder): boolean {
  if (!Array.isArray(parents) || !parents.every(isParent)) return false;
  if (listen === undefined) return true;
  return isRecord(listen) && isPort(listen.port, 0) && Array.isArray(listen.children) && listen.children.every(isText);
}

function isParent(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { uid, address, port } = value as unknown as TreeParent;
  return isText(uid) && isText(address) && isPort(port, 1);
}

function isPort(port: unknown, lowest: number): boolean {
  return typeof port === "number" && Number.isInteger(port) && port >= lowest && port <= 65_535;
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
