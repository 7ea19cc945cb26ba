/** Does something when the next frame is on the screen, so that it cannot hold the frame up. A hidden page paints none. */
export function afterPaint(then: () => void): void {
  if (document.visibilityState === 'hidden') then()
  else requestAnimationFrame(() => setTimeout(then, 0))
}
