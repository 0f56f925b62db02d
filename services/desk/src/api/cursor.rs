//! Where a page ended: a time and an id, in one word that means nothing to clients. Each word of 48
//! hexadecimal digits is a cursor, so that the API's description says all there is to it.

use std::fmt::Display;

use switchboard_chassis::problem::Problem;
use switchboard_domain::Timestamp;

use crate::fault;

/// Hexadecimal digits of the time; those of the id follow.
const OF_TIME: usize = 16;

/// Of both.
const LENGTH: usize = OF_TIME + 32;

/// The word for the last of a page.
pub(super) fn write(at: Timestamp, id: impl Display) -> String {
    let id = id.to_string().replace('-', "");
    format!("{}{id}", hex::encode(at.as_micros().to_be_bytes()))
}

/// The last of the page before.
///
/// # Errors
/// 422 when it is none that a page gave.
pub(super) fn read<T: std::str::FromStr>(cursor: &str) -> Result<(Timestamp, T), Problem> {
    let read = || {
        let (at, id) = cursor.split_at_checked(OF_TIME).filter(|_| cursor.len() == LENGTH)?;
        let mut micros = [0; 8];
        hex::decode_to_slice(at, &mut micros).ok()?;
        Some((Timestamp::from_micros(i64::from_be_bytes(micros)), id.parse().ok()?))
    };
    read().ok_or_else(|| fault::invalid("The cursor is not one that a page gave as next."))
}

#[cfg(test)]
mod tests {
    use switchboard_domain::ids::ContactId;

    use super::*;

    #[test]
    fn each_word_of_that_look_is_a_place_and_no_other() {
        let id = ContactId::derive("ann");
        for at in [i64::MIN, -1, 0, 1_790_000_000_000_000, i64::MAX].map(Timestamp::from_micros) {
            let word = write(at, id);
            assert!(word.len() == LENGTH && word.bytes().all(|byte| byte.is_ascii_hexdigit()));
            assert_eq!(read::<ContactId>(&word).unwrap(), (at, id));
        }
        assert!(read::<ContactId>(&"0".repeat(LENGTH)).is_ok());
        for wrong in ["", "0", &"0".repeat(LENGTH - 1), &"g".repeat(LENGTH), &"é".repeat(24)] {
            assert!(read::<ContactId>(wrong).is_err(), "{wrong}");
        }
    }
}
