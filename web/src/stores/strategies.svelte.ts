/** Strategies with their state, parameters and results. */
import type { Strategy } from '../protocol/shapes';
import type { Consumer } from '../protocol/socket';
import { inNextFrame } from './frame';

class Strategies implements Consumer {
  list = $state.raw<Strategy[]>([]);
  #strategies = new Map<string, Strategy>();
  #publish = (): void => {
    this.list = [...this.#strategies.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  };

  snapshot(data: unknown): void {
    this.#strategies = new Map();
    this.update(data);
  }

  update(data: unknown): void {
    for (const strategy of data as Strategy[]) this.put(strategy);
  }

  put(strategy: Strategy): void {
    this.#strategies.set(strategy.name, strategy);
    inNextFrame(this.#publish);
  }
}

export const strategies = new Strategies();
