// The joint map: reads the points, and turns pointer and keys into movement. Blazor calls open and close.
import { levels, weights } from './placement.js';
import { Pictures } from './pictures.js';
import { Painter } from './paint.js';
import { View } from './view.js';
import { Selection } from './selection.js';
import { Card } from './card.js';

let current = null;

export async function open(host, dataUrl, query) {
  close();
  const opening = current = new JointMap(host, query);
  await opening.load(dataUrl);
  return opening.points?.count ?? 0;
}

export function close() {
  current?.close();
  current = null;
}

class JointMap {
  constructor(host, query) {
    this.host = host;
    this.query = query;
    this.canvas = host.querySelector('canvas');
    this.ending = new AbortController();
    this.view = new View(matchMedia('(prefers-reduced-motion: reduce)'));
    this.lassoTool = false;
    this.path = [];
    this.pointers = new Map();
    this.current = -1;
  }

  async load(dataUrl) {
    const answer = await fetch(dataUrl, { signal: this.ending.signal });
    if (!answer.ok) throw new Error((await answer.json()).detail ?? answer.statusText);
    this.points = arrange(await answer.json());
    const thumb = (i, side) => `/thumb/${this.points.ids[i]}?w=${side}`;
    this.painter = new Painter(this.canvas, this.host);
    this.pictures = new Pictures(thumb, () => this.draw());
    this.selection = new Selection(document.querySelector('[data-selection]'), this.points, thumb, () => this.draw());
    this.card = new Card(this.host, this.points, thumb, this.query, i => this.selection.toggle(i));
    this.listen();
    this.resize();
    document.fonts.ready.then(() => this.draw());
    this.host.dataset.ready = 'true';
  }

  listen() {
    const on = (target, type, handler, options = {}) => target.addEventListener(type, handler, { signal: this.ending.signal, ...options });
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(this.host);
    on(window, 'relsim:theme', () => { this.painter.readColors(); this.draw(); });
    on(this.canvas, 'wheel', event => this.wheel(event), { passive: false });
    on(this.canvas, 'pointerdown', event => this.down(event));
    on(this.canvas, 'pointermove', event => this.move(event));
    on(this.canvas, 'pointerup', event => this.up(event));
    on(this.canvas, 'pointercancel', event => this.up(event));
    on(this.canvas, 'pointerleave', () => { if (!this.card.pinned) this.hover(-1); });
    on(this.canvas, 'dblclick', event => { this.view.zoomAt(2, ...this.place(event)); this.draw(); });
    on(this.canvas, 'keydown', event => this.key(event));
    const tools = this.host.parentElement.querySelectorAll('[data-tool]');
    tools.forEach(tool => on(tool, 'click', () => this.tool(tool.dataset.tool)));
  }

  tool(name) {
    if (name === 'lasso') {
      this.lassoTool = !this.lassoTool;
      const button = this.host.parentElement.querySelector('[data-tool="lasso"]');
      button.setAttribute('aria-pressed', this.lassoTool);
      this.canvas.classList.toggle('lassoing', this.lassoTool);
    } else if (name === 'fit') {
      this.view.reset();
    } else {
      this.view.zoomAt(name === 'in' ? 1.7 : 1 / 1.7, this.view.width / 2, this.view.height / 2);
    }
    this.draw();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (width === 0 || height === 0) return;
    const small = width < 700;
    this.view.resize(width, height, { left: small ? 60 : 84, right: small ? 26 : 52, top: small ? 84 : 92, bottom: small ? 64 : 72 });
    this.painter.resize(width, height);
    this.arrangeFor(this.view.plot);
    this.draw();
  }

  // Which pictures have room depends on the shape of the window; small changes of it are not worth the work.
  arrangeFor({ width, height }) {
    const { points } = this;
    const before = points.arranged;
    if (before && Math.abs(before.width / width - 1) < 0.15 && Math.abs(before.height / height - 1) < 0.15) return;
    points.spacing = Math.min(64, Math.max(46, width / 18));
    points.arranged = { width, height, spacing: points.spacing };
    points.level = levels(points.x, points.y, points.weight, points.arranged);
  }

  draw() {
    this.frame ??= requestAnimationFrame(time => this.paint(time));
  }

  paint(time) {
    this.frame = null;
    if (this.ending.signal.aborted) return;
    const milliseconds = Math.min(50, time - (this.last ?? time - 16));
    const marks = { selection: this.selection.indices, current: this.current, lasso: this.path };
    const still = !this.view.step(milliseconds);
    this.shown = this.painter.paint(this.view, this.points, this.pictures, marks, milliseconds);
    if (this.card.index >= 0) this.placeCard();
    this.last = still && this.shown.settled ? null : time;
    if (this.last) this.draw();
  }

