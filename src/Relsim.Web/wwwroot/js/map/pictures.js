// Pictures as bitmaps with round corners: few at a time are fetched, the nearest to need first; the least recently used are let go.
const sides = [64, 128, 256, 384];
const mostAtOnce = 6;
const mostBytes = 96 * 1024 * 1024;

export class Pictures {
  constructor(urlOf, onArrival) {
    this.urlOf = urlOf;
    this.onArrival = onArrival;
    this.kept = new Map(); // "index/side" -> bitmap, oldest first; null where the picture cannot be had
    this.bytes = 0;
    this.loading = new Set();
    this.wanted = [];
  }

  // The best bitmap there is for a picture that is drawn `side` device pixels wide; asks for a better one.
  get(index, side) {
    const right = sides.find(s => s >= side * 0.9) ?? sides.at(-1);
    const key = `${index}/${right}`;
    const bitmap = this.kept.get(key);
    if (bitmap !== undefined) {
      this.kept.delete(key);
      this.kept.set(key, bitmap);
      return bitmap;
    }
    this.wanted.push([index, right, key]);
    for (const other of sides) {
      const substitute = this.kept.get(`${index}/${other}`);
      if (substitute) return substitute;
    }
    return undefined;
  }

  // Called once a frame, after all gets: what was wanted in older frames is forgotten.
  flush() {
    const wanted = this.wanted;
    this.wanted = [];
    this.queue = wanted.filter(([, , key]) => !this.loading.has(key));
    this.pump();
  }

  pump() {
    while (this.loading.size < mostAtOnce && this.queue?.length > 0) {
      const [index, side, key] = this.queue.shift();
      if (!this.loading.has(key) && !this.kept.has(key)) this.load(index, side, key);
    }
  }

  async load(index, side, key) {
    this.loading.add(key);
    let bitmap = null;
    try {
      const answer = await fetch(this.urlOf(index, side), { priority: 'low' });
      if (answer.ok) bitmap = rounded(await createImageBitmap(await answer.blob()));
    } catch {
      bitmap = null; // A picture that is gone keeps its place as a mat.
    }
    this.loading.delete(key);
    this.keep(key, bitmap);
    this.onArrival();
    this.pump();
  }

  keep(key, bitmap) {
    this.kept.set(key, bitmap);
    this.bytes += sizeOf(bitmap);
    for (const [old, value] of this.kept) {
      if (this.bytes <= mostBytes || old === key) break;
      this.kept.delete(old);
      this.bytes -= sizeOf(value);
      value?.close();
    }
  }

  close() {
    this.queue = [];
    for (const bitmap of this.kept.values()) bitmap?.close();
    this.kept.clear();
  }
}

function sizeOf(bitmap) {
  return bitmap ? bitmap.width * bitmap.height * 4 : 64;
}

function rounded(bitmap) {
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  context.beginPath();
  context.roundRect(0, 0, width, height, Math.max(width, height) * 0.1);
  context.clip();
  context.drawImage(bitmap, 0, 0);
  // A hairline, half of it clipped away: a white picture ends somewhere on white too.
  context.strokeStyle = 'rgb(128 128 128 / 0.4)';
  context.lineWidth = Math.max(2, width / 40);
  context.stroke();
  bitmap.close();
  return canvas.transferToImageBitmap();
}
