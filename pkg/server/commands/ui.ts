import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type Command, type Invocation, UsageError } from "../../cli/index.ts";
import { httpClient, readBody, type StreamTransport } from "../../client/index.ts";
import { type Loopback, startLoopback } from "../../loopback/index.ts";
import { openPages } from "../../pages/index.ts";
import { StatusError } from "../../status/index.ts";
import { installation } from "../installation.ts";

/** As long as a person waits for a first word. */
const firstLookMs = 5000;

export const uiCommand: Command = {
  usage: "ui [--server URL] [--port N] [--no-open]",
  summary: "The console in a browser of this computer, in the name of the kubeconfig's user, until Ctrl-C.",
  flags: [
    { name: "server", type: "text", value: "URL", help: "another address of the server than the kubeconfig's" },
    { name: "port", type: "number", help: "port of this computer's loopback (default: a free one)" },
    { name: "no-open", type: "switch", help: "print the link alone: open no browser" },
  ],
  examples: ["plush ui", "plush ui --context staging --port 8090", "plush ui --as alice --no-open"],
  run: runUi,
};

async function runUi(call: Invocation): Promise<number> {
  const { args, terminal, signal, clock } = call;
  if (args.positional.length > 0) throw new UsageError(`unexpected argument: ${args.positional[0]}`);
  const port = args.number("port") ?? 0;
  if (port < 0 || port > 65_535) throw new UsageError(`--port ${port}: a port is between 1 and 65535`);
  const pages = openPages(installation.consoleDirectory);
  if (pages === undefined)
    throw new StatusError("NotFound", `this installation has no console: ${installation.consoleDirectory} is missing`);
  const { connection, user } = await call.session.configuration();
  const server = serverOf(call, connection.server);
  const client = httpClient({ ...connection, ...call.session.impersonation(), server });
  const { transport } = client;
  const loopback = await startLoopback({ transport, server, pages, port, clock }).catch((error: unknown) => {
    throw portError(port, error);
  });
  try {
    await lookOnce(call, transport);
    const link = loopback.newLink();
    terminal.out(link);
    terminal.note(`The console of ${server}${user === "" ? "" : `, as ${user}`}, until Ctrl-C.`);
    terminal.note("The link lets one browser in, once, within 5 minutes. Enter makes another one.");
    if (terminal.stdio.stdout.isTTY === true && !args.on("no-open")) openInBrowser(call, link);
    const stopReading = printLinks(call, loopback);
    await aborted(signal);
    stopReading();
  } finally {
    await loopback.close();
    client.close();
  }
  return 0;
}

function serverOf({ args }: Invocation, configured: string): string {
  const server = args.text("server");
  if (server === undefined) return configured;
  if (!URL.canParse(server) || new URL(server).protocol !== "https:")
    throw new UsageError(`--server ${server}: an address such as https://plush.example.org:7443 is expected`);
  return server.replace(/\/+$/, "");
}

function portError(port: number, error: unknown): unknown {
  const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  return isTaken
    ? new StatusError("Conflict", `port ${port} of 127.0.0.1 is in use: choose another one with --port`)
    : error;
}

/** A server that is away may come back: the page waits for it, and the user is told. */
async function lookOnce({ terminal, signal }: Invocation, transport: StreamTransport): Promise<void> {
  try {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(firstLookMs)]);
    const answer = await transport.request({ method: "GET", path: "/version", signal: soon });
    await readBody(answer.body);
    if (answer.status === 401) terminal.warn("the server does not accept the kubeconfig's credentials");
  } catch (error) {
    if (!signal.aborted) terminal.warn(error instanceof StatusError ? error.message : "the server does not answer");
  }
}

/** Each line that is typed makes a link; returns what ends that. */
function printLinks({ terminal }: Invocation, loopback: Loopback): () => void {
  if (terminal.stdio.stdin.isTTY !== true) return () => undefined;
  const reader = createInterface({ input: terminal.stdio.stdin });
  reader.on("line", () => terminal.out(loopback.newLink()));
  return () => reader.close();
}

/** Where there is none, the link stands on the terminal. */
function openInBrowser({ env }: Invocation, link: string): void {
  const isMac = process.platform === "darwin";
  if (!isMac && (env["DISPLAY"] ?? env["WAYLAND_DISPLAY"] ?? "") === "") return;
  const opener = spawn(isMac ? "open" : "xdg-open", [link], { stdio: "ignore", detached: true });
  opener.on("error", () => undefined);
  opener.unref();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
