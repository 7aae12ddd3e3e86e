// Pictures and the boxes upon them, as pixels. No state, no network.

const LINE_CSS_PX = 2;
const FONT_CSS_PX = 12;
const FADE_FROM = 0.6;
const FADE_TO = 0.15;
const FADE_SPAN = 2e6;

const MAGIC = [
  ["image/jpeg", 0, [0xff, 0xd8, 0xff]],
  ["image/png", 0, [0x89, 0x50, 0x4e, 0x47]],
  ["image/gif", 0, [0x47, 0x49, 0x46, 0x38]],
  ["image/bmp", 0, [0x42, 0x4d]],
  ["image/webp", 8, [0x57, 0x45, 0x42, 0x50]],
];

/** Decodes by what the bytes say, not by what the writer called them; null if no picture. */
export async function decode(buffer) {
  const head = new Uint8Array(buffer, 0, Math.min(16, buffer.byteLength));
  const type = MAGIC.find(([, at, magic]) => magic.every((byte, i) => head[at + i] === byte))?.[0];
  if (!type) return null;
  return createImageBitmap(new Blob([buffer], { type })).catch(() => null);
}

export function paint(canvas, bitmap) {
  if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
  }
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
}

/** How strongly to draw boxes found on an earlier frame: they fade within two seconds. */
export function fade(frameTime, foundTime) {
  if (frameTime === null || foundTime === null) return FADE_FROM / 2;
  const age = Math.max(0, frameTime - foundTime) / FADE_SPAN;
  return age >= 1 ? 0 : FADE_FROM - (FADE_FROM - FADE_TO) * age;
}

/**
 * Draws boxes over a picture. The overlay has the picture's proportions, and both are fitted into
 * the same frame by CSS, so they coincide; its pixels are the screen's, so the lines stay sharp.
 * Boxes are in pixels of the picture, or in parts of it when all of them lie within 0 to 1.
 */
export function drawBoxes(overlay, picture, boxes, strength, color) {
  const shown = Math.min(
    overlay.clientWidth / picture.width,
    overlay.clientHeight / picture.height,
  );
  const dots = window.devicePixelRatio || 1;
  const scale = Math.max(shown, 0.01) * dots;
  overlay.width = Math.round(picture.width * scale);
  overlay.height = Math.round(picture.height * scale);
  if (strength <= 0) return 0;

  const relative = boxes.every((box) => box.x + box.w <= 1 && box.y + box.h <= 1);
  const across = relative ? overlay.width : scale;
  const down = relative ? overlay.height : scale;
  const pen = overlay.getContext("2d");
  pen.globalAlpha = strength;
  pen.lineWidth = LINE_CSS_PX * dots;
  pen.font = `600 ${FONT_CSS_PX * dots}px system-ui, sans-serif`;
  pen.textBaseline = "middle";
  for (const box of boxes) {
    drawBox(pen, box.x * across, box.y * down, box.w * across, box.h * down, color);
    if (Number.isFinite(box.score)) {
      drawLabel(pen, box.score.toFixed(2), box.x * across, box.y * down, dots, color);
    }
  }
  return boxes.length;
}

function drawBox(pen, x, y, w, h, color) {
  pen.strokeStyle = "rgb(0 0 0 / 55%)";
  pen.lineWidth *= 2;
  pen.strokeRect(x, y, w, h);
  pen.lineWidth /= 2;
  pen.strokeStyle = color;
  pen.strokeRect(x, y, w, h);
}

/** The score stands on the box, or inside it where the picture ends above. */
function drawLabel(pen, words, x, y, dots, color) {
  const height = (FONT_CSS_PX + 4) * dots;
  const width = pen.measureText(words).width + 8 * dots;
  const left = Math.max(0, Math.min(x - pen.lineWidth / 2, pen.canvas.width - width));
  const top = y >= height ? y - height : y;
  pen.fillStyle = color;
  pen.fillRect(left, top, width, height);
  pen.fillStyle = "#08131a";
  pen.fillText(words, left + 4 * dots, top + height / 2 + dots / 2);
}
