import { request } from "node:http";

/** Commands that processes use from inside, by PLUSH_SOCKET. */
export const socketUsage = `  barrier enter NAME [--round N] [--timeout D]  enters a barrier and waits until it is released
  barrier leave NAME                            gives up the place that passing took
  ready                                         says that this process is ready
  self                                          prints who this process is
  peers [--wait REVISION]                       prints the peers; waits until they are of another revision
`;

interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: object;
}

/** Codes of `barrier enter`, for scripts: timed out (as `timeout` has it), and refused. */
const timedOut = 124;
const refused = 3;

/**
 * Runs a command of a process; undefined where `argv` is none of them. Prints the answer as JSON; returns the exit code:
 * 0, 124 where the time was up, 3 where it was not let in, 1 otherwise.
 */
export async function runSocketCommand(
  argv: readonly string[],
  socketPath: string | undefined,
): Promise<number | undefined> {
  const call = readCall(argv);
  if (call === undefined) return undefined;
  if (socketPath === undefined || socketPath === "")
    throw new Error("PLUSH_SOCKET is not set: this command is for processes that Plush runs");
  const { code, text } = await ask(socketPath, call);
  if (code === 200) {
    process.stdout.write(text);
    return 0;
  }
  process.stderr.write(`plush-agent: ${messageOf(text)}\n`);
  return code === 408 ? timedOut : code === 409 ? refused : 1;
}

function readCall(argv: readonly string[]): Call | undefined {
  const [noun, ...rest] = argv;
  switch (noun) {
    case "barrier":
      return readBarrierCall(rest);
    case "ready":
      return { method: "POST", path: "/v1/ready" };
    case "self":
      return { method: "GET", path: "/v1/self" };
    case "peers": {
      const wait = flag(rest, "--wait");
      return { method: "GET", path: `/v1/peers${wait === undefined ? "" : `?wait=${encodeURIComponent(wait)}`}` };
    }
    default:
      return undefined;
  }
}

function readBarrierCall([verb, name, ...flags]: readonly string[]): Call | undefined {
  if (name === undefined || (verb !== "enter" && verb !== "leave")) return undefined;
  const path = `/v1/barriers/${encodeURIComponent(name)}/${verb}`;
  const [round, timeout] = [flag(flags, "--round"), flag(flags, "--timeout")];
  const body = { ...(round !== undefined && { round: Number(round) }), ...(timeout !== undefined && { timeout }) };
  return { method: "POST", path, body };
}

function flag(argv: readonly string[], name: string): string | undefined {
  const index = argv.indexOf(name);
  return index < 0 ? undefined : argv[index + 1];
}

function ask(
  socketPath: string,
  { method, path, body }: Call,
): Promise<{ readonly code: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path, headers: { "content-type": "application/json" } }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
      });
      answer.once("end", () => resolve({ code: answer.statusCode ?? 0, text }));
      answer.once("error", reject);
    });
    call.once("error", reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function messageOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && "message" in body) return String(body.message);
  } catch {
    // Not from the agent: shown as it is.
  }
  return text.trim();
}
