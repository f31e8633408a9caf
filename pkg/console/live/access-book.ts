import type { Transport } from "../../client/portable.ts";
import { readBody, send } from "../../client/portable.ts";
import { type AccessRule, type Intent, isAllowed, questionOf } from "./access-plan.ts";

/** What was answered: rules of a namespace, or yes or no. */
type Answer = readonly AccessRule[] | boolean;

/** Who is told no may have been told yes a moment ago: rules changed. All are asked for again, but not with each refusal. */
const refreshPauseMs = 5000;
/** What came to nothing, as where a computer changes networks, is asked again after so long. */
const againMs = 3000;

/** What the user may do, asked once and remembered. */
export class AccessBook {
  readonly #transport: Transport;
  readonly #answers = new Map<string, Answer>();
  /** Questions by their names, to be asked again. */
  readonly #asked = new Map<string, Intent>();
  readonly #listeners = new Set<() => void>();
  readonly #againMs: number;
  #refreshedAt = 0;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(transport: Transport, options: { readonly againMs?: number } = {}) {
    this.#transport = transport;
    this.#againMs = options.againMs ?? againMs;
  }

  /** Undefined until the server has answered. */
  may(intent: Intent): boolean | undefined {
    const question = questionOf(intent);
    if (!this.#asked.has(question)) this.#ask(question, intent);
    const answer = this.#answers.get(question);
    return answer === undefined || typeof answer === "boolean" ? answer : isAllowed(answer, intent);
  }

  /** Asks everything again; what was known counts until there is news. */
  refresh(now = performance.now()): void {
    if (this.#refreshedAt !== 0 && now - this.#refreshedAt < refreshPauseMs) return;
    this.#refreshedAt = now;
    for (const [question, intent] of [...this.#asked]) this.#ask(question, intent);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #ask(question: string, intent: Intent): void {
    this.#asked.set(question, intent);
    this.#answer(intent).then(
      (answer) => {
        this.#answers.set(question, answer);
        this.#wake();
      },
      () => {
        // Whoever looks next asks again.
        this.#asked.delete(question);
        this.#again ??= setTimeout(() => {
          this.#again = undefined;
          this.#wake();
        }, this.#againMs);
      },
    );
  }

  #wake(): void {
    for (const wake of [...this.#listeners]) wake();
  }

  async #answer(intent: Intent): Promise<Answer> {
    const { verb, kind, namespace, subresource, name } = intent;
    if (kind.namespaced && namespace !== undefined) {
      const { resourceRules } = await this.#review("SelfSubjectRulesReview", { namespace });
      return Array.isArray(resourceRules) ? (resourceRules as readonly AccessRule[]) : [];
    }
    const resourceAttributes = {
      ...{ verb, group: kind.group, resource: kind.plural },
      ...(subresource !== undefined && { subresource }),
      ...(name !== undefined && { name }),
    };
    const { allowed } = await this.#review("SelfSubjectAccessReview", { resourceAttributes });
    return allowed === true;
  }

  async #review(kind: string, spec: object): Promise<Readonly<Record<string, unknown>>> {
    const apiVersion = "authorization.k8s.io/v1";
    const answer = await send(this.#transport, {
      method: "POST",
      path: `/apis/${apiVersion}/${kind.toLowerCase()}s`,
      headers: { accept: "application/json", "content-type": "application/json" },
      body: JSON.stringify({ apiVersion, kind, spec }),
    });
    const { status } = JSON.parse(await readBody(answer.body)) as {
      readonly status?: Readonly<Record<string, unknown>>;
    };
    return status ?? {};
  }
}
