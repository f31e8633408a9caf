import type { Claim, Component, Phase, Process } from "../../api/index.ts";
import type { Names } from "../../controller/index.ts";

/** All that planning a component looks at. */
export interface ComponentWorld {
  readonly component: Component;
  /** What its members shall run, by its own word; absent while a digest of its software is not known. */
  readonly revision?: string;
  /** Software that is named and not there. */
  readonly missingSoftware: readonly string[];
  /** Claims that it controls, those being deleted too. */
  readonly claims: readonly Claim[];
  /** Phases of its application. */
  readonly phases: readonly Phase[];
  /** Processes of its members. */
  readonly processes: readonly Process[];
  /** Machines that will do, by name, for a component that wants a member on each. */
  readonly machines: readonly string[];
  /** Names of claims that belong to somebody else. */
  readonly foreignNames: Names;
  /** Wall clock, ms. */
  readonly now: number;
}
