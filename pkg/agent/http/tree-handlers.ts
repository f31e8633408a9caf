import { treeRoutes } from "../../protocol/index.ts";
import { decodeSigned } from "../document/decode.ts";
import { joinStreams } from "../tree/join-streams.ts";
import type { TreeNode } from "../tree/tree-node.ts";
import type { Handlers } from "./agent-server.ts";
import { answer, readJson } from "./request.ts";

/** This agent's place in the tree, and the way to its children. */
export function treeHandlers(node: Pick<TreeNode, "key" | "accept" | "open">): Handlers {
  return {
    [`GET ${treeRoutes.tree}`]: async ({ stream }) => answer(stream, node.key),
    [`PUT ${treeRoutes.tree}`]: async ({ stream }) => {
      await node.accept(decodeSigned(await readJson(stream)));
      answer(stream, {});
    },
    [`POST ${treeRoutes.relay}/:`]: async ({ stream, parameter }) => {
      const child = node.open(parameter);
      stream.respond({ ":status": 200, "content-type": "application/octet-stream" });
      joinStreams(stream, child);
    },
  };
}
