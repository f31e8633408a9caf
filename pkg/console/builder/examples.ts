import hello from "../../../manifests/examples/hello/application.yaml";
import spares from "../../../manifests/examples/spares/application.yaml";
import { builderTexts } from "../texts/builder.ts";
import empty from "./examples/empty.yaml";
import phases from "./examples/phases.yaml";
import work from "./examples/work.yaml";

export interface Example {
  readonly name: string;
  readonly hint: string;
  readonly text: string;
}

const texts = builderTexts.exampleList;

export const emptyExample: Example = { name: builderTexts.empty, hint: builderTexts.emptyHint, text: empty };

/** What one may begin with; each can be applied as it stands. */
export const examples: readonly Example[] = [
  { ...texts.hello, text: hello },
  { ...texts.phases, text: phases },
  { ...texts.spares, text: spares },
  { ...texts.work, text: work },
];
