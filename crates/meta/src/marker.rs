//! The marker that every send carries and that Meta gives back: Messenger's and Instagram's
//! `metadata` in the echo, WhatsApp's `biz_opaque_callback_data` in every status.
//!
//! `sb1.<send id>.<attempt>.<mac>`, the mac being eight hexadecimal digits under a key of ours, so
//! that no other app of the account can settle our sends by making markers up. It settles nothing
//! but a send's fate, so 32 bits are enough.

use subtle::ConstantTimeEq;
use switchboard_domain::ids::SendId;

use crate::signature::hmac_sha256;

const VERSION: &str = "sb1";

/// The marker for this attempt of this send.
#[must_use]
pub fn make(key: &[u8], send: SendId, attempt: u32) -> String {
    let text = format!("{VERSION}.{send}.{attempt}");
    let [a, b, c, d, ..] = hmac_sha256(key, text.as_bytes());
    format!("{text}.{}", hex::encode([a, b, c, d]))
}

/// The send and the attempt that a marker names; `None` if it is not one of ours. Takes the same
/// time however wrong the mac is.
#[must_use]
pub fn parse(key: &[u8], marker: &str) -> Option<(SendId, u32)> {
    let mut parts = marker.split('.');
    let (version, send, attempt) = (parts.next()?, parts.next()?, parts.next()?);
    if version != VERSION {
        return None;
    }
    let (send, attempt) = (send.parse().ok()?, attempt.parse().ok()?);
    // Compared as a whole, so that each marker has one form only.
    let ours = make(key, send, attempt);
    bool::from(ours.as_bytes().ct_eq(marker.as_bytes())).then_some((send, attempt))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &[u8] = b"marker key";

    #[test]
    fn the_form_is_frozen() {
        // Markers are out at Meta while we change versions.
        insta::assert_snapshot!(make(KEY, SendId::derive("one"), 2));
    }

    #[test]
    fn what_is_not_ours_names_nothing() {
        let ours = make(KEY, SendId::derive("one"), 1);
        assert_eq!(parse(b"other key", &ours), None);
        assert_eq!(parse(KEY, &ours.to_uppercase()), None);
        assert_eq!(parse(KEY, &format!("{ours}.")), None);
        for other in ["", "gw:42", "sb1", "sb1...", "sb2.x.1.y"] {
            assert_eq!(parse(KEY, other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn a_marker_names_its_send(name: String, attempt: u32) {
            let send = SendId::derive(&name);
            prop_assert_eq!(parse(KEY, &make(KEY, send, attempt)), Some((send, attempt)));
        }

        #[test]
        fn a_changed_marker_names_nothing(at: prop::sample::Index, to in "[0-9a-f.]") {
            let ours = make(KEY, SendId::derive("one"), 1);
            let at = at.index(ours.len());
            let mut changed = ours.clone();
            changed.replace_range(at..=at, &to);
            prop_assume!(changed != ours);
            prop_assert_eq!(parse(KEY, &changed), None);
        }
    }
}
