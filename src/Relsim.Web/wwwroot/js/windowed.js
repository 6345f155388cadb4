// A long grid of which only what is in sight is there: tells the page which rows that is.
export function watch(root, page) {
  let told = '';
  let frame = null;
  const look = () => {
    frame = null;
    const list = root.querySelector('ol');
    const first = list?.firstElementChild;
    if (!first || !root.checkVisibility()) return;
    const style = getComputedStyle(list);
    const columns = style.gridTemplateColumns.split(' ').length;
    const row = first.getBoundingClientRect().height + parseFloat(style.rowGap);
    const above = Math.max(0, -root.getBoundingClientRect().top);
    const from = Math.floor(above / row);
    const to = Math.ceil((above + innerHeight) / row);
    const now = `${from} ${to} ${columns} ${Math.round(row)}`;
    if (now === told) return;
    told = now;
    page.invokeMethodAsync('Show', from, to, columns, row);
  };
  const ask = () => { frame ??= requestAnimationFrame(look); };
  addEventListener('scroll', ask, { passive: true });
  const sizes = new ResizeObserver(ask);
  sizes.observe(root);
  ask();
  return {
    close: () => {
      removeEventListener('scroll', ask);
      sizes.disconnect();
    },
  };
}
