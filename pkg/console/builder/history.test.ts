import { expect, it } from "vitest";
import { changeText, redo, startHistory, undo } from "./history.ts";

it("undoes what was done in one go in one step, and goes forth again", () => {
  let history = startHistory("");
  history = changeText(history, "a", "type", 0);
  history = changeText(history, "ab", "type", 500);
  history = changeText(history, "abc", "type", 3000);
  history = changeText(history, "d", "", 3001);
  expect(undo(history).text).toBe("abc");
  expect(undo(undo(history)).text).toBe("ab");
  expect(undo(undo(undo(history))).text).toBe("");
  expect(undo(undo(undo(undo(history)))).text).toBe("");
  expect(redo(undo(undo(history))).text).toBe("abc");
  expect(redo(changeText(undo(history), "e", "type", 4000)).text).toBe("e");
});
