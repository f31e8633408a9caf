import {
  type Application,
  type GitSync,
  hasVerb,
  type KindInfo,
  type KubeObject,
  kinds,
  type Process,
  type Resource,
  type ResourcePool,
} from "../../api/index.ts";
import { actionTexts as texts } from "../texts/actions.ts";
import type { IconName } from "../ui/icon.tsx";
import { abortApplication, startApplication } from "./abort.ts";
import type { Action } from "./action.ts";
import { cordon, uncordon } from "./cordon.ts";
import { deleteObjects } from "./delete.ts";
import { drain } from "./drain.ts";
import { reboot } from "./reboot.ts";
import { isMadeAnew, restartProcess } from "./restart-process.ts";
import { resumePool } from "./resume-pool.ts";
import { pauseRollout, restartApplication, resumeRollout } from "./rollout.ts";
import { replicasOf } from "./scale.ts";
import { resumeSync, suspendSync, syncNow } from "./sync.ts";
import { trust } from "./trust.ts";

/** What needs something to be filled in before it is an action. */
export type FormName = "scale" | "undo" | "label" | "annotate" | "edit" | "syncDiff";

/** Something that can be done with an object. */
export interface Offer {
  readonly text: string;
  readonly icon: IconName;
  /** What the user has to be allowed: a verb, on objects of a kind. */
  readonly needs: { readonly verb: string; readonly kind: KindInfo; readonly subresource?: string };
  /** Stands beside the menu: it is what one comes for. */
  readonly isPrimary?: boolean;
  readonly isDangerous?: boolean;
  readonly make: (() => Action) | FormName;
}

/** All that can be done with an object as it is now, what is wanted most often first. */
export function offersOf(kind: KindInfo, object: KubeObject): readonly Offer[] {
  return [...ownOffers(kind, object), ...commonOffers(kind, object)];
}

type OwnOffers = (object: KubeObject) => readonly Offer[];

/** An object is what its kind says: it comes from a list of that kind. */
const own: Readonly<Record<string, OwnOffers>> = {
  Application: (object) => applicationOffers(object as Application),
  Resource: (object) => machineOffers(object as Resource),
  ResourcePool: (object) => poolOffers(object as ResourcePool),
  Process: (object) => processOffers(object as Process),
  GitSync: (object) => syncOffers(object as GitSync),
};

function ownOffers(kind: KindInfo, object: KubeObject): readonly Offer[] {
  return kinds[kind.kind as keyof typeof kinds] === kind ? (own[kind.kind]?.(object) ?? []) : [];
}

function applicationOffers(application: Application): readonly Offer[] {
  const { suspend, paused, pinnedRevision } = application.spec;
  const needs = { verb: "patch", kind: kinds.Application };
  if (suspend)
    return [{ text: texts.start, icon: "play", needs, isPrimary: true, make: () => startApplication(application) }];
  const isHeld = paused || pinnedRevision !== undefined;
  return [
    { text: texts.restart, icon: "sync", needs, isPrimary: true, make: () => restartApplication(application) },
    isHeld
      ? { text: texts.resumeRollout, icon: "play", needs, isPrimary: true, make: () => resumeRollout(application) }
      : { text: texts.pause, icon: "pause", needs, make: () => pauseRollout(application) },
    { text: texts.undo, icon: "clock", needs, make: "undo" },
    { text: texts.abort, icon: "close", needs, isDangerous: true, make: () => abortApplication(application) },
  ];
}

function machineOffers(machine: Resource): readonly Offer[] {
  const needs = { verb: "patch", kind: kinds.Resource };
  const isAway = machine.spec.unschedulable || machine.status?.quarantine !== undefined;
  const evicts = { verb: "create", kind: kinds.Claim, subresource: "eviction" };
  const restarts = { verb: "create", kind: kinds.Resource, subresource: "reboot" };
  return [
    ...(machine.status?.presentedHostKey === undefined
      ? []
      : [{ text: texts.trust, icon: "warning" as const, needs, isPrimary: true, make: () => trust(machine) }]),
    isAway
      ? { text: texts.uncordon, icon: "play", needs, isPrimary: true, make: () => uncordon(machine) }
      : { text: texts.cordon, icon: "pause", needs, isPrimary: true, make: () => cordon(machine) },
    { text: texts.drain, icon: "leave", needs: evicts, isPrimary: true, make: () => drain(machine) },
    {
      text: texts.drainForce,
      icon: "leave",
      needs: evicts,
      isDangerous: true,
      make: () => drain(machine, { force: true }),
    },
    { text: texts.reboot, icon: "sync", needs: restarts, isDangerous: true, make: () => reboot(machine) },
  ];
}

function poolOffers(pool: ResourcePool): readonly Offer[] {
  const isPrimary = pool.status?.braked === true;
  const needs = { verb: "patch", kind: kinds.ResourcePool };
  return [{ text: texts.resumePool, icon: "play", needs, isPrimary, make: () => resumePool(pool) }];
}

function processOffers(process: Process): readonly Offer[] {
  if (!isMadeAnew(process)) return [];
  const needs = { verb: "delete", kind: kinds.Pod };
  return [{ text: texts.restart, icon: "sync", needs, isPrimary: true, make: () => restartProcess(process) }];
}

function syncOffers(sync: GitSync): readonly Offer[] {
  const needs = { verb: "patch", kind: kinds.GitSync };
  return [
    { text: texts.syncNow, icon: "sync", needs, isPrimary: true, make: () => syncNow(sync) },
    {
      text: texts.syncDiff,
      icon: "file",
      needs: { verb: "create", kind: kinds.GitSync, subresource: "diff" },
      make: "syncDiff",
    },
    sync.spec.suspend
      ? { text: texts.resumeSync, icon: "play", needs, isPrimary: true, make: () => resumeSync(sync) }
      : { text: texts.suspendSync, icon: "pause", needs, make: () => suspendSync(sync) },
  ];
}

function commonOffers(kind: KindInfo, object: KubeObject): readonly Offer[] {
  const patches = { verb: "patch", kind };
  const scales = { ...patches, subresource: "scale" };
  return [
    ...(replicasOf(kind, object) === undefined
      ? []
      : [{ text: texts.scale, icon: "pools" as const, needs: scales, isPrimary: true, make: "scale" as const }]),
    ...(hasVerb(kind, "patch")
      ? [
          { text: texts.edit, icon: "file" as const, needs: { verb: "update", kind }, make: "edit" as const },
          { text: texts.label, icon: "objects" as const, needs: patches, make: "label" as const },
          { text: texts.annotate, icon: "objects" as const, needs: patches, make: "annotate" as const },
        ]
      : []),
    ...(hasVerb(kind, "delete") && kind.viewOf === undefined
      ? [
          {
            text: texts.delete,
            icon: "trash" as const,
            needs: { verb: "delete", kind },
            isDangerous: true,
            make: () => deleteObjects(kind, [object]),
          },
        ]
      : []),
  ];
}
