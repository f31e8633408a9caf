import type { DocumentPosition, EarlyAnswer, EarlyAnswers, SignedAnswers } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { isRecord, parseJson } from "../untrusted-json.ts";
import { decodeSigned } from "./decode.ts";

export interface AnswerTrust {
  readonly clusterUid: string;
  readonly serverKey: string;
  /** Of the document that was accepted last. */
  readonly position: DocumentPosition;
  readonly unseal: (signed: SignedAnswers, key: string) => string | undefined;
}

/**
 * Reads a line of early answers; none where the document that was accepted says all that they can, or is of another term:
 * the next one decides then. Throws BadRequest, Forbidden (not of this agent's server), Invalid.
 */
export function readEarlyAnswers(line: string, trust: AnswerTrust): readonly EarlyAnswer[] {
  const payload = trust.unseal(decodeSigned(parseJson(line)), trust.serverKey);
  if (payload === undefined) throw new StatusError("Forbidden", "the answers are not signed by this agent's server");
  const { clusterUid, term, generation, answers } = decode(payload);
  if (clusterUid !== trust.clusterUid) throw new StatusError("Forbidden", "the answers are another cluster's");
  const { position } = trust;
  return term === position.term && generation >= position.generation ? answers : [];
}

/** The server signed it; what is checked is that it meant this, and no other text. */
function decode(payload: string): EarlyAnswers {
  const value = parseJson(payload);
  const told = value as EarlyAnswers;
  if (!isRecord(value) || told.kind !== "EarlyAnswers" || !hasHead(told) || !Array.isArray(told.answers))
    throw new StatusError("Invalid", "what is signed are no answers");
  if (!told.answers.every(isAnswer)) throw new StatusError("Invalid", "an answer lacks what it is about");
  return told;
}

function hasHead({ clusterUid, term, generation }: EarlyAnswers): boolean {
  return typeof clusterUid === "string" && [term, generation].every(Number.isFinite);
}

function isAnswer(answer: unknown): boolean {
  if (!isRecord(answer)) return false;
  const { claimUid, processUid, name, entryAt, outcome, epoch, round } = answer as unknown as EarlyAnswer;
  return (
    [claimUid, processUid, name, entryAt].every((text) => typeof text === "string") &&
    ["Pass", "Reject", "Refuse"].includes(outcome) &&
    [epoch, round].every(Number.isInteger)
  );
}
