"""The journal on disk. `docs/journal.md` describes its files."""

from cambist.infrastructure.persistence.journal.block_writer import BlockWriter
from cambist.infrastructure.persistence.journal.disk_journal import DiskJournal, Place
from cambist.infrastructure.persistence.journal.inspection import VerifyReport, dump, head, message_row, verify
from cambist.infrastructure.persistence.journal.memory_journal import MemoryJournal
from cambist.infrastructure.persistence.journal.opening import open_journal
from cambist.infrastructure.persistence.journal.pruning import prune_beside_writer
from cambist.infrastructure.persistence.journal.reader import JournalReader

__all__ = [
    "BlockWriter",
    "DiskJournal",
    "JournalReader",
    "MemoryJournal",
    "Place",
    "VerifyReport",
    "dump",
    "head",
    "message_row",
    "open_journal",
    "prune_beside_writer",
    "verify",
]
