//! Apps, accounts and customers: who exists and who is subscribed to what.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::templates::TemplateBook;
use super::tokens::Token;
use super::{Channel, ThreadKey};
use crate::config::Reach;

/// WhatsApp's fields about messages: only these go where a business account or a number says.
const OVERRIDDEN: [&str; 4] = ["messages", "standby", "smb_message_echoes", "messaging_handovers"];

/// A subscription of an app to one webhook object.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AppSubscription {
    pub(crate) callback_url: String,
    /// `None`: every field.
    pub(crate) fields: Option<Vec<String>>,
}

/// A Meta app.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) name: String,
    pub(crate) callback_url: Option<String>,
    pub(crate) verify_token: String,
    pub(crate) require_proof: bool,
    /// In development: only people with a role are heard and can be written to.
    pub(crate) development: bool,
    pub(crate) deauthorize_url: Option<String>,
    pub(crate) data_deletion_url: Option<String>,
    /// By webhook object. An absent object falls back to `callback_url` with all fields.
    pub(crate) subscriptions: BTreeMap<String, AppSubscription>,
}

impl App {
    /// Where webhooks of this object and field go, if the app wants them.
    pub(crate) fn callback(&self, object: &str, field: &str) -> Option<&str> {
        match self.subscriptions.get(object) {
            Some(own) if wants(own.fields.as_ref(), field) => Some(&own.callback_url),
            Some(_) => None,
            None => self.callback_url.as_deref(),
        }
    }
}

/// An app's subscription to one account (`subscribed_apps`).
#[derive(Debug, Clone, Default)]
pub(crate) struct AccountSubscription {
    /// `None`: every field.
    pub(crate) fields: Option<Vec<String>>,
    /// WhatsApp only: `override_callback_uri`.
    pub(crate) override_url: Option<String>,
}

/// A channel account: Page, Instagram account or WhatsApp number.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) channel: Channel,
    pub(crate) name: String,
    /// The WABA of a number, the Page of an Instagram account.
    pub(crate) parent: Option<String>,
    pub(crate) display_phone_number: String,
    /// A number's own callback, by app; it goes before its business account's.
    pub(crate) callbacks: BTreeMap<String, String>,
    pub(crate) subscribers: BTreeMap<String, AccountSubscription>,
}

/// A WhatsApp business account.
#[derive(Debug, Clone)]
pub(crate) struct Waba {
    pub(crate) name: String,
    pub(crate) subscribers: BTreeMap<String, AccountSubscription>,
}

/// A customer of one account.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct Customer {
    pub(crate) account: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) username: Option<String>,
    /// WhatsApp business-scoped user id.
    pub(crate) user_id: Option<String>,
    pub(crate) hide_phone: bool,
    pub(crate) reach: Reach,
    /// Whether the person has a role on the app.
    #[serde(default)]
    pub(crate) has_role: bool,
    /// Whether the business blocked them: what they write arrives nowhere.
    #[serde(default)]
    pub(crate) barred: bool,
}

/// What a node id of the Graph API stands for.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Account(Account),
    Waba(String),
    App(String),
    /// Of the WABA or Page that owns it.
    Template {
        owner: String,
        id: String,
    },
}

/// Where one app receives an account's webhooks.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) app_id: String,
    pub(crate) secret: String,
    pub(crate) url: String,
}

/// Everything that has an id.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    pub(crate) apps: BTreeMap<String, App>,
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) wabas: BTreeMap<String, Waba>,
    /// By the WABA or Page that owns them.
    pub(crate) templates: TemplateBook,
    pub(crate) tokens: HashMap<String, Token>,
    pub(crate) customers: BTreeMap<ThreadKey, Customer>,
    /// Customers that are not yet in the journal.
    pub(crate) unsaved: Vec<ThreadKey>,
}

impl Directory {
    /// Adds or replaces a customer.
    pub(crate) fn put_customer(&mut self, customer: Customer) {
        let key = ThreadKey::new(&customer.account, &customer.id);
        self.unsaved.push(key.clone());
        self.customers.insert(key, customer);
    }

    /// What an id stands for, customers apart.
    pub(crate) fn node(&self, id: &str) -> Option<Node> {
        if let Some(account) = self.accounts.get(id) {
            return Some(Node::Account(account.clone()));
        }
        if self.wabas.contains_key(id) {
            return Some(Node::Waba(id.to_owned()));
        }
        if self.apps.contains_key(id) {
            return Some(Node::App(id.to_owned()));
        }
        let owner = self.templates.owner_of(id)?.to_owned();
        Some(Node::Template { owner, id: id.to_owned() })
    }

    /// Customers with this id; one id may be known to several accounts.
    pub(crate) fn customers_by_id<'a>(
        &'a self,
        id: &'a str,
    ) -> impl Iterator<Item = &'a Customer> + 'a {
        self.customers.values().filter(move |customer| customer.id == id)
    }

    /// The Instagram account linked to a Page.
    pub(crate) fn instagram_of(&self, page: &str) -> Option<&Account> {
        self.accounts.values().find(|account| {
            account.channel == Channel::Instagram && account.parent.as_deref() == Some(page)
        })
    }

    /// A WhatsApp customer by phone digits or by business-scoped user id.
    pub(crate) fn whatsapp_customer(&self, account: &str, to: &str) -> Option<&Customer> {
        let digits: String = to.chars().filter(char::is_ascii_digit).collect();
        self.customers
            .get(&ThreadKey::new(account, &digits))
            .or_else(|| self.by_user_id(account, to))
    }

    fn by_user_id(&self, account: &str, user_id: &str) -> Option<&Customer> {
        if !user_id.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        self.customers
            .values()
            .find(|c| c.account == account && c.user_id.as_deref() == Some(user_id))
    }

    /// Ends an app's subscription to an account and to what it inherits from.
    pub(crate) fn unsubscribe(&mut self, app: &str, account: &str) {
        let parent = self.accounts.get(account).and_then(|own| own.parent.clone());
        for id in [Some(account), parent.as_deref()].into_iter().flatten() {
            if let Some(own) = self.accounts.get_mut(id) {
                own.subscribers.remove(app);
            }
        }
    }

    /// Which apps receive this field of this account, and where.
    pub(crate) fn routes(&self, account: &Account, object: &str, field: &str) -> Vec<Route> {
        let mut subscribers = account.subscribers.clone();
        if let Some(parent) = &account.parent {
            let inherited = match account.channel {
                Channel::WhatsApp => self.wabas.get(parent).map(|waba| &waba.subscribers),
                _ => self.accounts.get(parent).map(|page| &page.subscribers),
            };
            for (app, subscription) in inherited.into_iter().flatten() {
                subscribers.entry(app.clone()).or_insert_with(|| subscription.clone());
            }
        }
        subscribers
            .iter()
            .filter(|(_, subscription)| wants(subscription.fields.as_ref(), field))
            .filter_map(|(app_id, subscription)| {
                let app = self.apps.get(app_id)?;
                let default = app.callback(object, field)?;
                let own = account.callbacks.get(app_id).or(subscription.override_url.as_ref());
                let own = own.filter(|_| OVERRIDDEN.contains(&field));
                Some(Route {
                    app_id: app.id.clone(),
                    secret: app.secret.clone(),
                    url: own.cloned().unwrap_or_else(|| default.to_owned()),
                })
            })
            .collect()
    }
}

/// Whether a field list (none: all) contains a field.
fn wants(fields: Option<&Vec<String>>, field: &str) -> bool {
    fields.is_none_or(|fields| fields.iter().any(|own| own == field))
}
