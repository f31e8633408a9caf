import { attributeOf, type MatchRequest, type SpreadRule } from "../machine-view.ts";
import { isMemberOf } from "../members-on.ts";
import type { MachineRows } from "./machine-rows.ts";
import { Names } from "./names.ts";

/** One rule of spreading, as `makeSpreadJudge` judges by it, kept up to date machine by machine. */
export class SpreadColumn {
  readonly #rule: SpreadRule;
  readonly #request: Pick<MatchRequest, "namespace" | "component">;
  readonly #rows: MachineRows;
  readonly #names = new Names();
  /** By machine: the number of its value, and whether it has one. */
  readonly #values: Int32Array;
  readonly #isKnown: Uint8Array;
  /** By machine: members of the component there. */
  readonly #here: Int32Array;
  /** By value: members of the component. */
  readonly #members: number[] = [];

  constructor(rule: SpreadRule, request: Pick<MatchRequest, "namespace" | "component">, rows: MachineRows) {
    this.#rule = rule;
    this.#request = request;
    this.#rows = rows;
    this.#values = new Int32Array(rows.length);
    this.#isKnown = new Uint8Array(rows.length);
    this.#here = new Int32Array(rows.length);
  }

  refresh(at: number): void {
    const machine = this.#rows.view(at);
    const value = attributeOf(machine, this.#rule.by)?.toString();
    const number = this.#names.numberOf(value ?? "");
    const here = machine.allocations.filter((one) =>
      isMemberOf(one, this.#request.namespace, this.#request.component),
    ).length;
    this.#add(this.#values[at] ?? 0, -(this.#here[at] ?? 0));
    this.#add(number, here);
    this.#values[at] = number;
    this.#isKnown[at] = value === undefined ? 0 : 1;
    this.#here[at] = here;
  }

  hasValue(at: number): boolean {
    return this.#isKnown[at] === 1;
  }

  /** Members of the component that share the machine's value. */
  count(at: number): number {
    return this.#members[this.#values[at] ?? 0] ?? 0;
  }

  /** Whether one more may come; `least`: the fewest members of a value that could take one. */
  isOpen(at: number, least: number): boolean {
    const { max, maxSkew } = this.#rule;
    if (!this.hasValue(at)) return false;
    const count = this.count(at);
    return (max === undefined || count < max) && count + 1 - least <= maxSkew;
  }

  #add(value: number, members: number): void {
    this.#members[value] = (this.#members[value] ?? 0) + members;
  }
}
