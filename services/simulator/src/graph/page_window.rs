//! When a Page or an Instagram account may write to a customer, and under which label.
//!
//! Source: Messenger Platform "Messaging window", "Message tags", "Utility messages".

use super::error::{GraphError, GraphResult};
use super::send::Target;
use super::shape::Shape;
use crate::state::{Channel, World};

const DAY_MS: i64 = 24 * 3_600_000;
/// Tags that still open a longer window, with its length.
const HUMAN_AGENT_MS: i64 = 7 * DAY_MS;

/// Whether a send fits the time since the customer's last message. A private reply needs no
/// window, but its labels must be right too.
pub(crate) fn check(
    world: &World,
    shape: &Shape<'_>,
    (target, is_private_reply): (&Target, bool),
    now_ms: i64,
) -> GraphResult<()> {
    let Some(window) = window(shape, target)?.filter(|_| !is_private_reply) else {
        return Ok(());
    };
    let last = world.threads.get(&target.key).and_then(|t| t.last_customer_ms);
    if last.is_some_and(|last| now_ms - last < window) {
        return Ok(());
    }
    let subcode = match target.account.channel {
        Channel::Instagram => 2_534_022,
        _ => 2_018_278,
    };
    Err(GraphError::new(10, Some(subcode), "This message is sent outside of allowed window."))
}

/// How long a message with these labels may be sent after the customer's. None: at any time.
fn window(shape: &Shape<'_>, target: &Target) -> GraphResult<Option<i64>> {
    let kind = shape.text("messaging_type")?.unwrap_or("RESPONSE");
    let tag = shape.text("tag")?;
    let window = match (kind, tag) {
        ("MESSAGE_TAG", Some("HUMAN_AGENT")) => HUMAN_AGENT_MS,
        ("MESSAGE_TAG", Some("CUSTOMER_FEEDBACK"))
            if target.account.channel == Channel::Messenger =>
        {
            HUMAN_AGENT_MS
        }
        ("MESSAGE_TAG", Some(other)) => {
            return Err(GraphError::parameter(&format!(
                "The message tag {other} is no longer supported."
            )));
        }
        ("MESSAGE_TAG", None) => return Err(shape.missing("tag")),
        ("RESPONSE" | "UPDATE", None) => DAY_MS,
        // An approved template goes out at any time.
        ("UTILITY", None) if target.account.channel == Channel::Messenger => return Ok(None),
        ("RESPONSE" | "UPDATE", Some(_)) => {
            return Err(shape.bad("tag", "is only allowed with messaging_type MESSAGE_TAG"));
        }
        _ => {
            let allowed = ["RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY"];
            shape.need_one_of("messaging_type", &allowed)?;
            return Err(shape.bad("messaging_type", "does not go with this channel or with tag"));
        }
    };
    Ok(Some(window))
}
