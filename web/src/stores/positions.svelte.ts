/** Positions by strategy and symbol; flat ones are kept out of sight. */
import type { Position } from '../protocol/shapes';
import type { Consumer } from '../protocol/socket';
import { inNextFrame } from './frame';

function keyOf(position: Position): string {
  return `${position.account}|${position.strategy ?? ''}|${position.symbol}`;
}

class Positions implements Consumer {
  list = $state.raw<Position[]>([]);
  #positions = new Map<string, Position>();
  #publish = (): void => {
    this.list = [...this.#positions.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, position]) => position)
      .filter((position) => position.side !== 'FLAT');
  };

  snapshot(data: unknown): void {
    this.#positions = new Map();
    this.update(data);
  }

  update(data: unknown): void {
    for (const position of data as Position[]) this.#positions.set(keyOf(position), position);
    inNextFrame(this.#publish);
  }
}

export const positions = new Positions();
