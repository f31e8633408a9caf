import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import { kinds } from "../../api/index.ts";
import type { Intent } from "../live/access-plan.ts";
import { shellTexts } from "../texts/shell.ts";
import type { IconName } from "../ui/icon.tsx";
import type { PageProps } from "./page-props.ts";
import { matchPath } from "./router.tsx";

/** A page in the navigation. */
export interface Entry {
  readonly text: string;
  readonly icon: IconName;
  readonly group: "see" | "do" | "more";
  /** Who may not do this has no use for the page. */
  readonly needs?: Pick<Intent, "verb" | "kind">;
}

interface PageEntry {
  readonly pattern: string;
  readonly page: LazyExoticComponent<ComponentType<PageProps>>;
  /** Of those that stand in the navigation. */
  readonly entry?: Entry;
}

type PageModule = { readonly default: ComponentType<PageProps> };
const page = (load: () => Promise<PageModule>): PageEntry["page"] => lazy(load);

const map = page(() => import("../map/page.tsx"));
const applications = page(() => import("../application/list-page.tsx"));
const application = page(() => import("../application/page.tsx"));
const builder = page(() => import("../builder/page.tsx"));
const objects = page(() => import("../operate/objects-page.tsx"));
const object = page(() => import("../operate/object-page.tsx"));
const events = page(() => import("../operate/events-page.tsx"));
const syncs = page(() => import("../operate/syncs-page.tsx"));
const pools = page(() => import("../operate/pools-page.tsx"));
const access = page(() => import("../operate/access-page.tsx"));
const run = page(() => import("../operate/run-page.tsx"));
const setup = page(() => import("../setup/page.tsx"));

/** Every page, the first that fits is shown. Each is a chunk of its own. */
export const pages: readonly PageEntry[] = [
  { pattern: "/map", page: map, entry: { text: shellTexts.map, icon: "map", group: "see" } },
  {
    pattern: "/applications",
    page: applications,
    entry: { text: shellTexts.applications, icon: "applications", group: "see" },
  },
  { pattern: "/applications/:namespace/:name", page: application },
  { pattern: "/applications/:namespace/:name/:tab", page: application },
  { pattern: "/events", page: events, entry: { text: shellTexts.events, icon: "events", group: "see" } },
  { pattern: "/build", page: builder, entry: { text: shellTexts.build, icon: "build", group: "do" } },
  { pattern: "/build/:namespace/:name", page: builder },
  { pattern: "/run", page: run, entry: { text: shellTexts.run, icon: "run", group: "do" } },
  {
    pattern: "/setup",
    page: setup,
    entry: {
      ...{ text: shellTexts.setup, icon: "setup", group: "do" },
      needs: { verb: "create", kind: kinds.ResourcePool },
    },
  },
  { pattern: "/pools", page: pools, entry: { text: shellTexts.pools, icon: "pools", group: "more" } },
  { pattern: "/syncs", page: syncs, entry: { text: shellTexts.syncs, icon: "sync", group: "more" } },
  { pattern: "/access", page: access, entry: { text: shellTexts.access, icon: "access", group: "more" } },
  { pattern: "/objects/:plural", page: objects, entry: { text: shellTexts.objects, icon: "objects", group: "more" } },
  { pattern: "/objects/:plural/:namespace/:name", page: object },
];

/** Where who comes without a path goes. */
export const homePath = "/map";

export function findPage(
  path: string,
): { readonly page: PageEntry["page"]; readonly parameters: PageProps } | undefined {
  for (const { pattern, page } of pages) {
    const parameters = matchPath(pattern, path);
    if (parameters !== undefined) return { page, parameters };
  }
  return undefined;
}
