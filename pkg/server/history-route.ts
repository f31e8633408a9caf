import type { ExtraRoute } from "../apiserver/index.ts";
import type { Clock } from "../clock/index.ts";
import { type HistoryAnswer, historyRoute } from "../protocol/index.ts";
import type { RevisionMark, Store } from "../store/index.ts";

/** So many tell a day to a minute and a half, and an hour to a few seconds. */
const maxMarks = 1000;

/** When revisions were, as far back as lists and watches go. */
export function makeHistoryRoute(store: Pick<Store, "marks" | "revision" | "compacted">, clock: Clock): ExtraRoute {
  return {
    method: "GET",
    path: historyRoute,
    async handle() {
      const known = store.marks.filter(({ revision }) => revision >= store.compacted && revision < store.revision);
      const marks = [...thinned(known), { revision: store.revision, at: clock.now() }];
      const answer: HistoryAnswer = {
        marks: marks.map(({ revision, at }) => ({ resourceVersion: String(revision), at: new Date(at).toISOString() })),
      };
      return { contentType: "application/json", body: JSON.stringify(answer) };
    },
  };
}

/** Evenly, the first one always. */
function thinned(marks: readonly RevisionMark[]): readonly RevisionMark[] {
  const step = Math.ceil(marks.length / maxMarks);
  return step <= 1 ? marks : marks.filter((_, index) => index % step === 0);
}
