/** The console's files as a browser is to get them: the same from the server and from `plush ui`. */
export { answerPage, type PageFacts, type PageRequest } from "./answer-page.ts";
export { isPagePath, type PageAnswer, pageRoot, sendPage } from "./page-answer.ts";
export { openPages, type Pages } from "./pages.ts";
