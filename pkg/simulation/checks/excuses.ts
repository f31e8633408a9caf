/**
 * What was done to machines and applications: whatever stops without such a reason was stopped by the control plane.
 */
export class Excuses {
  readonly #machines = new Set<string>();
  readonly #applications = new Set<string>();
  readonly #forgotten = new Set<string>();

  /** Something was done to the machine, or to the network between it and the server. */
  afflict(machine: string): void {
    this.#machines.add(machine);
  }

  /** A user changed or deleted it, or its programs failed by themselves. */
  change(application: string): void {
    this.#applications.add(application);
  }

  /** The server's data went back in time, to before where it placed members of it, or began programs: that is done anew. */
  forget(application: string): void {
    this.#applications.add(application);
    this.#forgotten.add(application);
  }

  wasForgotten(application: string): boolean {
    return this.#forgotten.has(application);
  }

  hasFor(machine: string, application: string): boolean {
    return this.#machines.has(machine) || this.#applications.has(application);
  }
}
