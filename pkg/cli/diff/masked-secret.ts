import { createHash } from "node:crypto";
import { type Fields, fields } from "../wire-fields.ts";

/** Values replaced by their size and the beginning of a digest: equal ones stay equal, and none can be read. */
export function maskSecret(secret: Fields): Fields {
  return {
    ...secret,
    ...(secret["data"] !== undefined && { data: masked(fields(secret["data"]), "base64") }),
    ...(secret["stringData"] !== undefined && { stringData: masked(fields(secret["stringData"]), "utf8") }),
  };
}

function masked(data: Fields, encoding: BufferEncoding): Fields {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      const bytes = Buffer.from(String(value), encoding);
      return [
        name,
        `*** (${bytes.length} bytes, sha256 ${createHash("sha256").update(bytes).digest("hex").slice(0, 8)})`,
      ];
    }),
  );
}
