import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from "react";

/** Everything of the console is below this path. */
const base = "/ui";
const moved = new EventTarget();

/** Where the page is, below the console's base: "/applications/default/web". */
function currentPath(): string {
  return location.pathname.slice(base.length) || "/";
}

const subscribe = (wake: () => void): (() => void) => {
  window.addEventListener("popstate", wake);
  moved.addEventListener("moved", wake);
  return () => {
    window.removeEventListener("popstate", wake);
    moved.removeEventListener("moved", wake);
  };
};

/** Goes to a path below the base, "/map?machine=n1"; `replace`: without a step to go back to. */
export function navigate(to: string, options: { readonly replace?: boolean } = {}): void {
  history[options.replace === true ? "replaceState" : "pushState"](null, "", base + to);
  moved.dispatchEvent(new Event("moved"));
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, currentPath);
}

/** A parameter of the address; undefined where it is absent. */
export function useQuery(name: string): string | undefined {
  return useSyncExternalStore(subscribe, () => new URLSearchParams(location.search).get(name) ?? undefined);
}

/** Changes parameters of the address in place; undefined removes one. */
export function setQuery(values: Readonly<Record<string, string | undefined>>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  navigate(currentPath() + (text === "" ? "" : `?${text}`), { replace: true });
}

/** Parts of a path that a pattern names: matchPath("/applications/:namespace/:name", path); undefined: it is another path. */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split("/");
  const given = path.replace(/\/$/, "").split("/");
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":")) parameters[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return undefined;
  }
  return parameters;
}

/** A path with its parts quoted: path("applications", namespace, name). */
export function pathOf(...parts: readonly string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join("");
}

/** A link within the console; with a modifier it is the browser's, as people expect. */
export function Link({ to, ...rest }: { readonly to: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    rest.onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    navigate(to);
  };
  return <a {...rest} href={base + to} onClick={follow} />;
}
