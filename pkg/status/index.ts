/** The one error type of the system and its form on the wire. */
export {
  isReason,
  type StatusBody,
  type StatusCause,
  type StatusDetails,
  StatusError,
  type StatusErrorOptions,
  type StatusReason,
} from "./status-error.ts";
