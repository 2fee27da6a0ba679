//! Where blocks are made durable: the journal's writer, with its mark and its reserve of free space.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::PathBuf;

use cambist_journal::{AppendError, Position, Writer};

use crate::failure::Failure;

const MARK_NAME: &str = "DURABLE";

/// Takes records and makes them durable together. After a failure it is not used again.
pub trait BlockSink: Send {
    /// Buffer whole commands, each followed by its events.
    fn append(&mut self, records: &[u8]) -> Result<(), Failure>;
    /// Return once everything appended is durable; the last durable command.
    fn commit(&mut self) -> Result<u64, Failure>;
    /// Behind the last durable block.
    fn position(&self) -> Position;
}

/// The journal on disk, as `docs/journal.md` describes it.
#[derive(Debug)]
pub struct DiskSink {
    writer: Writer,
    directory: PathBuf,
    mark: File,
    minimum_free_bytes: u64,
}

impl DiskSink {
    /// Go on with a writer whose journal lies in `directory`, leaving so much of the disk free.
    pub fn open(writer: Writer, directory: PathBuf, minimum_free_bytes: u64) -> Result<Self, Failure> {
        let path = directory.join(MARK_NAME);
        let mark = OpenOptions::new().write(true).create(true).truncate(false).mode(0o640).open(path)?;
        Ok(Self { writer, directory, mark, minimum_free_bytes })
    }

    fn check_space(&self) -> Result<(), Failure> {
        let status = rustix::fs::statvfs(&self.directory).map_err(std::io::Error::from)?;
        let free = (status.f_bavail * status.f_frsize).saturating_sub(self.writer.pending_bytes() as u64);
        if free < self.minimum_free_bytes {
            let reserve = self.minimum_free_bytes;
            let problem = format!(
                "the disk is nearly full: this commit would leave {free} bytes, the reserve is {reserve}"
            );
            return Err(Failure::Storage(Some(rustix::io::Errno::NOSPC.raw_os_error()), problem));
        }
        Ok(())
    }
}

impl BlockSink for DiskSink {
    fn append(&mut self, records: &[u8]) -> Result<(), Failure> {
        self.writer.append(records).map_err(|error| match error {
            AppendError::Broken(broken) => Failure::Broken(broken.to_string()),
            AppendError::TooLarge => Failure::Broken("more than a gibibyte waits for one commit".to_owned()),
        })
    }

    fn commit(&mut self) -> Result<u64, Failure> {
        self.check_space()?;
        let sequence = self.writer.commit()?;
        let mut mark = [0; 16];
        mark[..8].copy_from_slice(&sequence.to_le_bytes());
        mark[8..].copy_from_slice(&(!sequence).to_le_bytes());
        self.mark.write_all_at(&mark, 0)?;
        Ok(sequence)
    }

    fn position(&self) -> Position {
        self.writer.position()
    }
}
