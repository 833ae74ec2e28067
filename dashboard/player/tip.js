// @ts-check
/** What stands beside the pointer: the line or the place under it. */

/** @typedef {import("./map.js").default} Stage */

/**
 * @param {ReturnType<Stage["found"]>} found
 * @param {Record<string, string>} texts
 * @returns {string[]} its lines; none where there is nothing to say
 */
function linesOf(found, texts) {
  const { transfer, others, place } = found ?? {};
  if (transfer)
    return [
      transfer.date,
      transfer.text,
      ...(others ? [texts.more_here.replace("{count}", String(others))] : []),
      ...(transfer.differs ? [`≠ ${texts.differs}`] : []),
    ];
  return place ? [place.name] : [];
}

/**
 * @param {import("./panel.js").default} panel
 * @param {Stage} stage
 * @param {import("./figures.js").Pointed} pointed
 */
export default function showTip({ tip, stage: { clientWidth, clientHeight } }, stage, pointed) {
  const lines = linesOf(stage.found(pointed), stage.payload.texts);
  tip.hidden = !lines.length;
  if (tip.hidden) return;
  tip.replaceChildren(
    ...lines.map((line) => Object.assign(document.createElement("div"), { textContent: line, dir: "auto" })),
  );
  tip.style.left = `${Math.min(pointed.x + 12, clientWidth - tip.offsetWidth - 8)}px`;
  tip.style.top = `${Math.min(pointed.y + 14, clientHeight - tip.offsetHeight - 8)}px`;
}
