import { parseDuration } from "../../clock/index.ts";
import type { ExecRequest } from "../../protocol/index.ts";
import { badRequest, invalidParameter } from "../errors.ts";
import type { Query } from "../http/query.ts";

/** Which of a command's streams the client asks for. */
export interface WantedStreams {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** Reads stdin, stdout, stderr and tty, as Kubernetes' clients write them. Throws BadRequest where none is wanted. */
export function readWantedStreams(query: Query): WantedStreams {
  const [stdin, stdout, stderr, tty] = [
    query.flag("stdin"),
    query.flag("stdout"),
    query.flag("stderr"),
    query.flag("tty"),
  ];
  if (!stdin && !stdout && !stderr) throw badRequest("you must specify at least 1 of stdin, stdout, stderr");
  return { stdin, stdout, stderr: stderr && !tty, tty };
}

/** What terminals have until they are told otherwise. */
const firstSize = { rows: 24, columns: 80 } as const;

/** Reads the command (repeated) and, which Kubernetes has not, env (NAME=VALUE, repeated), user and timeout ("30s"). */
export function readExecRequest(query: Query, { stdin, tty }: WantedStreams): ExecRequest {
  const argv = query.all("command");
  if (argv.length === 0 || argv[0] === "") throw badRequest("you must specify at least one command");
  const env = query.all("env").map(readVariable);
  const user = query.get("user");
  return {
    argv,
    stdin,
    timeoutMs: readTimeout(query.get("timeout")),
    ...(env.length > 0 && { env: Object.fromEntries(env) }),
    ...(tty && { tty: firstSize }),
    ...(user !== undefined && user !== "" && { user }),
  };
}

function readVariable(text: string): [string, string] {
  const cut = text.indexOf("=");
  if (cut > 0) return [text.slice(0, cut), text.slice(cut + 1)];
  throw invalidParameter("env", `Invalid value: ${JSON.stringify(text)}: must be NAME=VALUE`);
}

function readTimeout(text: string | undefined): number {
  if (text === undefined) return 0;
  const milliseconds = parseDuration(text);
  if (milliseconds !== undefined) return milliseconds;
  throw invalidParameter("timeout", `Invalid value: ${JSON.stringify(text)}: must be a duration such as 30s`);
}
