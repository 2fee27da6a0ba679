//! Where blocks are made durable: the journal's writer, with its mark and its reserve of free space.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::PathBuf;

use cambist_journal::{Position, SealedBlock, Segments};

use crate::failure::Failure;

const MARK_NAME: &str = "DURABLE";

/// Makes blocks durable, one after the other. After a failure it is not used again.
pub trait BlockSink: Send {
    /// Return once the block that belongs here is durable.
    fn write(&mut self, block: &mut SealedBlock) -> Result<(), Failure>;
    /// Behind the last durable block.
    fn position(&self) -> Position;
}

/// The journal on disk, as `docs/journal.md` describes it.
#[derive(Debug)]
pub struct DiskSink {
    segments: Segments,
    directory: PathBuf,
    mark: File,
    minimum_free_bytes: u64,
}

impl DiskSink {
    /// Go on with the segments of the journal in `directory`, leaving so much of the disk free.
    pub fn open(segments: Segments, directory: PathBuf, minimum_free_bytes: u64) -> Result<Self, Failure> {
        let path = directory.join(MARK_NAME);
        let mark = OpenOptions::new().write(true).create(true).truncate(false).mode(0o640).open(path)?;
        Ok(Self { segments, directory, mark, minimum_free_bytes })
    }

    fn check_space(&self, block_bytes: usize) -> Result<(), Failure> {
        let status = rustix::fs::statvfs(&self.directory).map_err(std::io::Error::from)?;
        let free = (status.f_bavail * status.f_frsize).saturating_sub(block_bytes as u64);
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
    fn write(&mut self, block: &mut SealedBlock) -> Result<(), Failure> {
        self.check_space(block.bytes().len())?;
        self.segments.write(block)?;
        let sequence = self.position().next_sequence - 1;
        let mut mark = [0; 16];
        mark[..8].copy_from_slice(&sequence.to_le_bytes());
        mark[8..].copy_from_slice(&(!sequence).to_le_bytes());
        self.mark.write_all_at(&mark, 0)?;
        Ok(())
    }

    fn position(&self) -> Position {
        self.segments.position()
    }
}
