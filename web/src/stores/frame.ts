/**
 * One publication per animation frame: stores collect what arrives and are read by the page at most once per frame.
 * In a hidden tab no frame comes, so nothing is drawn and nothing piles up: each store is noted once.
 */
const due = new Set<() => void>();

function publishAll(): void {
  const now = [...due];
  due.clear();
  for (const publish of now) publish();
}

export function inNextFrame(publish: () => void): void {
  if (due.size === 0) requestAnimationFrame(publishAll);
  due.add(publish);
}
