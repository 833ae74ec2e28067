// @ts-check
/** The frame that is shown as a picture: title, map, labels, counters, legend, day, filters and attribution in it. */

/** @typedef {import("./payload.js").Payload} Payload */

const MARGIN = 20; // pixels

/**
 * Hands the picture to the browser, to be saved.
 *
 * @param {string} name  of the file
 * @param {Parameters<typeof picture>} shown
 */
export async function savePicture(name, ...shown) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await picture(...shown));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/**
 * @param {import("./map.js").default} stage
 * @param {import("./panel.js").default} panel
 * @param {Payload} payload
 * @param {Record<string, string>} colors  of the theme
 * @returns {Promise<Blob>} PNG
 */
async function picture(stage, panel, payload, colors) {
  const density = devicePixelRatio;
  const { width, height } = stage.size;
  const canvas = document.createElement("canvas");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const style = getComputedStyle(panel.root);
  const sans = style.fontFamily;
  const serif = getComputedStyle(panel.day).fontFamily;
  const inner = width - 2 * MARGIN;
  /** @type {{text: string, font: string, color: string, size: number}[]} */
  const lines = [];
  const add = (
    /** @type {string} */ text,
    /** @type {string} */ font,
    /** @type {number} */ size,
    color = colors.ink,
  ) => {
    context.font = font;
    for (const line of wrapped(context, text, inner)) lines.push({ text: line, font, color, size });
  };
  add(payload.texts.title, `600 22px ${serif}`, 28);
  add(`${panel.day.textContent} · ${panel.note.textContent}`, `600 15px ${serif}`, 22);
  if (payload.texts.filters) add(payload.texts.filters, `13px ${sans}`, 18, colors.muted);
  const top = MARGIN + lines.reduce((sum, line) => sum + line.size, 0) + 8;
  const above = lines.length;
  add(panel.foot.textContent ?? "", `11.5px ${sans}`, 16, colors.muted);
  const total = top + height + 12 + lines.slice(above).reduce((sum, line) => sum + line.size, 0) + MARGIN;
  Object.assign(canvas, { width: Math.round(width * density), height: Math.round(total * density) });
  context.scale(density, density);
  context.fillStyle = colors.paper;
  context.fillRect(0, 0, width, total);
  context.textBaseline = "top";
  let y = MARGIN;
  lines.forEach((line, i) => {
    if (i === above) y = top + height + 12;
    context.font = line.font;
    context.fillStyle = line.color;
    context.fillText(line.text, MARGIN, y);
    y += line.size;
  });
  context.save();
  context.translate(0, top);
  context.beginPath();
  context.rect(0, 0, width, height);
  context.clip();
  context.fillStyle = colors.sea;
  context.fillRect(0, 0, width, height);
  context.drawImage(stage.ground.canvas, 0, 0, width, height);
  const { surface, deck } = stage.figures;
  if (surface && deck) {
    deck.redraw("picture"); // the surface is empty again once the browser has shown it
    context.drawImage(surface, 0, 0, width, height);
  }
  const frame = panel.stage.getBoundingClientRect();
  const boxes = [...panel.labels.querySelectorAll(".ptm-label:not([hidden])"), panel.counters.root];
  if (panel.legend.isOpen) boxes.push(panel.legend.root);
  for (const box of boxes) paint(context, box, frame);
  context.restore();
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"),
  );
}

/** @param {CanvasRenderingContext2D} context @param {string} text @param {number} width @returns {string[]} */
function wrapped(context, text, width) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(/\s+/)) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/**
 * Paints an element as the page shows it: grounds, borders and texts, no more than labels and boxes have.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Element} element
 * @param {DOMRect} frame  what is drawn at the context's origin
 */
