//! Puts the seeds of the configuration and of the control interface into the world.

use std::collections::BTreeMap;

use super::directory::{Account, AccountSubscription, App, Customer, Waba};
use super::templates::{Template, Templates};
use super::tokens::{ALL_SCOPES, ALL_TASKS, Token};
use super::{Channel, World};
use crate::config::{
    AppSeed, CustomerSeed, InstagramSeed, PageSeed, RoutingSeed, SimulatorConfig, TemplateSeed,
    TokenKind, TokenSeed, WabaSeed,
};
use crate::error::Error;

impl World {
    /// Builds a world from a configuration.
    pub(crate) fn seeded(config: &SimulatorConfig, now_ms: i64) -> Result<Self, Error> {
        let mut world = Self {
            settings: config.settings.clone(),
            adopt_strangers: config.adopt_strangers,
            ..Self::default()
        };
        for app in &config.apps {
            world.add_app(app);
        }
        for page in &config.pages {
            world.add_page(page, now_ms)?;
        }
        for account in &config.instagram {
            world.add_instagram(account, now_ms)?;
        }
        for waba in &config.whatsapp {
            world.add_waba(waba, now_ms)?;
        }
        for token in &config.tokens {
            world.add_token(token, now_ms)?;
        }
        for customer in &config.customers {
            world.add_customer(customer)?;
        }
        for routing in &config.routing {
            world.set_routing(routing)?;
        }
        Ok(world)
    }

    /// Adds or replaces an app.
    pub(crate) fn add_app(&mut self, seed: &AppSeed) {
        let app = App {
            id: seed.id.clone(),
            secret: seed.secret.clone(),
            name: seed.name.clone(),
            callback_url: seed.callback_url.clone(),
            verify_token: seed.verify_token.clone(),
            require_proof: seed.require_proof,
            development: seed.development,
            deauthorize_url: seed.deauthorize_url.clone(),
            data_deletion_url: seed.data_deletion_url.clone(),
            subscriptions: BTreeMap::new(),
        };
        self.directory.apps.insert(seed.id.clone(), app);
    }

    /// Adds or replaces a Page with its token.
    pub(crate) fn add_page(&mut self, seed: &PageSeed, now_ms: i64) -> Result<(), Error> {
        self.need_app(&seed.app_id)?;
        self.directory.accounts.insert(
            seed.id.clone(),
            Account {
                id: seed.id.clone(),
                channel: Channel::Messenger,
                name: seed.name.clone(),
                parent: None,
                display_phone_number: String::new(),
                callbacks: BTreeMap::new(),
                subscribers: subscribers(&seed.app_id, seed.subscribed_fields.as_ref()),
            },
        );
        self.put_templates(&seed.id, &seed.templates, now_ms);
        self.add_token(
            &TokenSeed {
                token: seed.access_token.clone(),
                app_id: seed.app_id.clone(),
                kind: TokenKind::Page,
                subject: seed.id.clone(),
                ..TokenSeed::default()
            },
            now_ms,
        )
    }

    /// All templates of a business account or a Page.
    fn put_templates(&mut self, owner: &str, seeds: &[TemplateSeed], now_ms: i64) {
        let mut templates = Templates::default();
        for own in seeds {
            templates.put(Template::seeded(own, now_ms));
        }
        self.directory.templates.seed(owner, templates);
    }

    /// Adds or replaces an Instagram account.
    pub(crate) fn add_instagram(&mut self, seed: &InstagramSeed, now_ms: i64) -> Result<(), Error> {
        self.need_app(&seed.app_id)?;
        if let Some(page) = &seed.page_id
            && !self.directory.accounts.contains_key(page)
        {
            return Err(Error::Seed(format!("there is no Page {page}; create it first")));
        }
        self.directory.accounts.insert(
            seed.id.clone(),
            Account {
                id: seed.id.clone(),
                channel: Channel::Instagram,
                name: seed.name.clone(),
                parent: seed.page_id.clone(),
                display_phone_number: String::new(),
                callbacks: BTreeMap::new(),
                subscribers: subscribers(&seed.app_id, seed.subscribed_fields.as_ref()),
            },
        );
        let Some(token) = &seed.access_token else {
            return Ok(());
        };
        self.add_token(
            &TokenSeed {
                token: token.clone(),
                app_id: seed.app_id.clone(),
                kind: TokenKind::User,
                subject: seed.id.clone(),
                ..TokenSeed::default()
            },
            now_ms,
        )
    }

