import {
  type KindInfo,
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
  unsupportedField,
} from "../api/index.ts";
import type { ApiObject } from "./backend.ts";
import { badRequest } from "./errors.ts";
import { prefixOf, storeKey } from "./keys.ts";
import { eventFields } from "./views/event-fields.ts";
import { selectableObject } from "./views/views.ts";

/** Which objects of a kind a list or a watch is about. */
export interface Selection {
  readonly kind: KindInfo;
  /** Prefix in the store that holds all of them. */
  readonly prefix: string;
  /** The one key there can be; absent where there may be many. */
  readonly key?: string;
  /** Of objects as they are stored. Undefined: all under the prefix. */
  readonly matches: ((object: ApiObject) => boolean) | undefined;
}

export interface SelectionOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** Reads the selectors of a request; throws BadRequest where one cannot be read or names an unknown field. */
export function makeSelection(kind: KindInfo, options: SelectionOptions): Selection {
  const namespace = kind.namespaced ? options.namespace : undefined;
  const labels = parseLabelSelector(options.labelSelector ?? "");
  if (labels === undefined) throw badRequest(`unable to parse label selector ${JSON.stringify(options.labelSelector)}`);
  const asked = parseFieldSelector(options.fieldSelector ?? "");
  if (asked === undefined) throw badRequest(`unable to parse field selector ${JSON.stringify(options.fieldSelector)}`);
  const fields = kind.kind === "Event" ? eventFields(asked) : asked;
  const unsupported = unsupportedField(kind, fields);
  if (unsupported !== undefined) throw badRequest(`field label not supported: ${unsupported}`);

  const wanted = fields.find(({ path, equal }) => path === "metadata.name" && equal)?.value;
  const isOne = wanted !== undefined && wanted !== "" && (!kind.namespaced || namespace !== undefined);
  const key = isOne ? storeKey(kind, { namespace: namespace ?? "", name: wanted }) : undefined;
  return {
    kind,
    prefix: key ?? prefixOf(kind, namespace),
    ...(key !== undefined && { key }),
    matches:
      labels.length === 0 && fields.length === 0
        ? undefined
        : (stored) => {
            const object = selectableObject(kind, stored);
            return matchesLabels(labels, object.metadata.labels) && matchesFields(fields, object);
          },
  };
}

/** Whether an entry under the prefix belongs to the selection by its key: a prefix of one key is one of others too. */
export function hasKey(selection: Selection, key: string): boolean {
  return selection.key === undefined || selection.key === key;
}