function paint(context, element, frame) {
  const style = getComputedStyle(element);
  if (style.visibility === "hidden" || style.clipPath !== "none") return;
  context.save();
  context.globalAlpha *= Number(style.opacity);
  for (const pseudo of [null, "::before"]) {
    const look = pseudo ? getComputedStyle(element, pseudo) : style;
    if (pseudo && look.content === "none") continue;
    const box = element.getBoundingClientRect();
    let [x, y, wide, high] = [box.left - frame.left, box.top - frame.top, box.width, box.height];
    if (pseudo) {
      const [ownWidth, ownHeight] = [parseFloat(look.width) || 0, parseFloat(look.height) || 0];
      [x, y, wide, high] = [x + (parseFloat(look.left) || 0), y + (high - ownHeight) / 2, ownWidth, ownHeight];
    }
    const round = Math.min(parseFloat(look.borderTopLeftRadius) || 0, high / 2);
    context.beginPath();
    if (look.borderTopLeftRadius.endsWith("%"))
      context.ellipse(x + wide / 2, y + high / 2, wide / 2, high / 2, 0, 0, 7);
    else context.roundRect(x, y, wide, high, round);
    context.fillStyle = look.backgroundColor;
    context.fill();
    if (look.backgroundImage !== "none") pattern(context, element.className, [x, y, wide, high], look);
    const edge = parseFloat(look.borderTopWidth) || 0;
    if (edge && look.borderTopStyle !== "none") {
      context.lineWidth = edge;
      context.strokeStyle = look.borderTopColor;
      context.stroke();
    }
  }
  for (const child of element.childNodes) {
    if (child instanceof Element) {
      if (!(/** @type {HTMLElement} */ (child).hidden)) paint(context, child, frame);
    } else if (child.textContent?.trim()) {
      const range = document.createRange();
      range.selectNodeContents(child);
      const box = range.getBoundingClientRect();
      context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
      context.fillStyle = style.color;
      context.textBaseline = "middle";
      const text = style.textTransform === "uppercase" ? child.textContent.toUpperCase() : child.textContent;
      context.fillText(
        text.trim(),
        box.left - frame.left,
        (box.top + box.bottom) / 2 - frame.top,
        box.width || undefined,
      );
    }
  }
  context.restore();
}

/**
 * Stripes, dashes and dots of the legend, which a style sheet makes of gradients.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {string} kind  classes of the key
 * @param {number[]} box left, top, width, height
 * @param {CSSStyleDeclaration} look
 */
function pattern(context, kind, [x, y, wide, high], look) {
  const colors = look.backgroundImage.match(/rgba?\([^)]*\)|color\([^)]*\)|oklab\([^)]*\)/g) ?? [];
  const [color, other] = [colors[0], colors.at(-1)];
  const middle = y + high / 2;
  context.save();
  context.beginPath();
  context.rect(x, y, wide, high);
  context.clip();
  context.strokeStyle = context.fillStyle = color ?? look.color;
  context.lineWidth = high;
  const along = (/** @type {number[]} */ dashes) => {
    context.setLineDash(dashes);
    context.beginPath();
    context.moveTo(x, middle);
    context.lineTo(x + wide, middle);
    context.stroke();
  };
  if (kind.includes("planned")) along([8, 4]);
  else if (kind.includes("refused")) {
    context.lineCap = "round";
    along([0, 7.5]);
  } else if (kind.includes("open")) {
    context.globalAlpha = 0.3;
    along([2.5, 3.5]);
    context.globalAlpha = 1;
    context.lineWidth = 3;
    along([]);
  } else {
    context.lineWidth = 1;
    const slope = kind.includes("reach") ? -1 : 1;
    if (other) {
      context.fillStyle = other;
      context.fillRect(x, y, wide, high);
    }
    for (let left = x - high; left < x + wide + high; left += 6) {
      context.beginPath();
      context.moveTo(left, slope > 0 ? y + high : y);
      context.lineTo(left + high, slope > 0 ? y : y + high);
      context.stroke();
    }
  }
  context.restore();
}
