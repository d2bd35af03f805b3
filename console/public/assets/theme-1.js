// Sets the chosen theme before anything is painted, so that nothing flashes.
try {
  const chosen = localStorage.getItem('fairlead.theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
  if (localStorage.getItem('fairlead.rail') === 'folded') document.documentElement.dataset.rail = 'folded';
} catch {
  // Storage may be closed to this page; the system's own theme then applies.
}
