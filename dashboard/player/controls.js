// @ts-check
/** What the reader does with buttons, keys, scrubber and wheel. */

import { face } from "./elements.js";

/**
 * What the controls ask of the player.
 *
 * @typedef {Object} Actions
 * @property {() => void} toggle                 plays or pauses
 * @property {(way: 1|-1) => void} step          to the event before or after
 * @property {(days: number) => void} byDays     so many days on, or back
 * @property {(time: number) => void} stand      at a time
 * @property {(time: number) => void} scrub      while the hand is on the scrubber
 * @property {() => void} scrubbed               the hand has let go
 * @property {() => boolean} loop                turns repetition on or off; returns which
 * @property {(figure: string) => void} open     the claims for a number
 * @property {(step: 1|-1) => void} zoom
 * @property {() => void} showAll                the whole selection
 * @property {() => void} savePicture
 * @property {() => void} covered                something covers the map, or no longer does
 * @property {() => Record<string, string>} texts
 */

const DAYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 7, PageDown: -7 };
const HINT_MS = 1200;

/**
 * @param {import("./panel.js").default} panel
 * @param {Actions} actions
 * @returns {() => void} cleans up
 */
export default function control(panel, actions) {
  const { root } = panel;
  panel.play.onclick = actions.toggle;
  panel.previous.onclick = () => actions.step(-1);
  panel.next.onclick = () => actions.step(1);
  panel.loop.onclick = () => panel.loop.setAttribute("aria-pressed", String(actions.loop()));
  panel.loop.setAttribute("aria-pressed", "false");
  panel.scrubber.oninput = () => actions.scrub(Number(panel.scrubber.value));
  panel.scrubber.onchange = actions.scrubbed;
  panel.scrubber.onkeydown = (event) => {
    const days = DAYS[/** @type {keyof typeof DAYS} */ (event.key)];
    if (!days) return; // Home and End are the browser's
    event.preventDefault();
    actions.byDays(days);
  };
  panel.ticks.onclick = ({ target }) => {
    const { end } = /** @type {HTMLElement} */ (target).dataset;
    if (end) actions.stand(Number(end));
  };
  for (const numbers of [panel.counters.root, panel.steps.list]) {
    numbers.onclick = ({ target }) => {
      const figure = /** @type {HTMLElement} */ (target).dataset.ptmFigure;
      if (figure) actions.open(figure);
    };
  }
  panel.stepsButton.onclick = () => panel.showSteps(!panel.stepsAreOpen);
  panel.legend.button.onclick = () => {
    panel.legend.show(!panel.legend.isOpen);
    actions.covered();
  };
  panel.zoomIn.onclick = () => actions.zoom(1);
  panel.zoomOut.onclick = () => actions.zoom(-1);
  panel.whole.onclick = actions.showAll;
  panel.picture.onclick = actions.savePicture;
  panel.full.onclick = () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen());
  panel.full.hidden = !document.fullscreenEnabled;
  root.addEventListener("fullscreenchange", () => {
    const full = document.fullscreenElement === root;
    face(panel.full, "full", full ? actions.texts().leave_full_screen : actions.texts().full_screen);
  });
  return wheel(panel);
}

/**
 * The wheel scrolls the page; with Ctrl, or on the full screen, it zooms the map.
 *
 * @param {import("./panel.js").default} panel
 * @returns {() => void} cleans up
 */
function wheel({ root, stage, hint }) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  stage.addEventListener(
    "wheel",
    (event) => {
      if (event.ctrlKey || event.metaKey || document.fullscreenElement === root) return;
      event.stopPropagation();
      hint.hidden = false;
      clearTimeout(timer);
      timer = setTimeout(() => {
        hint.hidden = true;
      }, HINT_MS);
    },
    { capture: true, passive: true },
  );
  return () => clearTimeout(timer);
}
