//! Calls of bots that go on to Meta as they are, with the account's token, and whose answers come back:
//! what a bot sets up for the account that it speaks for. A closed list, for a token can do more.
//!
//! Sources: Messenger Platform "Messenger Profile API", "Personas", "Private Replies"; WhatsApp
//! "Business Profiles", "Message Templates".

use std::time::Duration;

use serde_json::Value;
use switchboard_domain::Channel::{self, Instagram, Messenger, WhatsApp};

/// A kind of call that goes on.
#[derive(Debug, PartialEq, Eq)]
pub struct Relayed {
    /// What the errand is called that makes it.
    pub kind: &'static str,
    /// The edge that is called.
    pub edge: &'static str,
    /// What it can be called with.
    methods: &'static [&'static str],
    /// The channels that have it.
    channels: &'static [Channel],
    /// How many calls may be made in which time for one account.
    pub quota: Option<(u32, Duration)>,
}

/// Meta takes ten calls in ten minutes for a Page; two are left for connecting it.
const PROFILE: Relayed = Relayed {
    kind: "relay.messenger_profile",
    edge: "messenger_profile",
    methods: &["GET", "POST", "DELETE"],
    channels: &[Messenger, Instagram],
    quota: Some((8, Duration::from_secs(600))),
};

const PERSONAS: Relayed = Relayed {
    kind: "relay.personas",
    edge: "personas",
    methods: &["GET", "POST"],
    channels: &[Messenger],
    quota: None,
};

/// One customer's menu.
const USER_SETTINGS: Relayed = Relayed {
    kind: "relay.custom_user_settings",
    edge: "custom_user_settings",
    methods: &["GET", "POST", "DELETE"],
    channels: &[Messenger],
    quota: None,
};

const NLP: Relayed = Relayed {
    kind: "relay.nlp_configs",
    edge: "nlp_configs",
    methods: &["POST"],
    channels: &[Messenger],
    quota: None,
};

/// One of a Page's personas, which is no edge but a node of its own.
pub const PERSONA: Relayed = Relayed {
    kind: "relay.persona",
    edge: "",
    methods: &["GET", "DELETE"],
    channels: &[Messenger],
    quota: None,
};

const BUSINESS_PROFILE: Relayed = Relayed {
    kind: "relay.whatsapp_business_profile",
    edge: "whatsapp_business_profile",
    methods: &["GET", "POST"],
    channels: &[WhatsApp],
    quota: None,
};

/// Called of whoever owns the templates: the WhatsApp business account, the Page. At most 100 are
/// made in an hour.
const TEMPLATES: Relayed = Relayed {
    kind: "relay.message_templates",
    edge: "message_templates",
    methods: &["GET", "POST", "DELETE"],
    channels: &[Messenger, WhatsApp],
    quota: Some((100, Duration::from_secs(3_600))),
};

/// The one message that answers a comment. At most 750 in an hour of a Page.
pub const PRIVATE_REPLY: Relayed = Relayed {
    kind: "relay.private_reply",
    edge: "messages",
    methods: &["POST"],
    channels: &[Messenger, Instagram],
    quota: Some((750, Duration::from_secs(3_600))),
};

const EDGES: [&Relayed; 6] =
    [&PROFILE, &USER_SETTINGS, &NLP, &PERSONAS, &BUSINESS_PROFILE, &TEMPLATES];

/// What a call of an edge of that channel's accounts is; `None` for one that does not go on.
#[must_use]
pub fn at(channel: Channel, edge: &str) -> Option<&'static Relayed> {
    EDGES.into_iter().find(|it| it.edge == edge && it.is_of(channel))
}

/// What an errand of that kind makes for an account of that channel.
#[must_use]
pub fn of_kind(channel: Channel, kind: &str) -> Option<&'static Relayed> {
    let mut all = EDGES.into_iter().chain([&PERSONA, &PRIVATE_REPLY]);
    all.find(|it| it.kind == kind && it.is_of(channel))
}

impl Relayed {
    /// Whether it can be called so.
    #[must_use]
    pub fn takes(&self, method: &str) -> bool {
        self.methods.contains(&method)
    }

    fn is_of(&self, channel: Channel) -> bool {
        self.channels.contains(&channel)
    }
}

/// Whether a parameter may go on: none that says who calls, or makes another call of it.
#[must_use]
pub fn is_parameter(name: &str) -> bool {
    !["access_token", "appsecret_proof", "batch", "ids", "input_token", "method"].contains(&name)
}

/// Whether the parameter `fields` asks for fields alone, and not for what they lead to. (Graph API
/// "Field expansion")
#[must_use]
pub fn are_plain(fields: Option<&Value>) -> bool {
    match fields {
        None => true,
        Some(Value::String(names)) => {
            names.chars().all(|it| it.is_ascii_alphanumeric() || "_, ".contains(it))
        }
        Some(Value::Array(names)) => {
            names.iter().all(|name| name.is_string() && are_plain(Some(name)))
        }
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_channel_has_not_does_not_go_on() {
        assert_eq!(at(Instagram, "personas"), None);
        assert_eq!(at(Messenger, "messages"), None);
        assert_eq!(of_kind(Instagram, "relay.private_reply"), Some(&PRIVATE_REPLY));
        assert_eq!(of_kind(WhatsApp, "relay.private_reply"), None);
        let personas = at(Messenger, "personas").unwrap();
        assert!(personas.takes("POST") && !personas.takes("DELETE"));
    }

    #[test]
    fn fields_lead_nowhere() {
        for plain in [json!("name, status,language"), json!(["get_started", "greeting"])] {
            assert!(are_plain(Some(&plain)), "{plain}");
        }
        for leads in [json!("name,owner{access_token}"), json!(["a.limit(3)"]), json!({"a": 1})] {
            assert!(!are_plain(Some(&leads)), "{leads}");
        }
    }
}
