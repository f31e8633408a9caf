import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { StatusError } from "../status/index.ts";
import type { ServerConnection } from "./https-transport.ts";

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
    const text = readIfThere(file);
    if (text !== undefined) layers.push(new Layer(file, await parseConfig(file, text)));
  }
  if (layers.length === 0) {
    if (source.file !== undefined) throw new StatusError("BadRequest", `${source.file}: no such file`);
    throw new StatusError(
      "BadRequest",
      "no server configured: start one with `plush server`, or name a kubeconfig with --kubeconfig or KUBECONFIG",
    );
  }
  return configurationOf(layers, source.context);
}

function configurationOf(layers: readonly Layer[], wanted: string | undefined): Configuration {
  const file = layers[0]?.file ?? "";
  const current = wanted ?? layers.map((layer) => layer.text("current-context")).find((name) => name !== undefined);
  const context = current ?? onlyContext(layers);
  if (context === undefined)
    throw new StatusError("BadRequest", `${file}: no current-context; choose one with --context`);
  const section = entry(layers, "contexts", "context", context);
  const cluster = entry(layers, "clusters", "cluster", section.required("cluster"));
  const userName = section.text("user") ?? "";
  const user = userName === "" ? undefined : entry(layers, "users", "user", userName);
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
    },
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

type Fields = Readonly<Record<string, unknown>>;

/** One part of a file; paths in it are relative to the file. */
class Section {
  readonly file: string;
  readonly #fields: Fields;
  readonly #where: string;

  constructor(file: string, where: string, fields: Fields) {
    this.file = file;
    this.#where = where;
    this.#fields = fields;
  }

  text(name: string): string | undefined {
    const value = this.#fields[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new StatusError("BadRequest", `${this.file}: ${this.#where} has no ${name}`);
    return value;
  }

  flag(name: string): boolean {
    return this.#fields[name] === true;
  }

  /** PEM from NAME-data (base64) or from the file that NAME says. */
  material(name: string): string | undefined {
    const data = this.text(`${name}-data`);
    return data === undefined ? this.fileText(name) : Buffer.from(data, "base64").toString("utf8");
  }

  fileText(name: string): string | undefined {
    const path = this.text(name);
    if (path === undefined) return undefined;
    const text = readIfThere(resolve(dirname(this.file), path));
    if (text === undefined)
      throw new StatusError("BadRequest", `${this.file}: ${this.#where}.${name}: ${path}: no such file`);
    return text.trim();
  }
}

/** One whole file. */
class Layer extends Section {
  readonly #content: Fields;

  constructor(file: string, content: Fields) {
    super(file, "the file", content);
    this.#content = content;
  }

  names(list: string): string[] {
    return this.#entries(list).map((item) => String(item["name"]));
  }

  entry(list: string, member: string, name: string): Section | undefined {
    const found = this.#entries(list).find((item) => item["name"] === name);
    const fields = found?.[member];
    return isFields(fields) ? new Section(this.file, `${member} ${name}`, fields) : undefined;
  }

  #entries(list: string): Fields[] {
    const value = this.#content[list];
    return Array.isArray(value) ? value.filter(isFields) : [];
  }
}

/** JSON is YAML, and needs no parser of its own to be loaded: what the server writes is JSON. */
async function parseConfig(file: string, text: string): Promise<Fields> {
  let value: unknown;
  try {
    value = text.trimStart().startsWith("{") ? JSON.parse(text) : (await import("yaml")).parse(text);
  } catch (error) {
    const line = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
    throw new StatusError("BadRequest", `${file}: not a kubeconfig: ${line}`, { cause: error });
  }
  if (!isFields(value)) throw new StatusError("BadRequest", `${file}: not a kubeconfig`);
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    const message = error instanceof Error ? error.message : String(error);
    throw new StatusError("BadRequest", `${file}: cannot be read: ${message}`, { cause: error });
  }
}
