import type { Claim, Component } from "../../api/index.ts";

/** A member that might come one day. */
export function nobody({ metadata, spec }: Component): Claim {
  const { namespace = "", name = "" } = metadata;
  const { requests } = spec.resources;
  return {
    apiVersion: "plush.dev/v1",
    kind: "Claim",
    metadata: { namespace, name: "" },
    spec: {
      component: spec.name,
      componentName: name,
      epoch: 0,
      ports: spec.ports,
      ...(requests !== undefined && { requests }),
    },
  };
}
