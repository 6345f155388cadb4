// Pictures come in by drop, by paste and by file picker; they are sent to the server, and the page is told their names.
export function attach(page) {
  const ending = new AbortController();
  const on = (target, type, handler) => target.addEventListener(type, handler, { signal: ending.signal });
  const root = document.body;
  let depth = 0;
  const drop = inside => root.classList.toggle('dropping', inside);
  on(document, 'dragenter', event => { if (takes(event)) { depth++; drop(true); event.preventDefault(); } });
  on(document, 'dragleave', event => { if (takes(event) && --depth <= 0) { depth = 0; drop(false); } });
  on(document, 'dragover', event => {
    if (!takes(event)) return;
    event.preventDefault();
    root.classList.toggle('adding', adds(event));
  });
  on(document, 'drop', event => {
    if (!takes(event)) return;
    event.preventDefault();
    depth = 0;
    drop(false);
    send(page, [...event.dataTransfer.files], adds(event));
  });
  on(document, 'paste', event => {
    const files = [...event.clipboardData.files].filter(file => file.type.startsWith('image/'));
    if (files.length === 0) return;
    event.preventDefault();
    send(page, files, false);
  });
  on(document, 'change', event => {
    if (!event.target.matches('[data-pick]')) return;
    send(page, [...event.target.files], true);
    event.target.value = '';
  });
  on(document, 'keydown', event => {
    if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]')) return;
    if (event.target.matches('[data-search-text]')) event.target.value = '';
    page.invokeMethodAsync('Clear');
  });
  root.dataset.takes = 'pictures';
  return { close: () => { ending.abort(); drop(false); delete root.dataset.takes; } };
}

function takes(event) {
  return event.dataTransfer?.types.includes('Files');
}

// What is dropped on the right half joins the search that is shown.
function adds(event) {
  return document.querySelector('[data-drop="add"]') !== null && event.clientX > innerWidth / 2;
}

async function send(page, files, add) {
  if (files.length === 0) return;
  await page.invokeMethodAsync('Sending', files.length);
  const ids = [];
  const failures = [];
  for (const file of files) {
    const form = new FormData();
    form.append('file', file, file.name);
    try {
      const answer = await fetch('/upload', { method: 'POST', body: form, headers: { 'X-Relsim': 'app' } });
      const content = await answer.json();
      if (answer.ok) ids.push(content.id); else failures.push(content.detail ?? content.title ?? answer.statusText);
    } catch {
      failures.push(`${file.name}: the server did not take it. Look whether it still runs.`);
    }
  }
  await page.invokeMethodAsync('Sent', ids, failures, add);
}
