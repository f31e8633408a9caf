import {
  type Application,
  kinds,
  labels,
  type Process,
  type Resource,
  type Software,
  secretText,
} from "../../api/index.ts";
import { type ControllerPorts as AllPorts, namesOfOthers } from "../../controller/index.ts";
import { isUncollected, keepersOf } from "../../graph/index.ts";
import type { ApplicationWorld, FileSource } from "./world.ts";

type ControllerPorts = Pick<AllPorts, "cache" | "clock">;

/** Gathers from the caches what planning an application needs. */
export function observe(application: Application, ports: ControllerPorts): ApplicationWorld {
  const { namespace = "", name = "", uid = "" } = application.metadata;
  const components = ports.cache(kinds.Component);
  const phases = ports.cache(kinds.Phase);
  const processes = ports.cache(kinds.Process).withLabel(labels.application, name, namespace);
  const own = components.ownedBy(uid);
  const componentNames = new Set(own.map(({ metadata }) => metadata.name));
  return {
    application,
    components: own,
    phases: phases.ownedBy(uid),
    claims: ports
      .cache(kinds.Claim)
      .withLabel(labels.application, name, namespace)
      .filter(({ spec }) => componentNames.has(spec.componentName)),
    processes: processes.length,
    uncollected: uncollected(application, processes),
    software: softwareOf(application, ports),
    fileSource: (file) => fileSource(namespace, file, ports),
    missingHooks: application.spec.recovery.hooks.filter(
      (hook) => ports.cache(kinds.Hook).get({ namespace, name: hook }) === undefined,
    ),
    history: ports.cache(kinds.ApplicationRevision).ownedBy(uid),
    foreignNames: {
      components: namesOfOthers(components, application),
      phases: namesOfOthers(phases, application),
    },
    residueOn: residueOn(application, ports.cache(kinds.Resource).list()),
    now: ports.clock.now(),
  };
}

function uncollected({ spec }: Application, processes: readonly Process[]): number {
  const keepers = (spec.cleanup.keep ?? []).length === 0 ? new Set<string>() : keepersOf(processes);
  return processes.filter((process) => isUncollected(process, true, keepers.has(process.metadata.uid ?? ""))).length;
}

function fileSource(
  namespace: string,
  { configMapKeyRef, secretKeyRef }: FileSource,
  ports: ControllerPorts,
): string | undefined {
  if (configMapKeyRef !== undefined) {
    return ports.cache(kinds.ConfigMap).get({ namespace, name: configMapKeyRef.name })?.data?.[configMapKeyRef.key];
  }
  if (secretKeyRef === undefined) return undefined;
  const secret = ports.cache(kinds.Secret).get({ namespace, name: secretKeyRef.name });
  return secret === undefined ? undefined : secretText(secret, secretKeyRef.key);
}

function softwareOf({ metadata, spec }: Application, ports: ControllerPorts): ReadonlyMap<string, Software> {
  const { namespace = "" } = metadata;
  const cache = ports.cache(kinds.Software);
  const names = new Set(spec.components.flatMap(({ software }) => software));
  return new Map(
    [...names].flatMap((name): [string, Software][] => {
      const software = cache.get({ namespace, name });
      return software === undefined ? [] : [[name, software]];
    }),
  );
}

/** What is left behind names its claim alone, and those are named after their component. */
function residueOn({ metadata, spec }: Application, resources: readonly Resource[]): readonly string[] {
  const prefixes = spec.components.map(({ name }) => `${metadata.name}-${name}-`);
  const isOwn = (claimName: string): boolean =>
    prefixes.some((prefix) => claimName.startsWith(prefix) && /^\d+$/.test(claimName.slice(prefix.length)));
  return resources
    .filter(({ status }) => status?.residue?.some((it) => it.namespace === metadata.namespace && isOwn(it.claimName)))
    .map((resource) => resource.metadata.name ?? "");
}
