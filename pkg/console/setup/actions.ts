import { type KubeObject, kinds } from "../../api/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Action } from "../actions/action.ts";
import type { Session } from "../live/session.ts";
import { setupTexts as texts } from "../texts/setup.ts";
import type { Example } from "./examples/example.ts";
import { createPoolCommand, keyName, localPool, type PoolForm, poolObjects } from "./pool-plan.ts";

/** The command line's: what is made here can be changed there. */
const writing = { fieldManager: "plush", force: true, fieldValidation: "Strict" } as const;

/** Makes a pool with its key, or changes it. `isNew`: one of that name is somebody else's. */
export function createPool(form: PoolForm, isNew: boolean): Action {
  const { secret, pool } = poolObjects(form);
  return {
    title: texts.create,
    command: createPoolCommand(form),
    async perform(session) {
      if (isNew) await checkFree(session, form.name);
      const both = [
        [kinds.Secret, secret],
        [kinds.ResourcePool, pool],
      ] as const;
      // Nothing is written where one of them is refused.
      for (const dryRun of [true, false]) for (const [kind, object] of both) await apply(session, kind, object, dryRun);
    },
  };
}

export const localPoolName = "local";
const localMachines = 4;

export function createLocalPool(): Action {
  return {
    title: texts.makeLocal,
    command: ["create", "pool", localPoolName, "--local", String(localMachines)],
    async perform(session) {
      await checkFree(session, localPoolName);
      await apply(session, kinds.ResourcePool, localPool(localPoolName, localMachines), false);
    },
  };
}

/** Takes the pool away. Its key stays: machines are let go with it, which takes its time. */
export function deletePool(name: string, machines: number, hasKey: boolean): Action {
  return {
    title: texts.undoTitle(name),
    command: ["delete", "pool", name],
    isDangerous: true,
    preview: async () => [
      { tone: "warn", text: texts.undoEffect(machines) },
      ...(hasKey ? [{ tone: "idle", text: texts.undoKey(keyName(name)) } as const] : []),
    ],
    perform: async ({ api }) => void (await api.delete(kinds.ResourcePool, { namespace: "", name })),
  };
}

/** Applies an example's manifest. */
export function applyExample({ name }: Pick<Example, "name">, yaml: string): Action {
  return {
    title: texts.start,
    command: ["apply", "-f", `${name}.yaml`],
    async perform(session) {
      const { parse } = await import("yaml");
      await apply(session, kinds.Application, parse(yaml) as KubeObject, false);
    },
  };
}

async function apply(
  { api }: Session,
  kind: typeof kinds.Secret | typeof kinds.ResourcePool | typeof kinds.Application,
  object: KubeObject,
  dryRun: boolean,
): Promise<void> {
  const { namespace = "", name = "" } = object.metadata;
  await api.patch<KubeObject>(kind, { namespace, name }, { type: "apply", body: object }, { ...writing, dryRun });
}

async function checkFree({ api }: Session, name: string): Promise<void> {
  const { items } = await api.list(kinds.ResourcePool, { fieldSelector: `metadata.name=${name}` });
  if (items.length > 0) throw new StatusError("AlreadyExists", texts.taken(name));
}
