//! Where a page ended: a time and an id, in one word that means nothing to clients.

use std::fmt::Display;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use switchboard_chassis::problem::Problem;
use switchboard_domain::Timestamp;

use crate::fault;

/// The word for the last of a page.
pub(super) fn write(at: Timestamp, id: impl Display) -> String {
    URL_SAFE_NO_PAD.encode(format!("{} {id}", at.as_micros()))
}

/// The last of the page before.
///
/// # Errors
/// 422 when it is none that a page gave.
pub(super) fn read<T: std::str::FromStr>(cursor: &str) -> Result<(Timestamp, T), Problem> {
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        let (at, id) = text.split_once(' ')?;
        Some((Timestamp::from_micros(at.parse().ok()?), id.parse().ok()?))
    };
    read().ok_or_else(|| fault::invalid("The cursor is not one that a page gave as next."))
}
