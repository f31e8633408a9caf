import { applicationTexts as texts } from "../texts/application.ts";

/** So many of so many, as a bar with its numbers. */
export function MembersBar({ ready, wanted }: { readonly ready: number; readonly wanted: number }) {
  const share = wanted === 0 ? 0 : Math.min(1, ready / wanted);
  const tone = wanted > 0 && ready >= wanted ? "good" : ready === 0 ? "idle" : "warn";
  return (
    <span className="application-bar" role="img" aria-label={texts.membersReady(ready, wanted)}>
      <span className={`application-bar-track tone-${tone}`}>
        <span style={{ width: `${share * 100}%` }} />
      </span>
      <span aria-hidden="true">{texts.ofAll(ready, wanted)}</span>
    </span>
  );
}
