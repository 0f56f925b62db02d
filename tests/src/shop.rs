//! The sample shop of the suites: the one that `switchboard demo` sets up, and the same again for a
//! distributed installation, where [`crate::world`] sets it up by the command line.

use switchboard_domain::Channel;

/// The key of the app in the callback URL.
pub const APP_KEY: &str = "demo";

/// Meta's id of the app.
pub const META_APP_ID: &str = "7700000000000001";

/// Everybody's password.
pub const PASSWORD: &str = "switchboard-demo";

/// The name of the assistant.
pub const BOT: &str = "Shop assistant";

/// What the assistant says to `hello`, in order.
pub const GREETING: [&str; 2] =
    ["Hello, and welcome to the Corner Shop!", "What can I do for you?"];

/// What the assistant says to `hours`.
pub const HOURS: &str = "We are open Monday to Saturday, 9:00 to 18:00.";

/// What the assistant says to `order`.
pub const ORDER: &str = "Do you have your order number at hand? It looks like A-12345.";

/// What the assistant says to what it does not understand, before people take over.
pub const UNSURE: &str = "I am not sure about that. A colleague will answer you soon.";

/// What Switchboard says when people take over.
pub const ONE_MOMENT: &str = "One moment, a person will be with you.";

/// A connected account.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    /// Its channel.
    pub channel: Channel,
    /// What webhooks call it.
    pub external_id: &'static str,
    /// The Graph node that sends.
    pub sender_id: &'static str,
    /// For people.
    pub name: &'static str,
    /// What sends are authorised by.
    pub token: &'static str,
}

impl Account {
    /// The platform's id of a customer of this account. No two accounts share one, as at Meta: a
    /// call to a Page does not say whether it is for a customer of the linked Instagram account.
    #[must_use]
    pub fn customer_id(&self, number: u32) -> String {
        let before = match self.channel {
            Channel::Messenger => "9101",
            Channel::Instagram => "9201",
            Channel::WhatsApp => "1555",
        };
        format!("{before}{number:07}")
    }
}

/// The Page.
pub const PAGE: Account = Account {
    channel: Channel::Messenger,
    external_id: "101000000000001",
    sender_id: "101000000000001",
    name: "Corner Shop (Page)",
    token: "demo-page-token",
};

/// The Instagram account, connected by Instagram Login: it sends itself.
pub const INSTAGRAM: Account = Account {
    channel: Channel::Instagram,
    external_id: "17841400000000001",
    sender_id: "17841400000000001",
    name: "@corner.shop",
    token: "demo-instagram-token",
};

/// The WhatsApp number.
pub const WHATSAPP: Account = Account {
    channel: Channel::WhatsApp,
    external_id: "106000000000001",
    sender_id: "106000000000001",
    name: "Corner Shop +1 555 010 0001",
    token: "demo-whatsapp-token",
};

/// The WhatsApp business account of the number.
pub const WABA: &str = "102000000000001";

/// All accounts.
pub const ACCOUNTS: [Account; 3] = [PAGE, INSTAGRAM, WHATSAPP];

/// Somebody who works in the shop.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// What they log in with.
    pub email: &'static str,
    /// As the others call them.
    pub name: &'static str,
    /// agent or admin.
    pub role: &'static str,
}

/// An agent.
pub const ANN: Person = Person { email: "ann@demo.example", name: "Ann", role: "agent" };

/// Another agent.
pub const BOB: Person = Person { email: "bob@demo.example", name: "Bob", role: "agent" };

/// The administrator, who sees everything.
pub const ALEX: Person = Person { email: "admin@demo.example", name: "Alex", role: "admin" };

/// Everybody.
pub const PEOPLE: [Person; 3] = [ANN, BOB, ALEX];