    /// Adds or replaces a WhatsApp business account with its numbers and token.
    pub(crate) fn add_waba(&mut self, seed: &WabaSeed, now_ms: i64) -> Result<(), Error> {
        self.need_app(&seed.app_id)?;
        let nothing = Vec::new();
        let fields = (!seed.subscribed).then_some(&nothing);
        self.put_templates(&seed.id, &seed.templates, now_ms);
        self.directory.wabas.insert(
            seed.id.clone(),
            Waba { name: seed.name.clone(), subscribers: subscribers(&seed.app_id, fields) },
        );
        for phone in &seed.phones {
            self.directory.accounts.insert(
                phone.id.clone(),
                Account {
                    id: phone.id.clone(),
                    channel: Channel::WhatsApp,
                    name: phone.verified_name.clone(),
                    parent: Some(seed.id.clone()),
                    display_phone_number: phone.display_phone_number.clone(),
                    callbacks: BTreeMap::new(),
                    subscribers: BTreeMap::new(),
                },
            );
        }
        self.add_token(
            &TokenSeed {
                token: seed.access_token.clone(),
                app_id: seed.app_id.clone(),
                kind: TokenKind::SystemUser,
                subject: format!("su-{}", seed.id),
                assets: vec![seed.id.clone()],
                ..TokenSeed::default()
            },
            now_ms,
        )
    }

    /// Adds or replaces a token. One without text is ignored.
    pub(crate) fn add_token(&mut self, seed: &TokenSeed, now_ms: i64) -> Result<(), Error> {
        if seed.token.is_empty() {
            return Ok(());
        }
        self.need_app(&seed.app_id)?;
        let scopes = seed.scopes.clone().unwrap_or_else(|| ALL_SCOPES.map(str::to_owned).to_vec());
        self.directory.tokens.insert(
            seed.token.clone(),
            Token {
                value: seed.token.clone(),
                app_id: seed.app_id.clone(),
                kind: seed.kind,
                subject: seed.subject.clone(),
                assets: seed.assets.clone(),
                scopes,
                expires_at: seed.expires_at,
                issued_at: now_ms.div_euclid(1000),
                revoked_subcode: seed.revoked_subcode,
                tasks: seed.tasks.clone().unwrap_or_else(|| ALL_TASKS.map(str::to_owned).to_vec()),
            },
        );
        Ok(())
    }

    /// Adds or replaces a customer of an account.
    pub(crate) fn add_customer(&mut self, seed: &CustomerSeed) -> Result<Customer, Error> {
        let Some(account) = self.directory.accounts.get(&seed.account) else {
            return Err(Error::Seed(format!(
                "there is no account {}; create it first",
                seed.account
            )));
        };
        let user_id = (account.channel == Channel::WhatsApp)
            .then(|| seed.user_id.clone().unwrap_or_else(|| format!("US.9{}", seed.id)));
        let name =
            if seed.name.is_empty() { format!("Customer {}", seed.id) } else { seed.name.clone() };
        let customer = Customer {
            account: seed.account.clone(),
            id: seed.id.clone(),
            name,
            username: seed.username.clone(),
            user_id,
            hide_phone: seed.hide_phone,
            reach: seed.reach,
            has_role: seed.has_role,
            barred: false,
        };
        self.directory.put_customer(customer.clone());
        Ok(customer)
    }

    /// Sets who answers an account's customers.
    pub(crate) fn set_routing(&mut self, seed: &RoutingSeed) -> Result<(), Error> {
        if !self.directory.accounts.contains_key(&seed.account) {
            return Err(Error::Seed(format!(
                "there is no account {}; create it first",
                seed.account
            )));
        }
        self.controls.set_routing(seed.clone());
        Ok(())
    }

    fn need_app(&self, id: &str) -> Result<(), Error> {
        if self.directory.apps.contains_key(id) {
            return Ok(());
        }
        Err(Error::Seed(format!("there is no app {id}; create it first")))
    }
}

fn subscribers(
    app_id: &str,
    fields: Option<&Vec<String>>,
) -> BTreeMap<String, AccountSubscription> {
    if fields.is_some_and(Vec::is_empty) {
        return BTreeMap::new();
    }
    let subscription = AccountSubscription { fields: fields.cloned(), override_url: None };
    BTreeMap::from([(app_id.to_owned(), subscription)])
}
