// What every page has: the theme, the keyboard, dialogs. Pages bring their own modules.
const root = document.documentElement;
const darkSystem = matchMedia('(prefers-color-scheme: dark)');

function isDark() {
  return root.dataset.theme ? root.dataset.theme === 'dark' : darkSystem.matches;
}

function toggleTheme() {
  root.dataset.theme = isDark() ? 'light' : 'dark';
  document.cookie = `relsim-theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  dispatchEvent(new CustomEvent('relsim:theme'));
}
darkSystem.addEventListener('change', () => dispatchEvent(new CustomEvent('relsim:theme')));

document.addEventListener('click', event => {
  const opener = event.target.closest('[data-opens]');
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest('[data-theme-toggle]')) toggleTheme();
  const scrolls = event.target.closest('[data-scrolls-to]');
  if (scrolls) document.getElementById(scrolls.dataset.scrollsTo)?.scrollIntoView({ block: 'start' });
  const copied = event.target.closest('[data-copy-link]');
  if (copied) copyLink(copied);
  const skip = event.target.closest('.skip');
  if (skip) {
    event.preventDefault();
    document.getElementById('main').focus();
  }
  // A click on the backdrop is a click on the dialog itself.
  if (event.target.matches('dialog.shortcuts')) event.target.close();
}, true);

async function copyLink(button) {
  await navigator.clipboard.writeText(location.href);
  const label = button.querySelector('[data-label]') ?? button;
  const before = label.textContent;
  label.textContent = 'Copied';
  setTimeout(() => { label.textContent = before; }, 1600);
}

document.addEventListener('keydown', event => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  const typing = event.target.matches('input:not([type=range]):not([type=checkbox]), textarea, select');
  if (event.key === '/' && !typing) {
    const text = document.querySelector('[data-search-text]');
    if (text) { event.preventDefault(); text.focus(); text.select(); }
  } else if (event.key === '?' && !typing) {
    event.preventDefault();
    document.getElementById('shortcuts')?.showModal();
  } else if (event.key.startsWith('Arrow') && event.target.closest('[data-walk]')) {
    walk(event);
  } else if ((event.key === 'e' || event.key === 'E') && !typing) {
    event.target.closest('[data-hit]')?.querySelector('[data-explain]')?.click();
  }
});

// Arrow keys go from picture to picture by where they stand, across lists.
function walk(event) {
  const here = event.target.closest('[data-walk]');
  const from = here.getBoundingClientRect();
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  let best = null;
  let least = Infinity;
  for (const other of document.querySelectorAll('[data-walk]')) {
    if (other === here || !other.checkVisibility()) continue;
    const to = other.getBoundingClientRect();
    const x = to.left + to.width / 2 - from.left - from.width / 2;
    const y = to.top + to.height / 2 - from.top - from.height / 2;
    const along = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    if (along < 4 || (dx !== 0 && aside > from.height / 2)) continue;
    const distance = along + 3 * aside;
    if (distance < least) [least, best] = [distance, other];
  }
  if (!best) return;
  event.preventDefault();
  best.focus({ preventScroll: true });
  best.scrollIntoView({ block: 'nearest' });
}
