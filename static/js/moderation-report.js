// A comment's own page is loaded again after a decision. Its message reports the decision, which is a step as well.

import { undo as undoStep } from "./moderation-undo.js";
import { dropUndone, find, keep, steps, undoForm } from "./moderation-undo-history.js";

const report = document.querySelector("[data-undoable]");
const undo = report && undoForm(report);

// From now on, the queue can undo the decision, too.
export function adoptReport() {
  if (!undo || find(undo) >= 0) return;
  steps.push({ undo });
  keep();
}

function undoReport() {
  if (!report) return;
  dropUndone(undo);
  report.querySelector("[name=undoes]").click();
}

export const undoLast = document.querySelector(".queue") ? undoStep : undoReport;
