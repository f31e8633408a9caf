import { type EventSink, required } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { boundedDuration, certificateRules, urlRules } from "./callback-rules.ts";

export function eventSinkRules({ spec }: EventSink): StatusCause[] {
  const { url, secretRef, caBundle, timeout, retryFor } = spec;
  const isNowhere = url === undefined && secretRef === undefined;
  return [
    ...(isNowhere ? [required("spec.url", "or secretRef to a Secret with key url")] : []),
    ...(url === undefined ? [] : urlRules("spec.url", url)),
    ...boundedDuration("spec.timeout", timeout, "30s"),
    ...boundedDuration("spec.retryFor", retryFor, "24h"),
    ...certificateRules("spec.caBundle", caBundle),
  ];
}
