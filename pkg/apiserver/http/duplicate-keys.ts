import { endOfString } from "../json-member.ts";

/** Where the scanner is: in an object, whose keys it has seen, or in a list. */
interface Frame {
  readonly keys: Set<string> | undefined;
  /** Key or index of the member that is being read. */
  member: string | number;
}

const quote = 0x22;
const comma = 0x2c;
const openList = 0x5b;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;
const colon = 0x3a;

/** More than this is told by a few: an answer should stay readable. */
const maxTold = 20;

/**
 * Paths of the keys that stand twice in one object, such as `spec.phases[0].name`, which JSON.parse does not tell. The
 * text must be JSON.
 */
export function findDuplicateKeys(text: string): readonly string[] {
  const found: string[] = [];
  const stack: Frame[] = [];
  let frame: Frame | undefined;
  for (let at = 0; at < text.length && found.length < maxTold; at++) {
    switch (text.charCodeAt(at)) {
      case quote: {
        const end = endOfString(text, at);
        if (frame?.keys !== undefined && isKey(text, end)) {
          const key = readKey(text, at, end);
          frame.member = key;
          if (frame.keys.has(key)) found.push(pathOf(stack));
          frame.keys.add(key);
        }
        at = end;
        break;
      }
      case openObject:
        frame = { keys: new Set(), member: "" };
        stack.push(frame);
        break;
      case openList:
        frame = { keys: undefined, member: 0 };
        stack.push(frame);
        break;
      case comma:
        if (typeof frame?.member === "number") frame.member++;
        break;
      case closeObject:
      case closeList:
        stack.pop();
        frame = stack.at(-1);
        break;
    }
  }
  return found;
}

function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (text.charCodeAt(at) <= 0x20) at++;
  return text.charCodeAt(at) === colon;
}

function readKey(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  return raw.includes("\\") ? String(JSON.parse(text.slice(start, end + 1))) : raw;
}

function pathOf(stack: readonly Frame[]): string {
  let path = "";
  for (const { member } of stack)
    path += typeof member === "number" ? `[${member}]` : `${path === "" ? "" : "."}${member}`;
  return path;
}
