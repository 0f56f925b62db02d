//! Who controls a conversation: conversation routing on Messenger and Instagram,
//! the Meta Business Agent on WhatsApp.
//!
//! Without a default app (Meta's "zero-config") a conversation is idle, everybody
//! hears it and everybody may answer, until an app asks for it or is given it.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::ThreadKey;
use crate::config::{EntryPoint, RoutingSeed};

/// App id of the Page inbox of Meta Business Suite.
pub(crate) const PAGE_INBOX: &str = "263902037430900";
/// App id of its Instagram inbox.
pub(crate) const INSTAGRAM_INBOX: &str = "1217981644879628";
const DAY_MS: i64 = 24 * 3_600_000;
/// How long control lasts after the customer's last message.
pub(crate) const CONTROL_MS: i64 = DAY_MS;
/// The Business Agent's rival keeps a conversation until it gives it back.
const FOR_EVER_MS: i64 = i64::MAX;

/// An app that holds a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Control {
    pub(crate) owner: String,
    /// When it lapses, in milliseconds since 1970, simulated.
    pub(crate) until_ms: i64,
}

/// Which array an app finds an event in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// `messaging`; on WhatsApp the field `messages`.
    Own,
    /// `standby`: another app answers here.
    Standby,
}

/// The routing of all accounts, and who holds what.
#[derive(Debug, Default)]
pub(crate) struct Controls {
    routing: BTreeMap<String, RoutingSeed>,
    held: HashMap<ThreadKey, Control>,
    /// Conversations whose control is not yet in the journal.
    pub(crate) unsaved: Vec<ThreadKey>,
}

impl Controls {
    /// Sets the routing of an account.
    pub(crate) fn set_routing(&mut self, seed: RoutingSeed) {
        self.routing.insert(seed.account.clone(), seed);
    }

    /// The routing of an account, if it was ever set.
    pub(crate) fn routing(&self, account: &str) -> Option<&RoutingSeed> {
        self.routing.get(account)
    }

    /// The app that answers while nobody holds the conversation.
    pub(crate) fn default_app(&self, account: &str) -> Option<&str> {
        self.routing.get(account)?.default_app.as_deref()
    }

    /// Whether the business let an app take control.
    pub(crate) fn may_take(&self, account: &str, app: &str) -> bool {
        self.routing.get(account).is_some_and(|own| own.may_take.iter().any(|one| one == app))
    }

    /// Whether a Meta Business Agent answers on this number.
    pub(crate) fn has_agent(&self, account: &str) -> bool {
        self.routing.get(account).is_some_and(|own| own.business_agent)
    }

    /// Who holds a conversation now; nobody when it is idle.
    pub(crate) fn held(&self, key: &ThreadKey, now_ms: i64) -> Option<&Control> {
        self.held.get(key).filter(|control| control.until_ms > now_ms)
    }

    /// What was last written about a conversation, lapsed or not.
    pub(crate) fn latest(&self, key: &ThreadKey) -> Option<&Control> {
        self.held.get(key)
    }

    /// Gives a conversation to an app until the given time.
    pub(crate) fn give(&mut self, key: &ThreadKey, app: &str, until_ms: i64) {
        self.unsaved.push(key.clone());
        self.held.insert(key.clone(), Control { owner: app.to_owned(), until_ms });
    }

    /// Makes a conversation idle; on WhatsApp the agent answers again.
    pub(crate) fn release(&mut self, key: &ThreadKey) {
        self.unsaved.push(key.clone());
        self.held.remove(key);
    }

    /// A business' app sent a service message on WhatsApp: it answers from here on.
    pub(crate) fn answered(&mut self, key: &ThreadKey, app: &str) {
        if self.has_agent(&key.account) && self.held.get(key).is_none_or(|own| own.owner != app) {
            self.give(key, app, FOR_EVER_MS);
        }
    }

