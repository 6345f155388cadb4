// Where one looks: the middle of the window in the plane (both axes in [0, 1], y upwards) and the zoom (1 shows all).
const least = 0.6;
const most = 600;

export class View {
  constructor(reducedMotion) {
    this.reducedMotion = reducedMotion;
    this.now = { x: 0.5, y: 0.5, zoom: 1 };
    this.aim = { ...this.now };
    this.speed = { x: 0, y: 0 };
    this.resize(1, 1, { left: 0, right: 0, top: 0, bottom: 0 });
  }

  resize(width, height, inset) {
    Object.assign(this, { width, height });
    this.plot = { x: inset.left, y: inset.top, width: Math.max(1, width - inset.left - inset.right), height: Math.max(1, height - inset.top - inset.bottom) };
  }

  screenX(x) { return this.plot.x + this.plot.width / 2 + (x - this.now.x) * this.now.zoom * this.plot.width; }
  screenY(y) { return this.plot.y + this.plot.height / 2 - (y - this.now.y) * this.now.zoom * this.plot.height; }
  planeX(sx, at = this.now) { return at.x + (sx - this.plot.x - this.plot.width / 2) / (at.zoom * this.plot.width); }
  planeY(sy, at = this.now) { return at.y - (sy - this.plot.y - this.plot.height / 2) / (at.zoom * this.plot.height); }

  zoomAt(factor, sx, sy) {
    const x = this.planeX(sx, this.aim);
    const y = this.planeY(sy, this.aim);
    const zoom = Math.min(most, Math.max(least, this.aim.zoom * factor));
    this.aim.x = x - (x - this.aim.x) * this.aim.zoom / zoom;
    this.aim.y = y - (y - this.aim.y) * this.aim.zoom / zoom;
    this.aim.zoom = zoom;
    this.clamp();
    if (this.reducedMotion.matches) this.jump();
  }

  panBy(dx, dy, gently = false) {
    this.aim.x -= dx / (this.aim.zoom * this.plot.width);
    this.aim.y += dy / (this.aim.zoom * this.plot.height);
    this.clamp();
    if (!gently || this.reducedMotion.matches) this.jump();
  }

  reset() {
    this.aim = { x: 0.5, y: 0.5, zoom: 1 };
    this.speed = { x: 0, y: 0 };
    if (this.reducedMotion.matches) this.jump();
  }

  throw(x, y) { this.speed = this.reducedMotion.matches ? { x: 0, y: 0 } : { x, y }; }

  jump() { this.now = { ...this.aim }; }

  clamp() {
    this.aim.x = Math.min(1.15, Math.max(-0.15, this.aim.x));
    this.aim.y = Math.min(1.15, Math.max(-0.15, this.aim.y));
  }

  // Moves on by some milliseconds; false once nothing moves any more.
  step(milliseconds) {
    if (Math.hypot(this.speed.x, this.speed.y) > 0.02) {
      this.panBy(this.speed.x * milliseconds, this.speed.y * milliseconds);
      const decay = Math.exp(-milliseconds / 180);
      this.speed.x *= decay;
      this.speed.y *= decay;
    } else {
      this.speed.x = this.speed.y = 0;
    }
    const share = 1 - Math.exp(-milliseconds / 70);
    const zoom = this.now.zoom * (this.aim.zoom / this.now.zoom) ** share;
    // In step with the zoom, so that the point under the pointer stays there.
    const part = Math.abs(1 / this.aim.zoom - 1 / this.now.zoom) > 1e-9 ? (1 / zoom - 1 / this.now.zoom) / (1 / this.aim.zoom - 1 / this.now.zoom) : share;
    this.now.x += (this.aim.x - this.now.x) * part;
    this.now.y += (this.aim.y - this.now.y) * part;
    this.now.zoom = zoom;
    const near = Math.abs(Math.log(this.aim.zoom / zoom)) < 0.002
      && Math.hypot(this.aim.x - this.now.x, this.aim.y - this.now.y) * this.now.zoom * this.plot.width < 0.3;
    if (near) this.jump();
    return !near || this.speed.x !== 0 || this.speed.y !== 0;
  }
}
