// Paints the plane: ground, grid, dots, pictures, what is chosen. Everything is drawn anew each frame; only the ground is kept.
import { finest, step } from './placement.js';

const names = ['--card', '--edge', '--mat', '--text', '--faint', '--logic', '--look', '--edge-strong', '--raised'];
const arrival = 0.3;
const largest = 240;
const settling = 90; // milliseconds

export class Painter {
  constructor(canvas, host) {
    this.canvas = canvas;
    this.host = host;
    this.side = 0;
    this.context = canvas.getContext('2d', { alpha: false });
    this.readColors();
  }

  // A canvas knows no custom properties: an element is asked what they come to.
  readColors() {
    const probe = document.createElement('i');
    this.host.append(probe);
    this.colors = Object.fromEntries(names.map(name => {
      probe.style.color = `var(${name})`;
      return [name.slice(2), getComputedStyle(probe).color];
    }));
    probe.remove();
    this.ground = null;
  }

  resize(width, height) {
    this.ratio = Math.min(devicePixelRatio || 1, 2);
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
    this.ground = null;
  }

  // Paints a frame that comes some milliseconds after the last; says what is shown, and whether pictures still change their size.
  paint(view, points, pictures, marks, milliseconds) {
    const c = this.context;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.drawImage(this.ground ??= this.paintGround(view), 0, 0);
    c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.paintGrid(view, points.range);
    c.save();
    c.beginPath();
    c.rect(44, 0, view.width - 44, view.height - 27);
    c.clip();
    const shown = this.choose(view, points, view.reducedMotion.matches ? Infinity : milliseconds);
    this.paintDots(view, points, shown, marks);
    this.paintPictures(shown, pictures, marks);
    this.paintMarks(view, points, shown, marks);
    c.restore();
    pictures.flush();
    return shown;
  }

  paintGround(view) {
    const ground = new OffscreenCanvas(this.canvas.width, this.canvas.height);
    const c = ground.getContext('2d');
    c.fillStyle = this.colors.card;
    c.fillRect(0, 0, ground.width, ground.height);
    const tint = (x, y, color) => {
      const gradient = c.createRadialGradient(x, y, 0, x, y, ground.width * 0.6);
      gradient.addColorStop(0, color.replace('rgb(', 'rgba(').replace(')', ', 0.12)'));
      gradient.addColorStop(1, color.replace('rgb(', 'rgba(').replace(')', ', 0)'));
      c.fillStyle = gradient;
      c.fillRect(0, 0, ground.width, ground.height);
    };
    tint(0, 0, this.colors.logic);
    tint(ground.width, ground.height, this.colors.look);
    return ground;
  }

  paintGrid(view, range) {
    const c = this.context;
    const { plot } = view;
    c.lineWidth = 1;
    c.strokeStyle = this.colors.edge;
    c.fillStyle = this.colors.faint;
    c.font = '12px Inter, system-ui, sans-serif';
    c.textAlign = 'center';
    c.beginPath();
    for (const value of ticks(range.x, view.planeX(plot.x), view.planeX(plot.x + plot.width), plot.width / 110)) {
      const x = Math.round(view.screenX((value - range.x.from) / range.x.span)) + 0.5;
      c.moveTo(x, 0);
      c.lineTo(x, view.height - 26);
      c.fillText(label(value), x, view.height - 10);
    }
    c.textAlign = 'right';
    for (const value of ticks(range.y, view.planeY(plot.y + plot.height), view.planeY(plot.y), plot.height / 90)) {
      const y = Math.round(view.screenY((value - range.y.from) / range.y.span)) + 0.5;
      c.moveTo(44, y);
      c.lineTo(view.width, y);
      c.fillText(label(value), 38, y + 4);
    }
    c.stroke();
  }

  // What is within the window: pictures where the zoom leaves them room, dots elsewhere. A loop over 10,000 points takes 50 microseconds.
  choose(view, points, milliseconds) {
    const { zoom } = view.now;
    // A level arrives a little early, and is all there when its own zoom is reached.
    const depth = Math.log(zoom) / Math.log(step) + arrival;
    const level = Math.floor(depth);
    const arriving = Math.min(1, (depth - level) / arrival);
    const dots = [];
    const thumbs = [];
    let needed = -Infinity;
    for (let i = 0; i < points.count; i++) {
      const x = view.screenX(points.x[i]);
      const y = view.screenY(points.y[i]);
      if (x < -largest || y < -largest || x > view.width + largest || y > view.height + largest) continue;
      const own = points.level[i];
      if (own <= finest && own > needed) needed = own;
      if (own <= level) thumbs.push({ i, x, y, alpha: own === level ? arriving : 1 });
      else dots.push(i, x, y);
    }
    thumbs.sort((a, b) => points.weight[a.i] - points.weight[b.i]);
    // Where all there is has room, it takes the room.
    const target = Math.min(largest, points.spacing * zoom / step ** Math.min(level, needed) * 0.96);
    this.side = this.side === 0 ? target : this.side + (target - this.side) * (1 - Math.exp(-milliseconds / settling));
    const settled = Math.abs(target - this.side) < 0.4;
    if (settled) this.side = target;
    return { dots, thumbs, side: this.side, settled };
  }

