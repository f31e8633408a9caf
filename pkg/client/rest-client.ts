import { type KindInfo, type KubeObject, keyOf, type ObjectKey } from "../api/index.ts";
import { isReason, StatusError } from "../status/index.ts";
import type {
  ApiClient,
  CallOptions,
  DeleteOptions,
  ListOptions,
  ObjectList,
  Patch,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from "./api-client.ts";
import { collectionPath, objectPath, type Query, withQuery } from "./resource-path.ts";
import { readBody } from "./response-body.ts";
import { send } from "./send.ts";
import type { Transport } from "./transport.ts";
import { warningTexts } from "./warnings.ts";
import { watchLines } from "./watch-lines.ts";
import { decodeList, decodeObject, decodeWatchEvent } from "./wire.ts";

const patchTypes: Readonly<Record<Patch["type"], string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  apply: "application/apply-patch+yaml",
};

/** The verbs, and what only a server behind a transport has to offer. */
export interface RestApi extends ApiClient {
  /** Deletes all that is selected. */
  deleteCollection(kind: KindInfo, options: ListOptions & DeleteOptions): Promise<void>;
}

/** The API's verbs over any transport. */
export function restClient(transport: Transport): RestApi {
  return new RestClient(transport);
}

class RestClient implements RestApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async get<T extends KubeObject>(kind: KindInfo<T>, key: ObjectKey, options: CallOptions = {}): Promise<T> {
    return decodeObject<T>(await this.#json("GET", objectPath(kind, key), options));
  }

  async list<T extends KubeObject>(kind: KindInfo<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    const path = withQuery(collectionPath(kind, options.namespace), listQuery(options));
    return decodeList(kind, await this.#json("GET", path, options));
  }

  async create<T extends KubeObject>(kind: KindInfo<T>, object: KubeObject, options: WriteOptions = {}): Promise<T> {
    const path = withQuery(collectionPath(kind, object.metadata.namespace), writeQuery(options));
    return decodeObject<T>(await this.#json("POST", path, options, object));
  }

  async update<T extends KubeObject>(kind: KindInfo<T>, object: KubeObject, options: WriteOptions = {}): Promise<T> {
    const path = withQuery(objectPath(kind, keyOf(object), options.subresource), writeQuery(options));
    return decodeObject<T>(await this.#json("PUT", path, options, object));
  }

  async patch<T extends KubeObject>(
    kind: KindInfo<T>,
    key: ObjectKey,
    patch: Patch,
    options: WriteOptions = {},
  ): Promise<T> {
    const path = withQuery(objectPath(kind, key, options.subresource), writeQuery(options));
    return decodeObject<T>(await this.#json("PATCH", path, options, patch.body, patchTypes[patch.type]));
  }

  async delete<T extends KubeObject>(
    kind: KindInfo<T>,
    key: ObjectKey,
    options: DeleteOptions = {},
  ): Promise<T | undefined> {
    const answer = decodeObject<T>(await this.#json("DELETE", objectPath(kind, key), options, deleteBody(options)));
    return answer.kind === "Status" || answer.metadata.deletionTimestamp === undefined ? undefined : answer;
  }

  async deleteCollection(kind: KindInfo, options: ListOptions & DeleteOptions): Promise<void> {
    const path = withQuery(collectionPath(kind, options.namespace), listQuery(options));
    await this.#json("DELETE", path, options, deleteBody(options));
  }

  async *watch<T extends KubeObject>(kind: KindInfo<T>, options: WatchOptions): AsyncGenerator<WatchEvent<T>> {
    const path = withQuery(collectionPath(kind, options.namespace), {
      ...listQuery(options),
      watch: true,
      allowWatchBookmarks: true,
      timeoutSeconds: options.timeoutSeconds,
      ...(options.sendInitialEvents === true && { sendInitialEvents: true, resourceVersionMatch: "NotOlderThan" }),
    });
    const watched = { path, ...signalOf(options) };
    const events = await (this.#transport.watch?.(watched) ?? watchLines(this.#transport, watched));
    try {
      for await (const line of events) yield decodeWatchEvent<T>(line);
    } catch (error) {
      if (options.signal?.aborted) return;
      // A cut connection ends the watch as the server's own end of it does: the caller goes on from where it was.
      if (isReason(error, "Unreachable")) return;
      throw error;
    }
  }

  async post(
    kind: KindInfo,
    key: ObjectKey,
    subresource: string,
    body: unknown,
    options: CallOptions = {},
  ): Promise<unknown> {
    return this.#json("POST", objectPath(kind, key, subresource), options, body);
  }

  async #json(method: string, path: string, options: WriteOptions, body?: unknown, type?: string): Promise<unknown> {
    const response = await send(this.#transport, {
      method,
      path,
      headers: body === undefined ? accept : { ...accept, "content-type": type ?? "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...signalOf(options),
    });
    for (const text of warningTexts(response.warnings)) options.onWarning?.(text);
    return parseJson(await readBody(response.body));
  }
}

const accept = { accept: "application/json" } as const;

function signalOf(options: CallOptions): CallOptions {
  return options.signal === undefined ? {} : { signal: options.signal };
}

function listQuery(options: ListOptions): Query {
  return {
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    limit: options.limit,
    continue: options.continue,
    resourceVersion: options.resourceVersion,
    resourceVersionMatch: options.resourceVersionMatch,
  };
}

function writeQuery(options: WriteOptions): Query {
  return {
    dryRun: options.dryRun === true ? "All" : undefined,
    fieldManager: options.fieldManager,
    force: options.force,
    fieldValidation: options.fieldValidation,
  };
}

function deleteBody({ propagationPolicy, preconditions, gracePeriodSeconds, dryRun }: DeleteOptions): object {
  return {
    propagationPolicy: propagationPolicy ?? "Background",
    ...(preconditions !== undefined && { preconditions }),
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
    ...(dryRun === true && { dryRun: ["All"] }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StatusError("InternalError", "the server's answer is not JSON: is this the API's address?", {
      cause: error,
    });
  }
}
