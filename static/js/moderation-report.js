// A comment's own page is loaded again after a decision. Its message reports the decision, which is a step as well.

import { undo as undoStep } from "./moderation-undo.js";
import { isKnown, keep, steps, undoForm } from "./moderation-undo-history.js";

const report = document.querySelector("[data-undoable]");

// From now on, the queue can undo the decision, too.
export function adoptReport() {
  const undo = report && undoForm(report);
  if (!undo || isKnown(undo)) return;
  steps.push({ undo });
  keep();
}

const undoReport = () => report?.querySelector("[name=undoes]").click();

export const undoLast = document.querySelector(".queue") ? undoStep : undoReport;
