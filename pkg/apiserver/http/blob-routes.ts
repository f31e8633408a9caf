import type { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { StatusError } from "../../status/index.ts";
import { badRequest } from "../errors.ts";
import type { Exchange } from "./exchange.ts";

/** Where packages go, by the digest of their bytes. */
export interface BlobReceiver {
  /** What is there of a package, which is about to be named and must stay; undefined where nothing is. */
  renew(digest: string): Promise<BlobPosition | undefined>;
  /**
   * Appends bytes at `offset`, which must be what is there (Conflict, else). With the last of `total` bytes the digest
   * is checked: Invalid, and all of it dropped, where it is another one.
   */
  append(
    digest: string,
    part: { readonly offset: number; readonly total: number },
    bytes: Readable,
  ): Promise<BlobPosition>;
  /** Gives back what is complete. Absent: packages are only taken. */
  open?(digest: string, offset: number): Promise<{ readonly stream: Readable } | undefined>;
}

export interface BlobPosition {
  readonly bytes: number;
  readonly complete: boolean;
}

const digestPattern = /^sha256:[0-9a-f]{64}$/;

/**
 * HEAD …/blobs/DIGEST → 200 (x-complete, content-length: bytes that are there) or 404.
 * PUT …/blobs/DIGEST?offset=N&total=N → 201 complete, 202 more expected, 409 where offset is not what is there.
 */
export function addBlobRoutes(
  app: FastifyInstance,
  blobs: BlobReceiver,
  exchangeOf: (request: object) => Exchange,
): void {
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    // Packages are streamed, whatever they call themselves, and have no limit but the disk's.
    scope.addContentTypeParser("*", (_request, payload, parsed) => parsed(null, payload));
    for (const prefix of ["/apis/plush.dev/v1", "/apis/plush.dev/v1/namespaces/:namespace"]) {
      scope.head<{ Params: { digest: string } }>(`${prefix}/blobs/:digest`, async (request, reply) => {
        const position = await blobs.renew(readDigest(request.params.digest));
        if (position === undefined) return reply.code(404).send();
        reply.header("x-complete", String(position.complete)).header("content-length", String(position.bytes));
        return reply.code(200).send();
      });
      scope.put<{ Params: { digest: string } }>(`${prefix}/blobs/:digest`, async (request, reply) => {
        const digest = readDigest(request.params.digest);
        const { query } = exchangeOf(request).info;
        const total = query.number("total") ?? Number(request.headers["content-length"] ?? Number.NaN);
        if (!Number.isSafeInteger(total) || total < 0) throw badRequest("total must be a number of bytes");
        const part = { offset: query.number("offset") ?? 0, total };
        const position = await blobs.append(digest, part, request.body as Readable);
        return reply
          .code(position.complete ? 201 : 202)
          .header("content-type", "application/json")
          .send(JSON.stringify(position));
      });
    }
    done();
  });
}

function readDigest(text: string): string {
  if (digestPattern.test(text)) return text;
  throw new StatusError("BadRequest", `${JSON.stringify(text)} is no digest; it must be sha256: and 64 hex digits`);
}
