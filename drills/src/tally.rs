//! What the clients of a drill and whoever hurts the portal tell each other while it runs.

use std::sync::atomic::{AtomicBool, AtomicU64};

/// Counts of one run.
#[derive(Default)]
pub struct Tally {
    /// Set when nothing new shall be begun.
    pub stop: AtomicBool,
    /// Acknowledged so far.
    pub acknowledged: AtomicU64,
    /// Sent and not answered at this moment.
    pub in_flight: AtomicU64,
    /// Got no answer at first.
    pub unanswered: AtomicU64,
    /// Of those, left alone on purpose.
    pub abandoned: AtomicU64,
    /// Sent a second time after the acknowledgement.
    pub repeated: AtomicU64,
}
