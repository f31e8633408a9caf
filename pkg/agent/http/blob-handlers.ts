import { routes } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { type BlobCache, DiskFullError } from "../blobs/blob-cache.ts";
import { isDigest } from "../document/decode.ts";
import type { Handlers } from "./agent-server.ts";
import { type AgentRequest, answer } from "./request.ts";

/** 507, which HTTP took from WebDAV. */
const insufficientStorage = 507;

/** Packages come here from the server. */
export function blobHandlers(blobs: BlobCache): Handlers {
  return {
    [`HEAD ${routes.blobs}/:`]: async ({ stream, parameter }) => {
      const found = await blobs.size(digestOf(parameter));
      const headers = found && { "content-length": found.bytes, "x-complete": String(found.complete) };
      stream.respond({ ":status": found === undefined ? 404 : 200, ...headers }, { endStream: true });
    },
    [`PUT ${routes.blobs}/:`]: (request) => receive(blobs, request),
  };
}

async function receive(blobs: BlobCache, { stream, parameter, query }: AgentRequest): Promise<void> {
  const ifRoom = query.get("ifRoom") === "true";
  const range = { offset: count(query, "offset") ?? 0, total: count(query, "total") ?? -1, ifRoom };
  if (range.total < range.offset) throw new StatusError("BadRequest", "total is missing or smaller than offset");
  try {
    const complete = await blobs.receive(digestOf(parameter), range, stream);
    answer(stream, { complete }, complete ? 201 : 202);
  } catch (error) {
    if (!(error instanceof DiskFullError)) throw error;
    answer(stream, { message: error.message }, insufficientStorage);
  } finally {
    // What is not read any more would keep the connection's window.
    stream.resume();
  }
}

function count(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new StatusError("BadRequest", `${name} is no count of bytes`);
  return Number(text);
}

function digestOf(text: string): string {
  if (isDigest(text)) return text;
  throw new StatusError("BadRequest", `no digest: ${text}`);
}
