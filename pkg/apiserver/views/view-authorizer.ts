import { kindByResource, sourceOf } from "../../api/index.ts";
import type { Authorizer, RequestAttributes } from "../../auth/index.ts";

/** Who may do something with what a view shows may do it with the view: a role names processes, and so pods. */
export function viewAuthorizer(authorizer: Authorizer): Authorizer {
  return { ...authorizer, decide: (identity, attributes) => authorizer.decide(identity, asSource(attributes)) };
}

/** What a request asks of the kind that a view shows; of any other kind: the same. */
function asSource(attributes: RequestAttributes): RequestAttributes {
  if (attributes.kind === "path") return attributes;
  const { group, resource } = attributes;
  const version = group === "metrics.k8s.io" ? "v1beta1" : "v1";
  const kind = kindByResource(group, version, resource);
  if (kind?.viewOf === undefined) return attributes;
  const source = sourceOf(kind);
  return { ...attributes, group: source.group, resource: source.plural };
}
