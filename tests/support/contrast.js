// See contrast.py. Takes options for axe-core, and the looks that are known to be good, one a line; returns faults, and
// good looks of this page.
async ([options, known]) => {
  if (typeof axe === "undefined") return null;
  const CLEAR = "rgba(0, 0, 0, 0)";
  const CONTROLS = "input, select, textarea, button";
  const PICTURES = "img, svg, video, canvas, iframe, object";
  const WITHIN_PX = 1;

  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const hasText = (element) =>
    element.matches(CONTROLS) || [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const lines = (element) => [...element.getClientRects()];
  const covers = (box, line) =>
    box.left <= line.left + WITHIN_PX && box.right >= line.right - WITHIN_PX
    && box.top <= line.top + WITHIN_PX && box.bottom >= line.bottom - WITHIN_PX;
  const meets = (box, line) =>
    box.left < line.right && box.right > line.left && box.top < line.bottom && box.bottom > line.top;

  const root = document.documentElement;
  const texts = [];
  const painted = [];
  const graded = [];
  const behind = new Map([[null, ""]]);
  for (const element of document.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    const paint = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.mixBlendMode].join();
    const isPlain = paint === `${CLEAR},none,1,none,normal`;
    behind.set(element, behind.get(element.parentElement) + (isPlain ? "" : ` on ${paint}`));
    if (!isShown(element)) continue;
    // Only the first background of these two is painted everywhere.
    const isPage = element === root || (element === document.body && behind.get(root) === "");
    if (style.backgroundColor !== CLEAR && style.backgroundImage.includes("-gradient(")) graded.push(element);
    if ((!isPlain && !isPage) || element.matches(PICTURES)) painted.push({ element, boxes: lines(element) });
    if (hasText(element)) {
      const points = Math.ceil(parseFloat(style.fontSize) * 72) / 96;
      const isLarge = points >= 18 || (points >= 14 && style.fontWeight >= 700);
      const own = [style.color, style.webkitTextFillColor, isLarge, style.textShadow, style.webkitTextStroke].join();
      texts.push({ element, lines: lines(element), look: own + behind.get(element) });
    }
  }

  const isOnAncestorsAlone = (text) => painted.every(({ element, boxes }) => {
    if (element.contains(text.element)) return text.lines.every((line) => boxes.some((box) => covers(box, line)));
    return text.element.contains(element) || !text.lines.some((line) => boxes.some((box) => meets(box, line)));
  });
  const looks = new Map();
  for (const text of texts) if (isOnAncestorsAlone(text)) looks.set(text.element, text.look);

  const judged = new Set(known.split("\n"));
  const skipped = texts.filter(({ element }) => judged.has(looks.get(element)));
  const judgesAny = skipped.length < texts.length;
  for (const { element } of skipped) element.setAttribute("data-judged", "");
  // axe-core judges no text on a gradient. So it judges it on the colour behind the gradient.
  const images = graded.map((element) => element.style.backgroundImage);
  for (const element of graded) element.style.backgroundImage = "none";
  axe.configure({ rules: [{ id: "color-contrast", selector: judgesAny ? ":not([data-judged])" : ":not(*)" }] });
  const resultTypes = judgesAny ? ["violations", "passes", "incomplete"] : ["violations"];
  const results = await axe.run({ ...options, resultTypes, selectors: false, elementRef: true });
  axe.configure({ rules: [{ id: "color-contrast", selector: "*" }] });
  graded.forEach((element, index) => { element.style.backgroundImage = images[index]; });
  for (const { element } of skipped) element.removeAttribute("data-judged");

  const nodes = (found) => found.flatMap((rule) => rule.nodes.map((node) => ({ id: rule.id, ...node })));
  const ofContrast = (found) => nodes(found.filter((rule) => rule.id === "color-contrast"));
  const because = ({ any }) => any[0]?.data?.messageKey;
  // axe-core leaves it to people whether a text is meant to have the colour of its background.
  const invisible = ofContrast(results.incomplete).filter((node) => because(node) === "equalRatio");
  // It passes texts that are hidden from sight without a look at their colours.
  const good = ofContrast(results.passes).filter((node) => because(node) !== "hidden");
  return {
    faults: [...nodes(results.violations), ...invisible].map(({ id, element, failureSummary }) =>
      `${id} at ${element.localName}.${element.className}: ${failureSummary}`),
    good: [...new Set(good.map(({ element }) => looks.get(element)))].filter((look) => look !== undefined),
  };
}
