import type { AgentHello, AgentMessage, DocumentBody, DocumentPosition, SignedGrant } from "../../protocol/index.ts";
import { protocolVersion, routes } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { decodeBody, decodeSigned } from "../document/decode.ts";
import type { ReportHub } from "../report/report-hub.ts";
import type { Handlers } from "./agent-server.ts";
import { type AgentRequest, answer, readJson } from "./request.ts";

/** A server that hears of an agent by other ways too may want beats as seldom as this. */
const maxBeatMs = 60_000;

/** What the agent does for its server. */
export interface AgentService {
  readonly reports: ReportHub;
  hello(): AgentHello;
  accept(document: DocumentBody): Promise<DocumentPosition>;
  /** Takes leases over; resolves when shims see them. */
  grant(grant: SignedGrant): Promise<void>;
  acknowledge(claimUid: string): void;
  /** Resolves when everything that was to go has gone; the agent ends after that. */
  shutdown(remove: boolean): Promise<void>;
  /** Called once the answer to a shutdown is out. */
  exit(): void;
}

export function makeHandlers(service: AgentService): Handlers {
  return {
    [`POST ${routes.hello}`]: (request) => hello(service, request),
    [`PUT ${routes.document}`]: async ({ stream, endOlder }) => {
      const position = await service.accept(decodeBody(await readJson(stream)));
      // What an older server still asks for over its connection is obeyed no more; dialling again it learns so.
      endOlder(position.term);
      answer(stream, position);
    },
    [`PUT ${routes.leases}`]: async ({ stream }) => {
      await service.grant(decodeSigned(await readJson(stream)));
      answer(stream, {});
    },
    [`GET ${routes.reports}`]: async (request) => streamReports(service.reports, request),
    [`PUT ${routes.receipts}/:`]: async ({ stream, parameter }) => {
      service.acknowledge(parameter);
      answer(stream, {});
    },
    [`POST ${routes.shutdown}`]: (request) => shutdown(service, request),
  };
}

async function hello(service: AgentService, { stream, connection }: AgentRequest): Promise<void> {
  const body = await readJson(stream);
  const told = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const own = service.hello();
  if (told["clusterUid"] !== own.clusterUid || told["resourceUid"] !== own.resourceUid) {
    throw new StatusError("Conflict", "this agent belongs to another cluster or stands for another machine");
  }
  const { protocol, term } = told;
  if (typeof protocol !== "number" || protocol < protocolVersion) {
    throw new StatusError("BadRequest", `this agent speaks protocol ${protocolVersion}, not ${String(protocol)}`);
  }
  connection.isGreeted = true;
  if (typeof term === "number") connection.term = term;
  answer(stream, own);
}

function streamReports(reports: ReportHub, { stream, query }: AgentRequest): void {
  const beatMs = Number(query.get("beat") ?? Number.NaN);
  const isWish = Number.isInteger(beatMs) && beatMs > 0 && beatMs <= maxBeatMs;
  stream.respond({ ":status": 200, "content-type": "application/x-ndjson" });
  const write = (message: AgentMessage): boolean => stream.write(`${JSON.stringify(message)}\n`);
  const reader = reports.add({ write }, isWish ? beatMs : undefined);
  stream.on("drain", reader.resume);
  stream.once("close", reader.stop);
}

async function shutdown(service: AgentService, { stream }: AgentRequest): Promise<void> {
  const body = await readJson(stream);
  const remove = typeof body === "object" && body !== null && "remove" in body && body.remove === true;
  await service.shutdown(remove);
  answer(stream, {});
  stream.once("close", () => service.exit());
}
