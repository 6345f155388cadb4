// The card of one picture: large, with its scores; pinned, it offers what can be done with it.
import { element, fileName, number } from './selection.js';

const svg = 'http://www.w3.org/2000/svg';

export class Card {
  constructor(host, points, thumb, query, onSelect) {
    Object.assign(this, { host, points, thumb, query, onSelect });
    this.index = -1;
    this.pinned = false;
    this.box = element('div', { className: 'map-card', hidden: true });
    this.said = element('p', { className: 'hidden' });
    this.said.setAttribute('role', 'status');
    host.append(this.box, this.said);
  }

  show(index, x, y, pinned, size) {
    if (this.index !== index || this.pinned !== pinned) this.fill(index, pinned);
    this.box.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const left = x + size / 2 + 14 + width < this.host.clientWidth ? x + size / 2 + 14 : Math.max(8, x - size / 2 - 14 - width);
    const top = Math.min(Math.max(8, y - height / 2), this.host.clientHeight - height - 8);
    this.box.style.transform = `translate(${Math.round(Math.max(8, Math.min(left, this.host.clientWidth - width - 8)))}px, ${Math.round(Math.max(8, top))}px)`;
  }

  hide() {
    this.index = -1;
    this.pinned = false;
    this.box.hidden = true;
  }

  // Heard, not only seen.
  announce(index) {
    const { points } = this;
    this.said.textContent = `${fileName(points.paths[index])}, logic ${number(points.relational[index])}, looks ${number(points.attribute[index])}`;
  }

  fill(index, pinned) {
    this.index = index;
    this.pinned = pinned;
    const { points } = this;
    const scores = element('dl', { className: 'scores' });
    scores.append(bar('Logic', 'logic', points.relational[index]), bar('Looks', 'look', points.attribute[index]));
    this.box.replaceChildren(
      element('img', { src: this.thumb(index, 384), width: 240, height: 240, alt: '' }),
      element('p', { className: 'name', textContent: fileName(points.paths[index]) }),
      scores);
    this.box.classList.toggle('pinned', pinned);
    if (pinned) this.box.append(this.actions(points.ids[index], index));
  }

  actions(id, index) {
    const actions = element('div', { className: 'actions' });
    const choose = element('button', { type: 'button', className: 'button small', textContent: 'Select' });
    choose.addEventListener('click', () => this.onSelect(index));
    actions.append(
      element('a', { className: 'button small primary', href: `/?image=${id}`, textContent: 'Search' }),
      element('a', { className: 'button small', href: `/map?image=${id}`, textContent: 'Its map' }),
      choose);
    if (this.query) actions.append(element('a', { className: 'button small', href: `/explain?a=${this.query}&b=${id}`, textContent: 'Compare' }));
    return actions;
  }
}

function bar(name, className, score) {
  const row = document.createElement('div');
  const value = document.createElement('dd');
  const drawing = document.createElementNS(svg, 'svg');
  const rect = document.createElementNS(svg, 'rect');
  drawing.setAttribute('class', `score-bar ${className}`);
  drawing.setAttribute('viewBox', '0 0 100 5');
  drawing.setAttribute('preserveAspectRatio', 'none');
  drawing.setAttribute('aria-hidden', 'true');
  rect.setAttribute('width', Math.min(100, Math.max(0, score * 100)));
  rect.setAttribute('height', 5);
  drawing.append(rect);
  value.append(drawing, element('span', { className: 'number', textContent: number(score) }));
  row.append(element('dt', { textContent: name }), value);
  return row;
}
