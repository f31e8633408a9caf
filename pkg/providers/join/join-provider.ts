import { annotations } from "../../api/index.ts";
import type { AgentBundle, Provider } from "../../fabric/index.ts";
import { JoinConnector } from "./join-connector.ts";
import type { LinkHub } from "./link-hub.ts";

/** Which machines there are is said by who joins. */
export function makeJoinProvider(hub: LinkHub, bundle: AgentBundle): Provider {
  return {
    name: "join",
    machines: () => [],
    async reach({ metadata }) {
      const { uid: resourceUid = "", name: resourceName = "" } = metadata;
      const connector = new JoinConnector({ hub, resourceUid, resourceName, bundle });
      return { connector, fingerprint: metadata.annotations?.[annotations.joinKey] ?? "" };
    },
  };
}
