import { X509Certificate } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import type { Configuration } from "../../client/index.ts";
import type { Clock } from "../../clock/index.ts";
import {
  type DoctorReport,
  type Finding,
  judgeClock,
  judgeRoom,
  judgeSync,
  measureRoom,
  measureSync,
} from "../../doctor/index.ts";
import { StatusError } from "../../status/index.ts";
import { clientVersion } from "../commands/version.ts";

const dayMs = 86_400_000;

/** What this side of the connection knows: versions, clocks, how long one is still let in. `askedAt`, `answeredAt`: by our clock. */
export function lookFromHere(
  { version, now }: Pick<DoctorReport, "version" | "now">,
  { connection, file }: Pick<Configuration, "connection" | "file">,
  { answeredAt }: { readonly answeredAt: number },
): readonly Finding[] {
  return [
    judgeVersion(version),
    ...judgeCredential(connection.cert, file, answeredAt),
    judgeClock("this computer's clock", answeredAt - now),
  ];
}

function judgeVersion(server: string): Finding {
  const client = clientVersion.replace(/^v/, "");
  if (server.replace(/^v/, "") === client)
    return { area: "client", verdict: "Good", message: `Plush ${client}, as the server` };
  const message = `this is Plush ${client}, the server is ${server}`;
  return { area: "client", verdict: "Warning", message, mend: "use the same version on both sides" };
}

/** Nothing where one is let in by other means than a certificate. */
function judgeCredential(pem: string | undefined, file: string, now: number): readonly Finding[] {
  if (pem === undefined) return [];
  const end = new Date(new X509Certificate(pem).validTo);
  const left = end.getTime() - now;
  const message = `the certificate in ${file} is good until ${end.toISOString().slice(0, 10)}`;
  if (left > 30 * dayMs) return [{ area: "client", verdict: "Good", message }];
  const mend = "copy the server's admin.kubeconfig anew, or ask for a token (plush create token)";
  return [{ area: "client", verdict: left > 0 ? "Warning" : "Bad", message, mend }];
}

/** Where no server answers: why, and what its data directory on this computer looks like. */
export async function lookWithoutServer(
  error: unknown,
  { directory, clock }: { readonly directory: string; readonly clock: Clock },
): Promise<readonly Finding[]> {
  const { message } = StatusError.from(error);
  const away: Finding = {
    area: "server",
    verdict: "Bad",
    message,
    mend: `start it (plush server --data-dir ${directory}), or name another one (--kubeconfig, --context)`,
  };
  return [away, ...(existsSync(directory) ? await lookAtDirectory(directory, clock) : [])];
}

async function lookAtDirectory(directory: string, clock: Clock): Promise<readonly Finding[]> {
  try {
    const findings = [
      judgeRoom(await measureRoom(directory)),
      judgeSync(directory, await measureSync(directory, clock)),
    ];
    const mode = statSync(directory).mode & 0o777;
    if ((mode & 0o077) === 0) return findings;
    const message = `${directory} may be read by others (mode ${mode.toString(8)}), and holds keys`;
    return [...findings, { area: "disk", verdict: "Warning", message, mend: `chmod 700 ${directory}` }];
  } catch (error) {
    return [{ area: "disk", verdict: "Bad", message: StatusError.from(error).message }];
  }
}
