import { kinds, type ResourcePool } from "../../api/index.ts";
import { useMay } from "../live/use-may.ts";
import { useKindState, useSelected } from "../live/use-world.ts";
import type { Objects } from "../live/world.ts";
import { setupTexts as texts } from "../texts/setup.ts";
import { Link } from "./router.tsx";

const setupPath = "/setup";

/** Where there are no machines at all, and the user may bring some: that is what comes first. */
export function FirstRunOffer({ path }: { readonly path: string }) {
  const { isSynced } = useKindState(kinds.ResourcePool);
  const isEmpty = useSelected<ResourcePool, boolean>(kinds.ResourcePool, hasNone);
  const mayCreate = useMay("create", kinds.ResourcePool);
  if (!isSynced || !isEmpty || !mayCreate || path.startsWith(setupPath)) return null;
  return (
    <p className="first-run">
      {texts.offer}{" "}
      <Link to={setupPath} className="button button-primary">
        {texts.offerLink}
      </Link>
    </p>
  );
}

const hasNone = (pools: Objects<ResourcePool>): boolean => pools.size === 0;
