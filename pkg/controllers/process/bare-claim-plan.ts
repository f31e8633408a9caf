import { apiVersionOf, type Claim, controllerRef, kinds, type Process } from "../../api/index.ts";

/** The claim that a bare process runs under: everything that runs is claimed. */
export function bareClaim(process: Process): Claim {
  const { name = "", namespace = "" } = process.metadata;
  const { resourceName, ports } = process.spec;
  return {
    apiVersion: apiVersionOf(kinds.Claim) as Claim["apiVersion"],
    kind: "Claim",
    metadata: { name, namespace, ownerReferences: [controllerRef(process, kinds.Process)] },
    spec: {
      component: "process",
      ...(resourceName !== undefined && { targetResourceName: resourceName }),
      ports: ports.flatMap(({ port }) => (port === 0 ? [] : [port])),
      epoch: 0,
    },
  };
}
