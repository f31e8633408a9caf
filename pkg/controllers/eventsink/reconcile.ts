import { type EventSink, isDeleting, keyOf, kinds, type ObjectKey, type Secret } from "../../api/index.ts";
import { formatTimestamp } from "../../clock/index.ts";
import { type Controller, type ControllerPorts, isWishOrForeign, writeStatus } from "../../controller/index.ts";
import { credentialsOf, type Sinks } from "../../sinks/index.ts";
import { planEventSink } from "./plan.ts";

export interface EventSinkPorts extends ControllerPorts {
  readonly sinks: Pick<Sinks, "follow" | "drop" | "onProgress">;
}

/** Has Events sent for each EventSink, and keeps in its status how far that is: a server that is started again reads it there. */
export function makeEventSinkController(ports: EventSinkPorts): Controller {
  const cache = ports.cache(kinds.EventSink);
  const secrets = ports.cache(kinds.Secret);
  return {
    name: "eventsink",
    kind: kinds.EventSink,
    own: { when: isWishOrForeign },
    watches: [
      { kind: kinds.Secret, keys: ({ metadata }: Secret) => withSecret(metadata, cache.list(metadata.namespace)) },
    ],
    signals: (enqueue) => ports.sinks.onProgress(enqueue),
    async reconcile(key, { signal }) {
      const sink = cache.get(key);
      if (sink === undefined || isDeleting(sink)) {
        ports.sinks.drop(key);
        return {};
      }
      const { secretRef } = sink.spec;
      const secret = secretRef && secrets.get({ namespace: key.namespace, name: secretRef.name });
      const credentials = credentialsOf(sink, secret);
      const version = `${sink.metadata.generation} ${secret?.metadata.resourceVersion}`;
      const progress = ports.sinks.follow({ sink, version });
      const status = planEventSink({
        sink,
        progress,
        ...("reason" in credentials && { fault: credentials }),
        nowText: formatTimestamp(ports.clock.now()),
      });
      await writeStatus({ api: ports.api, kind: kinds.EventSink, object: sink, signal }, status);
      return {};
    },
  };
}

function withSecret({ name }: Secret["metadata"], sinks: readonly EventSink[]): readonly ObjectKey[] {
  return sinks.filter(({ spec }) => spec.secretRef?.name === name).map(keyOf);
}
