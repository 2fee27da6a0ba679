import { beforeEach, describe, expect, it } from 'vitest';
import { backOffMs, LONGEST_DELAY_MS } from '../src/protocol/back_off';
import {
  GREETING_LIMIT_MS,
  PING_EVERY_MS,
  SILENCE_LIMIT_MS,
  Socket,
  type LinkState,
  type WireEvents,
} from '../src/protocol/socket';

interface Timer {
  atMs: number;
  act: () => void;
}

/** A server's end and a clock that only moves when told. */
class Bench {
  now = 0;
  dials: WireEvents[] = [];
  sent: Record<string, unknown>[] = [];
  states: LinkState[] = [];
  errors: string[] = [];
  timers: Timer[] = [];
  socket = new Socket(
    {
      dial: (events) => {
        this.dials.push(events);
        return {
          send: (text) => this.sent.push(JSON.parse(text) as Record<string, unknown>),
          close: () => undefined,
        };
      },
      after: (delayMs, act) => {
        const timer = { atMs: this.now + delayMs, act };
        this.timers.push(timer);
        return () => {
          this.timers = this.timers.filter((other) => other !== timer);
        };
      },
      nowMs: () => this.now,
      random: () => 0.999,
    },
    (state) => this.states.push(state),
    (code) => this.errors.push(code),
  );

  get wire(): WireEvents {
    return this.dials[this.dials.length - 1] as WireEvents;
  }

  get phase(): string | undefined {
    return this.states[this.states.length - 1]?.phase;
  }

  say(message: Record<string, unknown>): void {
    this.wire.message(JSON.stringify(message));
  }

  hello(epoch = 'e1'): void {
    this.say({ type: 'hello', epoch, version: '1', kernel: 'python' });
  }

  data(type: string, seq: number, data: unknown, epoch = 'e1', channel = 'fills'): void {
    this.say({ type, channel, epoch, seq, time: '0', data });
  }

  advance(byMs: number): void {
    const until = this.now + byMs;
    for (;;) {
      const due = this.timers.filter((timer) => timer.atMs <= until).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== due);
      this.now = due.atMs;
      due.act();
    }
    this.now = until;
  }

  requests(op: string): Record<string, unknown>[] {
    return this.sent.filter((request) => request['op'] === op);
  }
}

