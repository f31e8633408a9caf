import { useNow } from "../live/use-world.ts";
import { uiTexts } from "../texts/ui.ts";
import { ageText } from "./age.ts";

/** How long ago something was, in one unit or two; the moment itself on hover. */
export function Age({ since, isAgo = false }: { readonly since: string | undefined; readonly isAgo?: boolean }) {
  const now = useNow();
  if (since === undefined) return <span>–</span>;
  const text = ageText(now - Date.parse(since));
  return (
    <time dateTime={since} title={new Date(since).toLocaleString()}>
      {isAgo ? uiTexts.ago(text) : text}
    </time>
  );
}
