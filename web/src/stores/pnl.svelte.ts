/** The day's P&L as a curve. */
import type { PnlPoint } from '../protocol/shapes';
import type { Consumer } from '../protocol/socket';
import { inNextFrame } from './frame';

const MOST_KEPT = 3_600;

class Pnl implements Consumer {
  points = $state.raw<PnlPoint[]>([]);
  #points: PnlPoint[] = [];
  #publish = (): void => {
    this.points = this.#points;
  };

  snapshot(data: unknown): void {
    this.#points = data as PnlPoint[];
    inNextFrame(this.#publish);
  }

  update(data: unknown): void {
    this.#points = [...this.#points, ...(data as PnlPoint[])].slice(-MOST_KEPT);
    inNextFrame(this.#publish);
  }
}

export const pnl = new Pnl();
