//! Strangers that are taken for customers who have just written, where the
//! configuration wants it: tests that post webhook bodies straight to the gateway
//! leave the simulator without the customer's message.

use super::send::Target;
use crate::config::CustomerSeed;
use crate::state::{Channel, World};

/// Digits of a phone number: E.164 allows 15.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 5..=15;
/// Longest id of a Messenger or Instagram customer.
const SCOPED_ID: usize = 32;
/// Longest business-scoped user id of WhatsApp, after the country code.
const USER_ID: usize = 128;

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
        _ if is_scoped_id(given) => Some(CustomerSeed { id: given.to_owned(), ..seed }),
        _ => None,
    }
}

fn is_scoped_id(text: &str) -> bool {
    (1..=SCOPED_ID).contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit())
}

/// A phone number as people write it, or a business-scoped user id (`US.1234`).
fn whatsapp(given: &str, seed: CustomerSeed) -> Option<CustomerSeed> {
    if given.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c)) {
        let digits: String = given.chars().filter(char::is_ascii_digit).collect();
        let fits = PHONE_DIGITS.contains(&digits.len());
        return fits.then_some(CustomerSeed { id: digits, ..seed });
    }
    let (country, rest) = given.split_once('.')?;
    let fits = country.len() == 2
        && country.chars().all(|c| c.is_ascii_uppercase())
        && (1..=USER_ID).contains(&rest.len())
        && rest.chars().all(|c| c.is_ascii_alphanumeric());
    let user_id = Some(given.to_owned());
    fits.then(|| CustomerSeed { id: given.to_owned(), user_id, hide_phone: true, ..seed })
}
