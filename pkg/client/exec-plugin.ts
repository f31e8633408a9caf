import { execFile } from "node:child_process";
import { dirname, resolve } from "node:path";
import { type Clock, parseTimestamp } from "../clock/index.ts";
import { StatusError } from "../status/index.ts";
import type { Credential, CredentialSource } from "./credential.ts";

/** `user.exec` of a kubeconfig: a program that prints credentials (client.authentication.k8s.io). */
export interface ExecPlugin {
  /** The kubeconfig: a command with a slash in it is relative to the file. */
  readonly file: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly apiVersion: string;
  /** Told to a user who lacks the program. */
  readonly installHint?: string;
  /** What the program is told of the server, where it asks for that. */
  readonly cluster?: Readonly<Record<string, unknown>>;
}

/** A credential is renewed so long before it expires: a request must not meet its end on the way. */
const marginMs = 10_000;
/** Programs may ask a server far away, or a person. */
const timeoutMs = 120_000;

/** Runs the program when a credential is first needed, when it expires, and when a server has refused it. */
export function execCredentials(plugin: ExecPlugin, clock: Clock): CredentialSource {
  let running: Promise<Issued> | undefined;
  let issued: Issued | undefined;
  return {
    async current() {
      if (issued !== undefined && clock.now() < issued.expiresMs - marginMs) return issued.credential;
      running ??= run(plugin).finally(() => {
        running = undefined;
      });
      issued = await running;
      return issued.credential;
    },
    refused(credential) {
      if (issued?.credential === credential) issued = undefined;
    },
  };
}

interface Issued {
  readonly credential: Credential;
  /** Infinity: until it is refused. */
  readonly expiresMs: number;
}

function run(plugin: ExecPlugin): Promise<Issued> {
  const { command, file, apiVersion, cluster } = plugin;
  const program = command.includes("/") ? resolve(dirname(file), command) : command;
  const info = {
    apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false, ...(cluster !== undefined && { cluster }) },
  };
  const env = { ...plugin.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  return new Promise((issue, fail) => {
    const child = execFile(
      program,
      plugin.args,
      { env, timeout: timeoutMs, encoding: "utf8" },
      (error, stdout, stderr) => {
        try {
          if (error !== null) throw failure(plugin, error, stderr);
          issue(read(plugin, stdout));
        } catch (caught) {
          fail(caught);
        }
      },
    );
    child.stdin?.end();
  });
}

function failure({ file, command, installHint }: ExecPlugin, error: Error, stderr: string): StatusError {
  const isMissing = "code" in error && error.code === "ENOENT";
  const why = isMissing ? `not found${installHint === undefined ? "" : `: ${installHint.trim()}`}` : undefined;
  const told = stderr.trim().split("\n").at(-1) ?? "";
  const message = why ?? (told === "" ? (error.message.split("\n", 1)[0] ?? "") : told);
  return new StatusError("Unauthorized", `${file}: exec ${command}: ${message}`, { cause: error });
}

function read({ file, command }: ExecPlugin, stdout: string): Issued {
  const status = statusOf(stdout);
  const text = (name: string): string | undefined => {
    const value = status?.[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [token, cert, key] = [text("token"), text("clientCertificateData"), text("clientKeyData")];
  if (token === undefined && (cert === undefined || key === undefined))
    throw new StatusError(
      "Unauthorized",
      `${file}: exec ${command}: printed no ExecCredential with a token or certificate`,
    );
  return {
    credential: {
      ...(token !== undefined && { token }),
      ...(cert !== undefined && key !== undefined && { cert, key }),
    },
    expiresMs: parseTimestamp(text("expirationTimestamp") ?? "") ?? Number.POSITIVE_INFINITY,
  };
}

function statusOf(stdout: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const { kind, status }: { readonly kind?: unknown; readonly status?: unknown } = JSON.parse(stdout);
    const isOne = kind === "ExecCredential" && typeof status === "object" && status !== null;
    return isOne ? { ...status } : undefined;
  } catch {
    return undefined;
  }
}