describe('socket', () => {
  let bench: Bench;
  let seen: unknown[];
  const consumer = {
    snapshot: (data: unknown) => seen.push(['snapshot', data]),
    update: (data: unknown) => seen.push(['update', data]),
  };

  beforeEach(() => {
    bench = new Bench();
    seen = [];
    bench.socket.connect();
  });

  it('subscribes after the greeting, to everything that was asked for before', () => {
    bench.socket.subscribe('fills', consumer);
    bench.socket.subscribe('orders', consumer);
    expect(bench.sent).toEqual([]);
    bench.hello();
    expect(bench.requests('subscribe')).toEqual([
      { op: 'subscribe', channels: ['fills', 'orders'], request_id: '1' },
    ]);
    expect(bench.phase).toBe('connected');
  });

  it('delivers a snapshot and the updates that follow it', () => {
    bench.socket.subscribe('fills', consumer);
    bench.hello();
    bench.data('snapshot', 7, ['a']);
    bench.data('update', 8, ['b']);
    bench.data('update', 9, ['c']);
    expect(seen).toEqual([
      ['snapshot', ['a']],
      ['update', ['b']],
      ['update', ['c']],
    ]);
  });

  it('ignores updates before the snapshot and those it has already seen', () => {
    bench.socket.subscribe('fills', consumer);
    bench.hello();
    bench.data('update', 6, ['early']);
    bench.data('snapshot', 7, []);
    bench.data('update', 7, ['again']);
    expect(seen).toEqual([['snapshot', []]]);
  });

  it('asks for a fresh snapshot on a gap and delivers nothing until it comes', () => {
    bench.socket.subscribe('fills', consumer);
    bench.hello();
    bench.data('snapshot', 1, []);
    bench.data('update', 3, ['lost']);
    bench.data('update', 4, ['lost']);
    expect(bench.requests('unsubscribe')).toHaveLength(1);
    expect(bench.requests('subscribe')).toHaveLength(2);
    bench.data('snapshot', 5, ['whole']);
    bench.data('update', 6, ['next']);
    expect(seen).toEqual([
      ['snapshot', []],
      ['snapshot', ['whole']],
      ['update', ['next']],
    ]);
  });

  it('accepts a snapshot at any time: the server sends one to a consumer that fell behind', () => {
    bench.socket.subscribe('fills', consumer);
    bench.hello();
    bench.data('snapshot', 1, []);
    bench.data('snapshot', 40, ['fresh']);
    bench.data('update', 41, ['next']);
    expect(seen.slice(1)).toEqual([
      ['snapshot', ['fresh']],
      ['update', ['next']],
    ]);
  });

  it('resumes within the same epoch after a reconnect', () => {
    bench.socket.subscribe('fills', consumer);
    bench.hello();
    bench.data('snapshot', 1, []);
    bench.data('update', 2, ['b']);
    bench.wire.closed();
    bench.advance(LONGEST_DELAY_MS);
    bench.hello();
    expect(bench.requests('subscribe')[1]).toMatchObject({
      channels: ['fills'],
      resume: { fills: { epoch: 'e1', seq: 2 } },
    });
    bench.data('update', 3, ['missed']);
    expect(seen[2]).toEqual(['update', ['missed']]);
  });

  it('does not resume into another epoch', () => {
    bench.socket.subscribe('fills', consumer);
    bench.hello();
    bench.data('snapshot', 9, []);
    bench.wire.closed();
    bench.advance(LONGEST_DELAY_MS);
    bench.hello('e2');
    expect(bench.requests('subscribe')[1]).not.toHaveProperty('resume');
    bench.data('update', 10, ['of another life'], 'e2');
    bench.data('snapshot', 1, ['new'], 'e2');
    expect(seen.slice(1)).toEqual([['snapshot', ['new']]]);
  });

  it('waits longer with each failure and starts over after a greeting', () => {
    const delays: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      bench.wire.closed();
      const state = bench.states[bench.states.length - 1];
      if (state?.phase !== 'waiting') throw new Error('expected to wait');
      delays.push(Math.round((state.retryAtMs - bench.now) / 10) * 10);
      bench.advance(state.retryAtMs - bench.now);
    }
    expect(delays).toEqual([250, 500, 1000, 2000]);
    bench.hello();
    bench.wire.closed();
    expect(bench.states[bench.states.length - 1]).toMatchObject({ phase: 'waiting', attempt: 1 });
  });

  it('gives up a connection that never greets', () => {
    bench.advance(GREETING_LIMIT_MS);
    expect(bench.phase).toBe('waiting');
  });

  it('measures the round trip and drops a connection that went silent', () => {
    bench.hello();
    expect(bench.requests('ping')).toHaveLength(1);
    bench.now += 12;
    bench.say({ type: 'pong', request_id: '1', channels: [] });
    expect(bench.states[bench.states.length - 1]).toMatchObject({ phase: 'connected', roundTripMs: 12 });
    bench.advance(SILENCE_LIMIT_MS + PING_EVERY_MS);
    expect(bench.states.some((state) => state.phase === 'waiting')).toBe(true);
  });

  it('ignores what an abandoned connection still says', () => {
    bench.socket.subscribe('fills', consumer);
    bench.hello();
    const old = bench.wire;
    bench.socket.connect();
    old.message(JSON.stringify({ type: 'snapshot', channel: 'fills', epoch: 'e1', seq: 1, data: [] }));
    old.closed();
    expect(seen).toEqual([]);
    expect(bench.phase).toBe('connecting');
  });

  it('ends a subscription once, and not that of a successor', () => {
    const end = bench.socket.subscribe('book.BTCUSDT', consumer);
    bench.hello();
    bench.socket.subscribe('book.BTCUSDT', consumer);
    end();
    expect(bench.requests('unsubscribe')).toEqual([]);
  });

  it('passes on what the server refuses', () => {
    bench.hello();
    bench.say({ type: 'error', request_id: '1', code: 'UNKNOWN_CHANNEL', message: 'm', action: 'a' });
    expect(bench.errors).toEqual(['UNKNOWN_CHANNEL']);
  });
});

describe('back-off', () => {
  it('stays within half and whole of the step and never beyond the longest', () => {
    expect(backOffMs(0, 0)).toBe(125);
    expect(backOffMs(3, 0)).toBe(1000);
    expect(backOffMs(40, 0.9999)).toBeLessThanOrEqual(LONGEST_DELAY_MS);
  });
});
