import "./styles/tokens.css";
import "./styles/base.css";
import "./ui/ui.css";
import "./app/shell.css";
import "./history/history.css";
import "./application/application.css";
import "uplot/dist/uPlot.min.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { applyTheme } from "./app/theme.ts";

applyTheme();
const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<App />);
