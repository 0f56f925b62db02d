//! Strangers that are taken for customers who have just written, where the
//! configuration wants it: tests that post webhook bodies straight to the gateway
//! leave the simulator without the customer's message.

use super::send::Target;
use crate::config::CustomerSeed;
use crate::state::{Channel, World};

/// Longest id of a customer, of whatever kind.
const LONGEST: usize = 128;

/// Makes sure that the recipient is known and has written, if strangers are
/// adopted. True when something was adopted: the target is to be looked up again.
///
/// A call to a Page cannot tell the customers of a linked Instagram account from
/// the Page's own: whom the Instagram account does not know becomes the Page's.
pub(super) fn adopt(world: &mut World, target: &Target, now_ms: i64) -> bool {
    if !world.adopt_strangers {
        return false;
    }
    let mut key = target.key.clone();
    if !world.directory.customers.contains_key(&key) {
        let Some(seed) = seed(target) else {
            return false;
        };
        key.customer.clone_from(&seed.id);
        if world.add_customer(&seed).is_err() {
            return false;
        }
    }
    let wrote = world.threads.get(&key).is_some_and(|thread| thread.last_customer_ms.is_some());
    if !wrote {
        world.threads.touch(&key, now_ms);
    }
    true
}

/// Whether a message that the simulator never saw may be read or reacted to.
pub(super) fn unseen(world: &World, message_id: &str) -> bool {
    world.adopt_strangers && world.threads.owner(message_id).is_none()
}

fn seed(target: &Target) -> Option<CustomerSeed> {
    let given = target.key.customer.as_str();
    let account = target.account.id.clone();
    let seed = CustomerSeed { account, ..CustomerSeed::default() };
    match target.account.channel {
        Channel::WhatsApp => whatsapp(given, seed),
        _ if is_name(given) => Some(CustomerSeed { id: given.to_owned(), ..seed }),
        _ => None,
    }
}

/// Bodies that people post by hand, and samples in documentation, call customers as they like
/// (`<PSID>`): a stranger is whoever has a name.
fn is_name(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// A phone number as people write it; anything else counts as a business-scoped user id.
fn whatsapp(given: &str, seed: CustomerSeed) -> Option<CustomerSeed> {
    if !is_name(given) {
        return None;
    }
    let digits: String = given.chars().filter(char::is_ascii_digit).collect();
    let is_phone = given.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c));
    if is_phone && !digits.is_empty() {
        return Some(CustomerSeed { id: digits, ..seed });
    }
    let user_id = Some(given.to_owned());
    Some(CustomerSeed { id: given.to_owned(), user_id, hide_phone: true, ..seed })
}
