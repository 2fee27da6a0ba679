/** How a session is told in a few words. */
import { clock } from '../format/time';
import { phrase } from '../format/words';
import type { Instrument, Phase, Session } from '../protocol/shapes';

/** The phase as it is now; an instrument of an outside venue keeps the one it was listed with. */
export function phaseOf(instrument: Instrument, session: Session | null): Phase {
  return session?.phase ?? instrument.phase;
}

/** In one short word, for a badge; null for continuous trading, which needs none. */
export function badgeOf(phase: Phase): string | null {
  if (phase === 'CONTINUOUS') return null;
  return phase.endsWith('_AUCTION') ? 'AUCTION' : phase.replace('_', '-');
}

/** "continuous at 09:00:00", or null where nothing changes by itself. */
export function nextOf(session: Session | null): string | null {
  if (!session?.next_phase || !session.next_change) return null;
  return `${phrase(session.next_phase).toLowerCase()} at ${clock(session.next_change)}`;
}

/** Everything that is known of it, for a title. */
export function told(session: Session | null): string | undefined {
  if (session === null) return undefined;
  const words = [phrase(session.phase)];
  if (session.since) words.push(`since ${clock(session.since)}`);
  if (session.halt) words.push([phrase(session.halt.reason), session.halt.cause].filter(Boolean).join(': '));
  if (session.limit_state) words.push(`best ${session.limit_state.side.toLowerCase()} at its limit`);
  const next = nextOf(session);
  if (next) words.push(`then ${next}`);
  return words.join(', ');
}
