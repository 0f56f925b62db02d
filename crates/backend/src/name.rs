//! What a process is called among its likes.

use std::{fs, process};

/// `SERVICE@HOST-PID`: tells replicas apart in logs, in the broker and in the sharing of lanes.
#[must_use]
pub fn replica_name(service: &str) -> String {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = match host.trim() {
        "" => "localhost",
        host => host,
    };
    format!("{service}@{host}-{}", process::id())
}
