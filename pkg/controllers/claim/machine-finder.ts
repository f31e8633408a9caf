import type { Claim } from "../../api/index.ts";
import { MachineChooser, type MachineView } from "../../match/index.ts";
import { hasJointTerms, hasRulesWithin, jointTerms } from "./joint-terms.ts";
import {
  type MachineSearch,
  type SearchInput,
  type SearchPorts,
  searchMachine,
  sparesFor,
  wishOf,
} from "./machine-search.ts";
import { MachineTable } from "./machine-table.ts";
import type { RequestFault } from "./request-plan.ts";

export interface FoundMachine {
  readonly machine: MachineView;
  /** Whose place is to be taken over. */
  readonly spare: Claim | undefined;
}

/** Finds machines for one claim after another, and keeps what does not change between them. */
export class MachineFinder {
  readonly #ports: SearchPorts;
  readonly #table: MachineTable;
  readonly #chooser: MachineChooser;

  constructor(ports: SearchPorts) {
    this.#ports = ports;
    this.#table = new MachineTable(ports);
    this.#chooser = new MachineChooser(this.#table);
  }

  /** The best machine; else all of them, with what is against each. */
  find(input: SearchInput): FoundMachine | MachineSearch | RequestFault {
    const machine = this.#choose(input);
    if (machine !== undefined) return { machine, spare: undefined };
    const search = searchMachine(input, this.#ports);
    if ("reason" in search || search.chosen === undefined) return search;
    return { machine: search.chosen, spare: search.spare };
  }

  /** The machine that `searchMachine` would choose, where it can be told of the claim by itself; undefined says nothing. */
  #choose(input: SearchInput): MachineView | undefined {
    const { claim, component, assumed = new Map() } = input;
    if (claim.spec.targetResourceName !== undefined || sparesFor(input, this.#ports).length > 0) return undefined;
    if (component !== undefined && hasRulesWithin(component)) return undefined;
    const request = wishOf(input, this.#ports);
    if ("reason" in request) return undefined;
    this.#table.follow(assumed);
    if (component === undefined || !hasJointTerms(component, this.#ports)) return this.#chooser.choose(request);
    const peers = jointTerms({ claim, component }, this.#table, this.#ports);
    return this.#chooser.choose({ ...request, peers });
  }
}
