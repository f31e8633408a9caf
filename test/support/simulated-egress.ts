import type { Egress, PostAnswer, PostOptions } from "../../pkg/egress/index.ts";

export interface PostedQuestion {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Stands for the world outside: keeps what is posted, and answers as the test says. */
export class SimulatedEgress implements Pick<Egress, "post"> {
  readonly posts: PostedQuestion[] = [];
  /** By URL; 204 where there is none. What never resolves is a hook that never answers. */
  readonly answers = new Map<string, PostAnswer | Error | Promise<PostAnswer>>();

  async post(url: string, { headers, body }: PostOptions): Promise<PostAnswer> {
    this.posts.push({ url, headers, body: JSON.parse(body) as Record<string, unknown> });
    const answer = (await this.answers.get(url)) ?? { status: 204, text: "" };
    if (answer instanceof Error) throw answer;
    return answer;
  }
}
