import { join } from "node:path";
import { systemClock } from "../clock/index.ts";
import { StatusError } from "../status/index.ts";
import type { CredentialSource } from "./credential.ts";
import type { ServerConnection } from "./https-transport.ts";
import { type Layer, readLayer, type Section } from "./kubeconfig-file.ts";

export interface KubeconfigSource {
  /** --kubeconfig; then PLUSHCONFIG, KUBECONFIG, ~/.plush/config are not looked at. */
  readonly file?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** --context, where it is not the file's current one. */
  readonly context?: string;
}

export interface Configuration {
  readonly file: string;
  readonly context: string;
  /** The context's namespace, "default" where it names none. */
  readonly namespace: string;
  readonly user: string;
  readonly connection: ServerConnection;
}

/** The files that count, in order: KUBECONFIG and PLUSHCONFIG may be lists, of which the first that has a name wins. */
export function kubeconfigFiles(source: KubeconfigSource): readonly string[] {
  if (source.file !== undefined) return [source.file];
  const list = source.env["PLUSHCONFIG"] || source.env["KUBECONFIG"];
  if (list !== undefined && list !== "") return list.split(":").filter((file) => file !== "");
  return [join(source.home, ".plush", "config")];
}

/** Reads the server and the credentials to use. Rejects with BadRequest naming the file and what it lacks. */
export async function loadConfiguration(source: KubeconfigSource): Promise<Configuration> {
  const files = kubeconfigFiles(source);
  const layers: Layer[] = [];
  for (const file of files) {
    const layer = await readLayer(file);
    if (layer !== undefined) layers.push(layer);
  }
  if (layers.length === 0) {
    if (source.file !== undefined) throw new StatusError("BadRequest", `${source.file}: no such file`);
    throw new StatusError(
      "BadRequest",
      "no server configured: start one with `plush server`, or name a kubeconfig with --kubeconfig or KUBECONFIG",
    );
  }
  return configurationOf(layers, source);
}

async function configurationOf(layers: readonly Layer[], source: KubeconfigSource): Promise<Configuration> {
  const file = layers[0]?.file ?? "";
  const current =
    source.context ?? layers.map((layer) => layer.text("current-context")).find((name) => name !== undefined);
  const context = current ?? onlyContext(layers);
  if (context === undefined)
    throw new StatusError("BadRequest", `${file}: no current-context; choose one with --context`);
  const section = entry(layers, "contexts", "context", context);
  const cluster = entry(layers, "clusters", "cluster", section.required("cluster"));
  const userName = section.text("user") ?? "";
  const user = userName === "" ? undefined : entry(layers, "users", "user", userName);
  const exec = user?.part("exec");
  return {
    file: section.file,
    context,
    namespace: section.text("namespace") ?? "default",
    user: userName,
    connection: {
      server: cluster.required("server").replace(/\/+$/, ""),
      ...pick("ca", cluster.material("certificate-authority")),
      ...pick("serverName", cluster.text("tls-server-name")),
      ...(cluster.flag("insecure-skip-tls-verify") && { insecure: true }),
      ...pick("cert", user?.material("client-certificate")),
      ...pick("key", user?.material("client-key")),
      ...pick("token", user?.text("token") ?? user?.fileText("tokenFile")),
      ...(exec !== undefined && { credentials: await credentialsOf(exec, cluster, source) }),
    },
  };
}

/** Loaded where it is asked for: most kubeconfigs run no program, and commands start sooner without what it needs. */
async function credentialsOf(exec: Section, cluster: Section, { env }: KubeconfigSource): Promise<CredentialSource> {
  const { execCredentials } = await import("./exec-plugin.ts");
  const installHint = exec.text("installHint");
  return execCredentials(
    {
      file: exec.file,
      command: exec.required("command"),
      args: exec.texts("args"),
      env: { ...env, ...exec.pairs("env") },
      apiVersion: exec.text("apiVersion") ?? "client.authentication.k8s.io/v1",
      ...(installHint !== undefined && { installHint }),
      ...(exec.flag("provideClusterInfo") && { cluster: clusterInfo(cluster) }),
    },
    systemClock,
  );
}

/** The cluster as plugins are told of it. */
function clusterInfo(cluster: Section): Readonly<Record<string, unknown>> {
  const ca = cluster.material("certificate-authority");
  return {
    server: cluster.required("server"),
    ...pick("tls-server-name", cluster.text("tls-server-name")),
    ...(cluster.flag("insecure-skip-tls-verify") && { "insecure-skip-tls-verify": true }),
    ...(ca !== undefined && { "certificate-authority-data": Buffer.from(ca).toString("base64") }),
  };
}

function onlyContext(layers: readonly Layer[]): string | undefined {
  const names = layers.flatMap((layer) => layer.names("contexts"));
  return names.length === 1 ? names[0] : undefined;
}

function entry(layers: readonly Layer[], list: string, member: string, name: string): Section {
  for (const layer of layers) {
    const found = layer.entry(list, member, name);
    if (found !== undefined) return found;
  }
  throw new StatusError("BadRequest", `${layers[0]?.file ?? ""}: no ${member} named ${JSON.stringify(name)}`);
}

function pick<K extends string>(name: K, value: string | undefined): { readonly [P in K]?: string } {
  // The computed key is exactly K; TypeScript widens it to string.
  return value === undefined ? {} : ({ [name]: value } as { [P in K]: string });
}
