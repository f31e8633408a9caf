import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Answer } from "./answer.ts";
import { sendLarge } from "./large-answer.ts";

/** A JSON document that does not change while the server runs, with the hash that names its content. */
export interface StaticDocument {
  readonly text: string;
  readonly hash: string;
}

export function makeDocument(content: object): StaticDocument {
  const text = JSON.stringify(content);
  return { text, hash: createHash("sha256").update(text).digest("hex").toUpperCase().slice(0, 32) };
}

/** Makes each document when it is first asked for, and keeps it. */
export function rememberDocuments(
  make: (name: string) => object | undefined,
): (name: string) => StaticDocument | undefined {
  const known = new Map<string, StaticDocument>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const content = make(name);
    if (content === undefined) return undefined;
    const document = makeDocument(content);
    known.set(name, document);
    return document;
  };
}

export interface SendOptions {
  readonly type?: string;
  readonly cacheControl?: string;
}

/** Answers with a document, or with 304 where the client has it. */
export function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  document: StaticDocument,
  { type = "application/json", cacheControl = "no-cache, private" }: SendOptions = {},
): Answer | Promise<Answer> {
  // What a client keeps must not be given to one that asked for another form of it.
  reply.header("etag", `"${document.hash}"`).header("vary", "Accept").header("cache-control", cacheControl);
  if (namesHash(request.headers["if-none-match"], document.hash)) return reply.code(304).send();
  return sendLarge(request, reply.header("content-type", type), document.text);
}

/** RFC 9110, 13.1.2: a list of tags, weak or strong, or "*". */
function namesHash(header: string | undefined, hash: string): boolean {
  const tags = (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(`"${hash}"`) || tags.includes("*");
}
