// What the lasso took, listed beside the map and written out as a file.
const listed = 60;

export class Selection {
  constructor(panel, points, thumb, onChange) {
    Object.assign(this, { panel, points, thumb, onChange });
    this.indices = new Set();
    panel.querySelector('[data-clear]').addEventListener('click', () => this.set([]));
    panel.querySelectorAll('[data-export]').forEach(button => button.addEventListener('click', () => this.export(button.dataset.export)));
  }

  set(indices) {
    this.indices = new Set(indices);
    this.show();
    this.onChange();
  }

  toggle(index) {
    if (!this.indices.delete(index)) this.indices.add(index);
    this.show();
    this.onChange();
  }

  // Takes all points within a polygon of the screen.
  lasso(polygon, view) {
    const inside = [];
    for (let i = 0; i < this.points.count; i++) {
      if (contains(polygon, view.screenX(this.points.x[i]), view.screenY(this.points.y[i]))) inside.push(i);
    }
    this.set(inside);
  }

  // By shared logic, strongest first.
  ordered() {
    return [...this.indices].sort((a, b) => this.points.relational[b] - this.points.relational[a]);
  }

  show() {
    const { panel, points } = this;
    const chosen = this.ordered();
    panel.hidden = chosen.length === 0;
    panel.querySelector('[data-count]').textContent = chosen.length === 1 ? '1 picture' : `${chosen.length.toLocaleString('en')} pictures`;
    panel.querySelector('[data-more]').textContent = chosen.length > listed ? `and ${(chosen.length - listed).toLocaleString('en')} more, all of them in the file` : '';
    panel.querySelector('[data-list]').replaceChildren(...chosen.slice(0, listed).map(i => {
      const link = element('a', { href: `/?image=${points.ids[i]}`, title: points.paths[i] });
      link.append(
        element('img', { src: this.thumb(i, 128), width: 128, height: 128, loading: 'lazy', alt: fileName(points.paths[i]) }),
        element('span', { className: 'number', textContent: `${number(points.relational[i])} · ${number(points.attribute[i])}` }));
      const item = document.createElement('li');
      item.append(link);
      return item;
    }));
  }

  export(format) {
    const { points } = this;
    const rows = this.ordered().map(i => ({ path: points.paths[i], relational: points.relational[i], attribute: points.attribute[i] }));
    const text = format === 'json'
      ? JSON.stringify(rows, null, 2)
      : ['path,relational,attribute', ...rows.map(row => `${quoted(row.path)},${row.relational},${row.attribute}`)].join('\r\n') + '\r\n';
    const url = URL.createObjectURL(new Blob([text], { type: format === 'json' ? 'application/json' : 'text/csv' }));
    element('a', { href: url, download: `relsim-selection.${format}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}

export function number(score) {
  const text = score.toFixed(2);
  return text === '-0.00' ? '0.00' : text.replace('-', '\u2212');
}

export function fileName(path) {
  return path.split('/').pop();
}

export function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

// A cell that begins like a formula is defused for spreadsheets.
function quoted(cell) {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function contains(polygon, x, y) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i];
    const [xj, yj] = polygon[j];
    if (yi > y !== yj > y && x < (xj - xi) * (y - yi) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
