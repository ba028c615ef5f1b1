import { spawn } from 'node:child_process';
import type { Environment } from '../ports.ts';

/**
 * Opens an address with what the desktop has for it: `open` on macOS, `xdg-open` elsewhere, there
 * only where a display is named. The address becomes an argument that other users of the host can
 * read while it is opened; a login's holds nothing that redeems its answer. Variables that make a
 * program load foreign code, and those that hold secrets, are not handed on.
 * @returns false: there is no display, or no such program
 */
export function openBrowser(url: string, env: Environment): Promise<boolean> {
  const isMac = process.platform === 'darwin';
  if (!isMac && !env.DISPLAY && !env.WAYLAND_DISPLAY) return Promise.resolve(false);
  const handed = Object.entries(env).filter(([name]) => wanted.test(name));
  return new Promise((answer) => {
    const child = spawn(isMac ? 'open' : 'xdg-open', [url], {
      detached: true,
      stdio: 'ignore',
      env: Object.fromEntries(handed),
    });
    child.on('error', () => answer(false));
    child.on('spawn', () => answer(true));
    child.unref();
  });
}

/** What desktops need to find themselves. */
const wanted =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TMPDIR|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|BROWSER|DESKTOP_SESSION|DBUS_SESSION_BUS_ADDRESS|XDG_\w+|KDE_\w+|GNOME_\w+)$/;
