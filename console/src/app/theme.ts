export type Theme = 'system' | 'light' | 'dark';

/** The theme this browser has chosen. */
export function chosenTheme(): Theme {
  const value = document.documentElement.dataset.theme;
  return value === 'light' || value === 'dark' ? value : 'system';
}

/** Chooses a theme for this browser; "system" follows the device. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem('fairlead.theme');
    else localStorage.setItem('fairlead.theme', theme);
  } catch {
    // The choice then lasts as long as the page.
  }
}
