/** The connection to the server: its state, and the one socket everything is subscribed on. */
import { browser } from '../protocol/browser';
import { Socket, type Consumer, type LinkState } from '../protocol/socket';
import { notices } from './notices.svelte';

class Link {
  state = $state.raw<LinkState>({ phase: 'connecting', attempt: 0 });
  #socket = new Socket(
    browser,
    (state) => {
      this.state = state;
    },
    (code, message, action) => notices.add('bad', code, `${message} ${action}`),
  );

  get connected(): boolean {
    return this.state.phase === 'connected';
  }

  get roundTripMs(): number | null {
    return this.state.phase === 'connected' ? this.state.roundTripMs : null;
  }

  get epoch(): string | null {
    return this.state.phase === 'connected' ? this.state.hello.epoch : null;
  }

  connect(): void {
    this.#socket.connect();
  }

  follow(channel: string, consumer: Consumer): () => void {
    return this.#socket.subscribe(channel, consumer);
  }
}

export const link = new Link();
