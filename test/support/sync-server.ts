import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ConfigMap,
  type GitSync,
  type GitSyncSpec,
  type KindInfo,
  type KubeObject,
  kinds,
} from "../../pkg/api/index.ts";
import { type ApiClient, httpClient, loadConfiguration } from "../../pkg/client/index.ts";
import { installation } from "../../pkg/server/installation.ts";
import type { RunningServer } from "../../pkg/server/running-server.ts";
import { startServer } from "../../pkg/server/start-server.ts";
import { isReason } from "../../pkg/status/index.ts";
import { eventually } from "./eventually.ts";

const waitMs = 20_000;
const pollMs = 20;

/** A server of this process, with accounts that apply, and what tests of GitSyncs ask of it. */
export class SyncServer {
  readonly directory: string;
  #server: RunningServer | undefined;

  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), "plush-sync-"));
    writeFileSync(join(this.directory, "agent.mjs"), "");
  }

  get api(): ApiClient {
    if (this.#server === undefined) throw new Error("it does not run");
    return this.#server.api;
  }

  /** The API over HTTPS, in the name of another user. */
  async as(user: string): Promise<ApiClient> {
    const { connection } = await loadConfiguration({ file: this.kubeconfig, env: {}, home: "/" });
    return httpClient({ ...connection, impersonate: { user, groups: ["system:authenticated"] } });
  }

  get url(): string {
    return this.#server?.url ?? "";
  }

  get kubeconfig(): string {
    return this.#server?.kubeconfig ?? "";
  }

  async start(): Promise<void> {
    this.#server = await startServer({
      dataDir: join(this.directory, "data"),
      host: "127.0.0.1",
      port: 0,
      names: [],
      logLevel: "silent",
      logFormat: "text",
      ...installation,
      // What is no agent will do where no machine is.
      agentBundle: join(this.directory, "agent.mjs"),
    });
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }

  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  create(kind: KindInfo, name: string, content: object, namespace = "default"): Promise<KubeObject> {
    const apiVersion = kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
    const metadata = kind.namespaced ? { name, namespace } : { name };
    return this.api.create(kind, { apiVersion, kind: kind.kind, metadata, ...content });
  }

  /** A namespace with an account `robot` that may do there what a ClusterRole says. */
  async room(namespace: string, role = "edit"): Promise<void> {
    await this.create(kinds.Namespace, namespace, {});
    await this.create(kinds.ServiceAccount, "robot", {}, namespace);
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role };
    const subjects = [{ kind: "ServiceAccount", name: "robot", namespace }];
    if (role === "cluster-admin")
      await this.create(kinds.ClusterRoleBinding, `${namespace}-robot`, { roleRef, subjects });
    else await this.create(kinds.RoleBinding, "robot", { roleRef, subjects }, namespace);
  }

  /** A sync that looks every hour unless it is told otherwise. */
  sync(namespace: string, name: string, spec: Partial<GitSyncSpec> & { readonly url: string }): Promise<KubeObject> {
    const content = { spec: { interval: "1h", serviceAccountName: "robot", ...spec } };
    return this.create(kinds.GitSync, name, content, namespace);
  }

  getSync(namespace: string, name: string): Promise<GitSync> {
    return this.api.get(kinds.GitSync, { namespace, name });
  }

  /** Asks for a look now. */
  async ask(namespace: string, name: string, word: string): Promise<void> {
    const body = { metadata: { annotations: { "plush.dev/sync-requested-at": word } } };
    await this.api.patch(kinds.GitSync, { namespace, name }, { type: "merge", body });
  }

  /** Asks for a look now, and waits until it was followed. */
  async now(namespace: string, name: string): Promise<GitSync> {
    const asked = String(performance.now());
    await this.ask(namespace, name, asked);
    return eventually(
      async () => {
        const sync = await this.getSync(namespace, name);
        if (sync.status?.handledRequest !== asked)
          throw new Error(`${name} has not looked: ${JSON.stringify(sync.status)}`);
        return sync;
      },
      waitMs,
      pollMs,
    );
  }

  /** The reason of a condition and its message. */
  async condition(
    namespace: string,
    name: string,
    type = "Ready",
  ): Promise<{ reason: string; message: string; status: string }> {
    const { status } = await this.getSync(namespace, name);
    const found = status?.conditions?.find((one) => one.type === type);
    return { status: found?.status ?? "", reason: found?.reason ?? "", message: found?.message ?? "" };
  }

  async ready(namespace: string, name: string, reason = "Applied"): Promise<void> {
    await eventually(
      async () => {
        const found = await this.condition(namespace, name);
        if (found.reason !== reason) throw new Error(`${name} is not ${reason}, but ${JSON.stringify(found)}`);
      },
      waitMs,
      pollMs,
    );
  }

  /** Data of ConfigMaps by their names. */
  async maps(namespace: string): Promise<Readonly<Record<string, ConfigMap["data"]>>> {
    const { items } = await this.api.list(kinds.ConfigMap, { namespace });
    return Object.fromEntries(items.map(({ metadata, data }) => [metadata.name ?? "", data]));
  }

  async exists(kind: KindInfo, name: string, namespace = ""): Promise<boolean> {
    try {
      await this.api.get(kind, { namespace, name });
      return true;
    } catch (error) {
      if (isReason(error, "NotFound")) return false;
      throw error;
    }
  }

  /** "Reason: message" of Events of a sync. */
  async events(namespace: string, name: string): Promise<readonly string[]> {
    const { items } = await this.api.list(kinds.Event, { namespace });
    return items
      .filter(({ involvedObject }) => involvedObject.kind === "GitSync" && involvedObject.name === name)
      .map(({ reason, message }) => `${reason}: ${message}`);
  }
}

/** The manifest of a ConfigMap. */
export function mapText(name: string, data: Readonly<Record<string, string>>, extra = ""): string {
  const lines = Object.entries(data).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`);
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${extra}data:\n${lines.join("")}`;
}
