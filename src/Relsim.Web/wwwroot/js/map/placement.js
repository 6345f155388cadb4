// Which pictures are shown at which zoom. Level L keeps pictures at least spacing / step^L apart, and holds all of level L - 1, so that pictures
// join while one zooms in and none leaves.
export const step = Math.SQRT2;
export const finest = 20;
const coarsest = -3;

// The level at which each point's picture appears, in a plane of width x height pixels. x and y are in [0, 1]; points with a greater weight
// come first.
export function levels(x, y, weight, { width, height, spacing }) {
  const count = x.length;
  const order = Uint32Array.from(x, (_, i) => i).sort((a, b) => weight[b] - weight[a]);
  const level = new Int8Array(count).fill(finest + 1);
  let left = count;
  for (let l = coarsest; l <= finest && left > 0; l++) {
    const distance = spacing / step ** l;
    const cells = new Map();
    const key = (cx, cy) => cx * 262144 + cy;
    const cellOf = i => [Math.floor(x[i] * width / distance), Math.floor(y[i] * height / distance)];
    const insert = i => {
      const [cx, cy] = cellOf(i);
      const k = key(cx, cy);
      const cell = cells.get(k);
      if (cell) cell.push(i); else cells.set(k, [i]);
    };
    const isFree = i => {
      const [cx, cy] = cellOf(i);
      for (let dx = -1; dx <= 1; dx++) {
        for (let dy = -1; dy <= 1; dy++) {
          for (const other of cells.get(key(cx + dx, cy + dy)) ?? []) {
            if (Math.abs(x[i] - x[other]) * width < distance && Math.abs(y[i] - y[other]) * height < distance) return false;
          }
        }
      }
      return true;
    };
    for (let i = 0; i < count; i++) if (level[i] < l) insert(i);
    for (const i of order) {
      if (level[i] > l && isFree(i)) {
        level[i] = l;
        left--;
        insert(i);
      }
    }
  }
  return level;
}

// Far from the middle counts most: the corners are what a map is read for.
export function weights(x, y) {
  const middle = values => values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
  const mx = middle(x);
  const my = middle(y);
  return Float32Array.from(x, (v, i) => Math.hypot(v - mx, y[i] - my));
}
