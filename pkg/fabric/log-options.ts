/** Which part of a log is wanted, and how. */
export interface LogOptions {
  readonly tail?: number;
  readonly since?: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly signal: AbortSignal;
}
