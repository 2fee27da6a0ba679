//! The journal on disk: segments of commit blocks.
