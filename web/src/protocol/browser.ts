/** The browser's surroundings for `Socket`: the real WebSocket, timers and clock, at this page's own origin. */
import type { Surroundings, WireEvents } from './socket';

const SUBPROTOCOL = 'cambist.v1.json';

export function address(path: string): URL {
  return new URL(path, document.baseURI);
}

function socketAddress(): string {
  const url = address('api/v1/ws');
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

export const browser: Surroundings = {
  dial(events: WireEvents) {
    const wire = new WebSocket(socketAddress(), SUBPROTOCOL);
    wire.onopen = () => events.open();
    wire.onmessage = (event: MessageEvent<string>) => events.message(event.data);
    wire.onclose = () => events.closed();
    return {
      send: (text) => wire.readyState === WebSocket.OPEN && wire.send(text),
      close: () => wire.close(),
    };
  },
  after(delayMs, act) {
    const timer = setTimeout(act, delayMs);
    return () => clearTimeout(timer);
  },
  nowMs: () => performance.now(),
  random: () => Math.random(),
};