  paintDots(view, points, { dots }, marks) {
    const c = this.context;
    const radius = Math.min(4, 1.7 + view.now.zoom * 0.15);
    // Thousands of circles take longer than a frame; at that size nobody tells them from squares.
    const round = dots.length < 3 * 2000;
    const groups = [this.colors['edge-strong'], this.colors.logic, this.colors.look];
    for (let group = 0; group < 3; group++) {
      c.fillStyle = groups[group];
      c.globalAlpha = group === 0 ? 0.5 : 0.75;
      if (round) c.beginPath();
      for (let k = 0; k < dots.length; k += 3) {
        if (points.group[dots[k]] !== group) continue;
        if (round) {
          c.moveTo(dots[k + 1] + radius, dots[k + 2]);
          c.arc(dots[k + 1], dots[k + 2], radius, 0, 2 * Math.PI);
        } else {
          c.fillRect(dots[k + 1] - radius, dots[k + 2] - radius, 2 * radius, 2 * radius);
        }
      }
      if (round) c.fill();
    }
    c.globalAlpha = 1;
    c.fillStyle = this.colors.logic;
    for (let k = 0; k < dots.length; k += 3) {
      if (marks.selection.has(dots[k])) c.fillRect(dots[k + 1] - 3, dots[k + 2] - 3, 6, 6);
    }
  }

  paintPictures({ thumbs, side }, pictures, marks) {
    const c = this.context;
    for (const thumb of thumbs) {
      const { i, x, y, alpha } = thumb;
      const bitmap = pictures.get(i, side * this.ratio);
      c.globalAlpha = alpha * (marks.selection.size > 0 && !marks.selection.has(i) ? 0.35 : 1);
      if (bitmap) {
        const scale = side / Math.max(bitmap.width, bitmap.height);
        c.drawImage(bitmap, x - bitmap.width * scale / 2, y - bitmap.height * scale / 2, bitmap.width * scale, bitmap.height * scale);
      } else {
        c.fillStyle = this.colors.mat;
        c.fillRect(x - side / 2, y - side / 2, side, side);
      }
    }
    c.globalAlpha = 1;
  }

  paintMarks(view, points, { thumbs, side }, marks) {
    const c = this.context;
    const pictured = new Set(thumbs.map(thumb => thumb.i));
    c.lineWidth = 2.5;
    c.strokeStyle = this.colors.logic;
    c.fillStyle = this.colors.logic;
    for (const { i, x, y } of thumbs) {
      if (marks.selection.has(i)) this.ring(x, y, side + 3);
    }
    if (marks.current >= 0) {
      c.strokeStyle = this.colors.text;
      this.ring(view.screenX(points.x[marks.current]), view.screenY(points.y[marks.current]), pictured.has(marks.current) ? side + 4 : 16);
    }
    if (marks.lasso.length > 1) {
      c.beginPath();
      marks.lasso.forEach(([x, y], k) => k === 0 ? c.moveTo(x, y) : c.lineTo(x, y));
      c.closePath();
      c.globalAlpha = 0.14;
      c.fill();
      c.globalAlpha = 1;
      c.strokeStyle = this.colors.logic;
      c.setLineDash([6, 5]);
      c.stroke();
      c.setLineDash([]);
    }
  }

  ring(x, y, side) {
    this.context.beginPath();
    this.context.roundRect(x - side / 2, y - side / 2, side, side, Math.min(8, side * 0.12));
    this.context.stroke();
  }
}

// Round values of an axis between two places of the plane, about `wanted` of them.
function ticks(axis, from, to, wanted) {
  const low = axis.from + Math.max(-1, from) * axis.span;
  const high = axis.from + Math.min(2, to) * axis.span;
  const rough = (high - low) / Math.max(2, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(value => value >= rough);
  const values = [];
  for (let k = Math.ceil(low / step); k * step <= high && values.length < 40; k++) values.push(k * step);
  return values;
}

function label(value) {
  return String(Math.round(value * 1e5) / 1e5).replace('-', '\u2212');
}
