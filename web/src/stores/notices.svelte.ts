/** Short messages about what the operator just did, read out by screen readers, gone after a while. */
export interface Notice {
  id: number;
  tone: 'good' | 'bad';
  title: string;
  text: string;
}

const SHOWN_MS = { good: 3_500, bad: 9_000 };
const MOST_SHOWN = 3;

class Notices {
  list = $state.raw<Notice[]>([]);
  #next = 1;

  add(tone: Notice['tone'], title: string, text: string): void {
    const notice = { id: this.#next++, tone, title, text };
    this.list = [...this.list, notice].slice(-MOST_SHOWN);
    setTimeout(() => this.dismiss(notice.id), SHOWN_MS[tone]);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }
}

export const notices = new Notices();
