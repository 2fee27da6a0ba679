/** The phase of each instrument of our venue, and what its auction indicates. */
import type { Session } from '../protocol/shapes';
import type { Consumer } from '../protocol/socket';
import { inNextFrame } from './frame';

class Sessions implements Consumer {
  bySymbol = $state.raw<Record<string, Session>>({});
  #sessions: Record<string, Session> = {};
  #publish = (): void => {
    this.bySymbol = this.#sessions;
  };

  snapshot(data: unknown): void {
    this.#sessions = {};
    this.update(data);
  }

  update(data: unknown): void {
    this.#sessions = { ...this.#sessions };
    for (const session of data as Session[]) this.#sessions[session.symbol] = session;
    inNextFrame(this.#publish);
  }
}

export const sessions = new Sessions();
