import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { Answer, Asked } from "./answer.ts";

/** Shorter texts are sent as they are: packing them would take longer than sending them. Kubernetes has the same bound. */
const minPackedLength = 128 * 1024;

const pack = promisify(gzip);

/** Sends a text; a long one gzipped, off this thread, where the client takes that. */
export function sendLarge(request: Pick<Asked, "headers">, reply: Answer, text: string): Answer | Promise<Answer> {
  if (text.length < minPackedLength || !acceptsGzip(request.headers["accept-encoding"])) return reply.send(text);
  return sendPacked(reply, text);
}

async function sendPacked(reply: Answer, text: string): Promise<Answer> {
  const packed = await pack(text, { level: constants.Z_BEST_SPEED });
  return reply.header("content-encoding", "gzip").header("vary", "Accept, Accept-Encoding").send(packed);
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  const entries = String(header ?? "").split(",");
  return entries.some((entry) => /^\s*(gzip|\*)\s*(;\s*q\s*=\s*(1|0?\.\d*[1-9])\S*)?\s*$/i.test(entry));
}
