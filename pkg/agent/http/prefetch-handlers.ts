import { type PrefetchPackage, routes } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { PackagesAhead } from "../ahead/packages-ahead.ts";
import { softwareFaults } from "../document/decode.ts";
import { isRecord } from "../untrusted-json.ts";
import type { Handlers } from "./agent-server.ts";
import { answer, readJson } from "./request.ts";

/** What is to be unpacked ahead of need. */
export function prefetchHandlers(ahead: Pick<PackagesAhead, "want">): Handlers {
  return {
    [`PUT ${routes.prefetch}`]: async ({ stream }) => {
      await ahead.want(decodePackages(await readJson(stream)));
      answer(stream, {});
    },
  };
}

/** Throws BadRequest for what would harm this machine if the server were wrong. */
function decodePackages(body: unknown): readonly PrefetchPackage[] {
  const packages = isRecord(body) ? body["packages"] : undefined;
  if (!Array.isArray(packages)) throw new StatusError("BadRequest", "packages are missing");
  const faults = packages.flatMap((one) => (isRecord(one) ? packageFaults(one) : ["a package is no object"]));
  if (faults.length > 0) throw new StatusError("BadRequest", faults.slice(0, 5).join("; "));
  return packages as readonly PrefetchPackage[];
}

function packageFaults(one: Record<string, unknown>): readonly string[] {
  const { name, digest, fileName, strip } = one as unknown as PrefetchPackage;
  const isCount = Number.isInteger(strip) && strip >= 0;
  return [
    ...softwareFaults({ name, digest, ...(fileName !== undefined && { fileName }) }),
    ...(digest === undefined || !isCount ? ["digest or strip is missing"] : []),
  ];
}