  placeCard() {
    const i = this.card.index;
    this.card.show(i, this.view.screenX(this.points.x[i]), this.view.screenY(this.points.y[i]), this.card.pinned, this.shown.side);
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  wheel(event) {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : 1;
    // Two fingers on a trackpad pan; a wheel, or a pinch (which arrives with Ctrl), zooms.
    if (!event.ctrlKey && event.deltaX !== 0) this.view.panBy(-event.deltaX * unit, -event.deltaY * unit);
    else this.view.zoomAt(Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0016)), ...this.place(event));
    this.draw();
  }

  down(event) {
    if (event.button !== 0) return;
    const [x, y] = this.place(event);
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, { x, y });
    this.view.throw(0, 0);
    this.moved = 0;
    this.drawing = this.pointers.size === 1 && (event.shiftKey || this.lassoTool);
    this.path = this.drawing ? [[x, y]] : [];
    this.trace = [{ x, y, time: event.timeStamp }];
  }

  move(event) {
    const [x, y] = this.place(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== 'touch' && !this.card.pinned) this.hover(this.hit(x, y));
      return;
    }
    this.moved += Math.hypot(x - before.x, y - before.y);
    if (this.drawing) {
      this.path.push([x, y]);
    } else if (this.pointers.size === 2) {
      const other = [...this.pointers].find(([id]) => id !== event.pointerId)[1];
      const factor = Math.hypot(x - other.x, y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
      this.view.zoomAt(factor, (x + other.x) / 2, (y + other.y) / 2);
      this.view.panBy((x - before.x) / 2, (y - before.y) / 2);
      this.view.jump();
    } else if (this.moved > 4) {
      this.view.panBy(x - before.x, y - before.y);
      this.trace = [...this.trace.slice(-4), { x, y, time: event.timeStamp }];
    }
    this.pointers.set(event.pointerId, { x, y });
    this.draw();
  }

  up(event) {
    if (!this.pointers.delete(event.pointerId)) return;
    const [x, y] = this.place(event);
    if (this.drawing) {
      if (this.path.length > 3) this.selection.lasso(this.path, this.view);
    } else if (this.moved <= 4) {
      this.pin(this.hit(x, y));
    } else if (this.pointers.size === 0) {
      const first = this.trace[0];
      const time = event.timeStamp - first.time;
      if (time > 0 && time < 160) this.view.throw((x - first.x) / time, (y - first.y) / time);
    }
    this.drawing = false;
    this.path = [];
    this.draw();
  }

  // The topmost picture under a place, or a dot close to it.
  hit(x, y) {
    if (!this.shown) return -1;
    const { thumbs, dots, side } = this.shown;
    for (let k = thumbs.length - 1; k >= 0; k--) {
      if (Math.abs(thumbs[k].x - x) < side / 2 && Math.abs(thumbs[k].y - y) < side / 2) return thumbs[k].i;
    }
    let best = -1;
    let least = 9;
    for (let k = 0; k < dots.length; k += 3) {
      const distance = Math.hypot(dots[k + 1] - x, dots[k + 2] - y);
      if (distance < least) [least, best] = [distance, dots[k]];
    }
    return best;
  }

  hover(index) {
    if (index === this.current) return;
    this.current = index;
    this.canvas.classList.toggle('over', index >= 0);
    if (index >= 0) this.card.show(index, this.view.screenX(this.points.x[index]), this.view.screenY(this.points.y[index]), false, this.shown.side);
    else this.card.hide();
    this.draw();
  }

  pin(index) {
    this.current = index;
    if (index < 0) this.card.hide();
    else this.card.show(index, this.view.screenX(this.points.x[index]), this.view.screenY(this.points.y[index]), true, this.shown.side);
    this.draw();
  }

  key(event) {
    const step = { ArrowLeft: [90, 0], ArrowRight: [-90, 0], ArrowUp: [0, 90], ArrowDown: [0, -90] }[event.key];
    if (step) this.view.panBy(...step, true);
    else if (event.key === '+' || event.key === '=') this.tool('in');
    else if (event.key === '-') this.tool('out');
    else if (event.key === '0') this.view.reset();
    else if (event.key === 'Escape') { this.pin(-1); this.selection.set([]); }
    else if (event.key === 'n' || event.key === 'p') this.stepTo(event.key === 'n' ? 1 : -1);
    else if (event.key === ' ' && this.current >= 0) this.selection.toggle(this.current);
    else if (event.key === 'Enter' && this.current >= 0) { this.pin(this.current); this.card.box.querySelector('a').focus(); }
    else return;
    event.preventDefault();
    this.draw();
  }

  // From picture to picture, by shared logic, among those that are shown.
  stepTo(direction) {
    const { width, height } = this.view;
    const inSight = (this.shown?.thumbs ?? []).filter(({ x, y }) => x > 0 && y > 0 && x < width && y < height);
    const order = inSight.map(thumb => thumb.i).sort((a, b) => this.points.relational[b] - this.points.relational[a]);
    if (order.length === 0) return;
    const at = order.indexOf(this.current);
    const next = order[at < 0 ? 0 : (at + direction + order.length) % order.length];
    this.current = -1;
    this.hover(next);
    this.card.announce(next);
  }

  close() {
    this.ending.abort();
    this.sizes?.disconnect();
    this.pictures?.close();
    if (this.frame) cancelAnimationFrame(this.frame);
    this.card?.box.remove();
    this.card?.said.remove();
  }
}

// Brings both axes to [0, 1] and says of each point how much it counts and what colour it has.
function arrange({ ids, paths, relational, attribute }) {
  const axis = values => {
    const low = values.reduce((least, v) => Math.min(least, v), Infinity);
    const high = values.reduce((most, v) => Math.max(most, v), -Infinity);
    return { from: low, span: Math.max(1e-6, high - low) };
  };
  const range = { x: axis(attribute), y: axis(relational) };
  const x = Float64Array.from(attribute, v => (v - range.x.from) / range.x.span);
  const y = Float64Array.from(relational, v => (v - range.y.from) / range.y.span);
  const weight = weights(x, y);
  // 1: more logic than looks; 2: more looks than logic; the middle of the cloud is grey.
  const group = Uint8Array.from(x, (v, i) => y[i] - v > 0.22 ? 1 : v - y[i] > 0.22 ? 2 : 0);
  return { count: ids.length, ids, paths, relational, attribute, range, x, y, weight, group };
}
