import { kinds } from "../../../api/index.ts";
import type { Command } from "../../command.ts";
import { literalFlags, readLiterals } from "./literals.ts";
import { createFlags, nameOf, namespaceFor, newObject, writeNew } from "./write-new.ts";

export const createNamespace: Command = {
  usage: "create namespace NAME",
  summary: "Makes a namespace.",
  flags: createFlags,
  async run(call) {
    await writeNew(call, kinds.Namespace, newObject(kinds.Namespace, "", nameOf(call), {}));
    return 0;
  },
};

export const createServiceAccount: Command = {
  usage: "create serviceaccount NAME",
  summary: "Makes an identity for programs.",
  flags: createFlags,
  async run(call) {
    await writeNew(
      call,
      kinds.ServiceAccount,
      newObject(kinds.ServiceAccount, await namespaceFor(call), nameOf(call), {}),
    );
    return 0;
  },
};

export const createConfigMap: Command = {
  usage: "create configmap NAME --from-literal=KEY=VALUE ... --from-file=[KEY=]FILE ...",
  summary: "Makes a ConfigMap of values and files.",
  flags: [...literalFlags, ...createFlags],
  async run(call) {
    const data: Record<string, string> = {};
    const binaryData: Record<string, string> = {};
    for (const [key, value] of readLiterals(call.args)) {
      const text = value.toString("utf8");
      // What is no UTF-8 would not survive as text.
      if (Buffer.from(text).equals(value)) data[key] = text;
      else binaryData[key] = value.toString("base64");
    }
    const content = {
      ...(Object.keys(data).length > 0 && { data }),
      ...(Object.keys(binaryData).length > 0 && { binaryData }),
    };
    await writeNew(call, kinds.ConfigMap, newObject(kinds.ConfigMap, await namespaceFor(call), nameOf(call), content));
    return 0;
  },
};
