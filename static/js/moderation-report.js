// A comment's own page is loaded again after a decision. Its message reports the decision, which is a step as well.

import { undo } from "./moderation-undo.js";
import { keep, steps, undoForm } from "./moderation-undo-history.js";

const report = document.querySelector("[data-undoable]");
const undoes = ({ undo }) => new URLSearchParams(undo?.body).get("undoes");

function find(part) {
  return steps.findIndex((step) => step.parts.some((other) => undoes(other) === undoes(part)));
}

// From now on, the queue can undo the decision, too.
export function adoptReport() {
  const part = report && { undo: undoForm(report) };
  if (!part || find(part) >= 0) return;
  steps.push({ parts: [part] });
  keep();
}

function undoReport() {
  if (!report) return;
  const step = find({ undo: undoForm(report) });
  if (step >= 0) steps.splice(step, 1); // else the key was pressed twice
  keep();
  report.querySelector("[name=undoes]").click();
}

export const undoLast = document.querySelector(".queue") ? undo : undoReport;
