import type { EarlyAnswer, EarlyAnswers, SignedAnswers } from "../protocol/index.ts";
import type { AgentSession } from "./agent-session.ts";

/** An answer, and the machine of the process that waits for it. */
export interface MachineAnswer {
  readonly resourceUid: string;
  readonly answer: EarlyAnswer;
}

export interface TellParts {
  readonly clusterUid: string;
  readonly term: number;
  /** Undefined where the machine is not connected. */
  readonly sessionOf: (resourceUid: string) => Pick<AgentSession, "answerEarly"> | undefined;
  readonly sign: (payload: string) => SignedAnswers;
}

/** So many share a signature and a rendering, which cost more than the few kilobytes that each machine gets too much. */
const answersPerLine = 8;

/** Tells machines what their next documents will answer; whom it does not reach waits for the document. */
export function tellEarly(answers: readonly MachineAnswer[], generation: number, parts: TellParts): void {
  const reached = answers.flatMap(({ resourceUid, answer }) => {
    const session = parts.sessionOf(resourceUid);
    return session === undefined ? [] : [{ session, answer }];
  });
  for (let at = 0; at < reached.length; at += answersPerLine) {
    const group = reached.slice(at, at + answersPerLine);
    const line = lineOf(
      group.map(({ answer }) => answer),
      generation,
      parts,
    );
    for (const session of new Set(group.map((one) => one.session))) session.answerEarly(line);
  }
}

function lineOf(answers: readonly EarlyAnswer[], generation: number, { clusterUid, term, sign }: TellParts): Buffer {
  const told: EarlyAnswers = { kind: "EarlyAnswers", clusterUid, term, generation, answers };
  return Buffer.from(`${JSON.stringify(sign(JSON.stringify(told)))}\n`);
}
