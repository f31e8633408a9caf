import { isDeleting, kinds, labels, type Phase } from "../../api/index.ts";
import { type ControllerPorts, namesOfOthers } from "../../controller/index.ts";
import { phaseRevisions, revisedWork } from "../../graph/index.ts";
import { workView } from "./work-view.ts";
import type { PhaseWorld } from "./world.ts";

/** Gathers from the caches what planning a phase needs. */
export function observe(phase: Phase, ports: Pick<ControllerPorts, "cache" | "clock">): PhaseWorld {
  const { namespace = "" } = phase.metadata;
  const now = ports.clock.now();
  const foreignNames = namesOfOthers(ports.cache(kinds.Process), phase);
  const { applicationName } = phase.spec;
  const work = workView(phase, ports);
  const own = { foreignNames, now, ...(work !== undefined && { work }) };
  if (applicationName === undefined) return { ...standalone(phase, ports), ...own };
  const claims = ports.cache(kinds.Claim).withLabel(labels.application, applicationName, namespace);
  return {
    phase,
    phases: ports
      .cache(kinds.Phase)
      .withLabel(labels.application, applicationName, namespace)
      .filter((it) => !isDeleting(it)),
    components: ports.cache(kinds.Component).withLabel(labels.application, applicationName, namespace),
    claims: claims.filter((claim) => !isDeleting(claim)),
    processes: ports.cache(kinds.Process).withLabel(labels.application, applicationName, namespace),
    ...own,
  };
}

/** A phase that a person made for components that a person made: it says itself what its revisions are. */
function standalone(
  phase: Phase,
  ports: Pick<ControllerPorts, "cache">,
): Pick<PhaseWorld, "phase" | "phases" | "components" | "claims" | "processes"> {
  const { namespace = "", uid = "" } = phase.metadata;
  const { components: names } = phase.spec;
  const [only] = names;
  const processes = phase.spec.processes.map((template) => ({
    ...template,
    ...(template.component === undefined && only !== undefined && { component: only }),
  }));
  const work =
    phase.spec.work === undefined
      ? undefined
      : { ...phase.spec.work, component: phase.spec.work.component ?? only ?? "" };
  const alone = [{ name: phase.spec.phase, after: [], processes: [...processes, ...revisedWork(work)] }];
  const revisions = Object.fromEntries(
    names.flatMap((name) => Object.values(phaseRevisions(alone, name, [])).map((revision) => [name, revision])),
  );
  const spec = { ...phase.spec, processes, ...(work !== undefined && { work }), revisions };
  const own: Phase = { ...phase, spec };
  const components = ports
    .cache(kinds.Component)
    .list(namespace)
    .filter(({ spec }) => names.includes(spec.name));
  return {
    phase: own,
    phases: [own],
    components,
    claims: components
      .flatMap(({ metadata }) => ports.cache(kinds.Claim).ownedBy(metadata.uid ?? ""))
      .filter((claim) => !isDeleting(claim)),
    processes: ports.cache(kinds.Process).ownedBy(uid),
  };
}
