//! Binding a thread to one processor.

use std::io;

/// Keep the calling thread on a processor; `None` leaves it where the system puts it.
#[cfg(target_os = "linux")]
pub fn bind(cpu: Option<usize>) -> io::Result<()> {
    let Some(cpu) = cpu else { return Ok(()) };
    if cpu >= rustix::thread::CpuSet::MAX_CPU {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("there is no processor {cpu}")));
    }
    let mut set = rustix::thread::CpuSet::new();
    set.set(cpu);
    rustix::thread::sched_setaffinity(None, &set).map_err(io::Error::from)
}

/// Keep the calling thread on a processor: this system has no word for it.
#[cfg(not(target_os = "linux"))]
pub fn bind(cpu: Option<usize>) -> io::Result<()> {
    match cpu {
        None => Ok(()),
        Some(_) => {
            Err(io::Error::new(io::ErrorKind::Unsupported, "threads cannot be bound to processors here"))
        }
    }
}