    /// The customer wrote, and came by a link or an ad if there is a referral: an idle
    /// conversation goes to the entry point's app, else to the default app; the holder keeps
    /// it for another day.
    pub(crate) fn wrote(&mut self, key: &ThreadKey, referral: Option<&Value>, now_ms: i64) {
        let until_ms = now_ms + CONTROL_MS;
        match self.held(key, now_ms).cloned() {
            Some(control) if control.until_ms < until_ms => {
                self.give(key, &control.owner, until_ms);
            }
            Some(_) => {}
            None => {
                let entry = referral.and_then(|referral| self.entry_point(&key.account, referral));
                let entry = entry.map(|own| (own.app.clone(), now_ms + control_ms(own)));
                let default = self.default_app(&key.account);
                let heir = entry.or_else(|| default.map(|app| (app.to_owned(), until_ms)));
                if let Some((app, until_ms)) = heir {
                    self.give(key, &app, until_ms);
                }
            }
        }
    }

    /// The entry point by which a customer came. Without a default app only ads count.
    fn entry_point(&self, account: &str, referral: &Value) -> Option<&EntryPoint> {
        let routing = self.routing.get(account)?;
        let fits = |own: Option<&str>, key: &str| {
            own.is_some_and(|own| referral.get(key).and_then(Value::as_str) == Some(own))
        };
        routing.entry_points.iter().find(|own| {
            fits(own.ad_id.as_deref(), "ad_id")
                || (routing.default_app.is_some() && fits(own.r#ref.as_deref(), "ref"))
        })
    }

    /// Whether an app may send in a conversation of a Page or Instagram account.
    pub(crate) fn may_send(&self, key: &ThreadKey, app: &str, now_ms: i64) -> bool {
        match self.held(key, now_ms) {
            Some(control) => control.owner == app,
            None => self.default_app(&key.account).is_none_or(|default| default == app),
        }
    }

    /// Where an app finds the events of a conversation.
    pub(crate) fn place(&self, key: &ThreadKey, app: &str, now_ms: i64) -> Place {
        let holds = match self.held(key, now_ms) {
            Some(control) => control.owner == app,
            None if self.has_agent(&key.account) => false,
            None => self.default_app(&key.account).is_none_or(|default| default == app),
        };
        if holds { Place::Own } else { Place::Standby }
    }

    /// The customer has another id now.
    pub(crate) fn rename(&mut self, from: &ThreadKey, to: &ThreadKey) {
        if let Some(control) = self.held.remove(from) {
            self.held.insert(to.clone(), control);
            self.unsaved.extend([from.clone(), to.clone()]);
        }
    }
}

/// How long an entry point's app keeps control.
fn control_ms(entry: &EntryPoint) -> i64 {
    match entry.control_days {
        Some(days @ 1..=30) => days * DAY_MS,
        _ => CONTROL_MS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routed() -> (Controls, ThreadKey) {
        let mut controls = Controls::default();
        controls.set_routing(RoutingSeed {
            account: "2001".into(),
            default_app: Some("1".into()),
            ..RoutingSeed::default()
        });
        (controls, ThreadKey::new("2001", "51"))
    }

    #[test]
    fn without_a_default_app_everybody_hears_and_answers() {
        let (controls, key) = (Controls::default(), ThreadKey::new("2001", "51"));
        assert!(controls.may_send(&key, "1", 0) && controls.may_send(&key, "2", 0));
        assert_eq!(controls.place(&key, "2", 0), Place::Own);
    }

    #[test]
    fn the_default_app_gets_an_idle_conversation_for_a_day() {
        let (mut controls, key) = routed();
        assert!(controls.may_send(&key, "1", 0) && !controls.may_send(&key, "2", 0));
        controls.wrote(&key, None, 1_000);
        assert_eq!(controls.held(&key, 1_000).map(|own| own.owner.as_str()), Some("1"));
        assert_eq!(controls.place(&key, "2", 1_000), Place::Standby);
        assert_eq!(controls.held(&key, 1_000 + CONTROL_MS), None);
    }

    #[test]
    fn a_longer_hold_is_not_shortened_by_a_message() {
        let (mut controls, key) = routed();
        controls.give(&key, "2", 7 * CONTROL_MS);
        controls.wrote(&key, None, 0);
        assert!(controls.may_send(&key, "2", 6 * CONTROL_MS));
    }
}
