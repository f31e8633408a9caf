import { useMay } from "../live/use-may.ts";
import { Icon } from "../ui/icon.tsx";
import type { Entry } from "./pages.ts";
import { Link } from "./router.tsx";

interface NavEntryProps {
  readonly pattern: string;
  readonly entry: Entry;
  /** Where the page is. */
  readonly path: string;
}

/** One page in the navigation; one that is of no use without a right is shown to who has it. */
export function NavEntry({ entry, ...rest }: NavEntryProps) {
  return entry.needs === undefined ? (
    <EntryLink entry={entry} {...rest} />
  ) : (
    <Guarded entry={entry} needs={entry.needs} {...rest} />
  );
}

function Guarded({ needs, ...rest }: NavEntryProps & { readonly needs: NonNullable<Entry["needs"]> }) {
  return useMay(needs.verb, needs.kind) ? <EntryLink {...rest} /> : null;
}

function EntryLink({ pattern, entry, path }: NavEntryProps) {
  const to = pattern.replace(":plural", "applications");
  const isHere = path === to || path.startsWith(`${to}/`);
  return (
    <li>
      <Link to={to} aria-current={isHere ? "page" : undefined} title={entry.text}>
        <Icon name={entry.icon} />
        <span>{entry.text}</span>
      </Link>
    </li>
  );
}
