// The dialog of a lost connection; Blazor tells it the state.
const dialog = document.getElementById('components-reconnect-modal');

dialog.addEventListener('components-reconnect-state-changed', event => {
  const state = event.detail.state;
  if (state === 'hide') {
    dialog.close();
    delete dialog.dataset.state;
    return;
  }
  dialog.dataset.state = state;
  if (!dialog.open) dialog.showModal();
  if (state === 'failed') document.addEventListener('visibilitychange', retryWhenSeen);
});

dialog.addEventListener('click', event => {
  const action = event.target.closest('[data-reconnect]')?.dataset.reconnect;
  if (action === 'retry') retry();
  if (action === 'reload') location.reload();
});
dialog.addEventListener('cancel', event => event.preventDefault());

function retryWhenSeen() {
  if (document.visibilityState === 'visible') retry();
}

async function retry() {
  document.removeEventListener('visibilitychange', retryWhenSeen);
  try {
    // False: the server is there and knows this page no more.
    if (!await Blazor.reconnect() && !await Blazor.resumeCircuit?.()) location.reload();
    else dialog.close();
  } catch {
    dialog.dataset.state = 'failed';
    document.addEventListener('visibilitychange', retryWhenSeen);
  }
}
