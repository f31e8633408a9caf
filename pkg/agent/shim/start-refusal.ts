/** Thrown where a run cannot be started, before anything of it exists. */
export class StartRefusal extends Error {
  override readonly name = "StartRefusal";
  /** CamelCase word for conditions. */
  readonly reason: string;
  /** The same order can never be started. */
  readonly permanent: boolean;

  constructor(reason: string, message: string, permanent: boolean) {
    super(message);
    this.reason = reason;
    this.permanent = permanent;
  }
}
