//! Identifiers in the shapes that Meta uses. All are opaque and unique.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::state::Channel;

/// A fresh message id for a channel: `m_…`, `aWdf…` or `wamid.…`.
pub(crate) fn message(channel: Channel, customer: &str) -> String {
    match channel {
        Channel::Messenger => format!("m_{}", URL_SAFE_NO_PAD.encode(random::<64>())),
        Channel::Instagram => {
            // "ig_" in base64 is "aWdf".
            let mut bytes = b"ig_".to_vec();
            bytes.extend(random::<108>());
            STANDARD.encode(bytes)
        }
        Channel::WhatsApp => {
            // The prefix bytes make the well-known "HBgL"; the customer's number follows.
            let mut bytes = vec![0x1c, 0x18, 0x0b];
            bytes.extend(customer.as_bytes());
            bytes.extend(random::<20>());
            format!("wamid.{}", STANDARD.encode(bytes))
        }
    }
}

/// A trace id for error bodies and response headers.
pub(crate) fn trace() -> String {
    format!("A{}", URL_SAFE_NO_PAD.encode(random::<16>()))
}

/// A numeric object id, as media and attachments have.
pub(crate) fn numeric() -> String {
    number().to_string()
}

/// The same as a number, as template events carry it.
pub(crate) fn number() -> u64 {
    rand::random_range(100_000_000_000_000..=999_999_999_999_999)
}

/// Random bytes as hex, for media URLs.
pub(crate) fn secret() -> String {
    hex::encode(random::<16>())
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0_u8; N];
    bytes.fill_with(rand::random);
    bytes
}
