import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { StatusError } from "../status/index.ts";

type Fields = Readonly<Record<string, unknown>>;

/** One part of a file; paths in it are relative to the file. */
export class Section {
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

  /** A mapping inside this one. */
  part(name: string): Section | undefined {
    const value = this.#fields[name];
    return isFields(value) ? new Section(this.file, `${this.#where}.${name}`, value) : undefined;
  }

  texts(name: string): readonly string[] {
    const value = this.#fields[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** A list of {name, value}. */
  pairs(name: string): Readonly<Record<string, string>> {
    const value = this.#fields[name];
    const items = Array.isArray(value) ? value.filter(isFields) : [];
    return Object.fromEntries(items.map((item) => [String(item["name"]), String(item["value"] ?? "")]));
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
export class Layer extends Section {
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

/** Reads a file; undefined where there is none. Rejects with BadRequest where it is no kubeconfig. */
export async function readLayer(file: string): Promise<Layer | undefined> {
  const text = readIfThere(file);
  return text === undefined ? undefined : new Layer(file, await parseConfig(file, text));
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
