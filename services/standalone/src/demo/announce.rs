//! Where to click, for people; and every address and log-in on one line, for programs.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use switchboard_chassis::settings::Settings;

use super::sample::{self, ACCOUNTS, APP_KEY, PASSWORD, PEOPLE, Shop};
use crate::stack::Stack;

/// What a visitor of the demo needs to know.
pub struct Announcement {
    desk: String,
    bot: String,
    ingress: String,
    webhook: String,
    simulator: String,
    data: String,
    secret: SecretString,
    verify_token: SecretString,
    meta_app_id: &'static str,
    workspace: String,
}

/// The callback URL of the demo's app.
pub(super) fn webhook_url(ingress: &str) -> String {
    format!("{ingress}/meta/webhooks/{APP_KEY}")
}

impl Announcement {
    pub(super) fn new(
        settings: &Settings,
        stack: &Stack,
        simulator: &switchboard_simulator::Running,
        shop: &Shop,
    ) -> Self {
        let url = |address: Option<std::net::SocketAddr>| {
            address.map(|address| format!("http://{address}")).unwrap_or_default()
        };
        let addresses = stack.addresses();
        let ingress = url(addresses.ingress);
        Self {
            desk: url(addresses.desk),
            bot: url(addresses.bot),
            webhook: webhook_url(&ingress),
            ingress,
            simulator: simulator.url().trim_end_matches('/').to_owned(),
            data: settings.data_dir.display().to_string(),
            secret: shop.secret.clone(),
            verify_token: shop.verify_token.clone(),
            meta_app_id: shop.meta_app_id(),
            workspace: shop.workspace.to_string(),
        }
    }

    /// Where Meta would post.
    #[must_use]
    pub fn webhook_url(&self) -> &str {
        &self.webhook
    }

    fn phone(&self, account: &sample::SampleAccount) -> String {
        let (simulator, external_id) = (&self.simulator, account.external_id);
        format!("{simulator}/phone?account={external_id}&customer={}", account.customer)
    }

    /// For programs: one line.
    #[must_use]
    pub fn to_json(&self) -> String {
        let accounts = ACCOUNTS.iter().map(|account| {
            json!({
                "channel": account.channel,
                "id": sample::account_id(account),
                "external_id": account.external_id,
                "name": account.name,
                "customer": account.customer,
                "phone_url": self.phone(account),
            })
        });
        let people = PEOPLE.iter().map(|person| {
            json!({
                "email": person.email,
                "password": PASSWORD,
                "name": person.name,
                "role": person.role,
            })
        });
        json!({
            "ready": true,
            "data": self.data,
            "desk_url": self.desk,
            "api_url": format!("{}/api/v1", self.desk),
            "graph_url": format!("{}/graph", self.bot),
            "ingress_url": self.ingress,
            "webhook_url": self.webhook,
            "simulator_url": self.simulator,
            "control_url": format!("{}/_sim", self.simulator),
            "phone_url": format!("{}/phone", self.simulator),
            "app": {
                "key": APP_KEY,
                "secret": self.secret.expose_secret(),
                "verify_token": self.verify_token.expose_secret(),
                "meta_app_id": self.meta_app_id,
            },
            "workspace_id": self.workspace,
            "accounts": accounts.collect::<Vec<_>>(),
            "logins": people.collect::<Vec<_>>(),
        })
        .to_string()
    }

    /// For people.
    #[must_use]
    pub fn to_text(&self) -> String {
        let phones: String = ACCOUNTS
            .iter()
            .map(|account| {
                let (who, channel) = (account.customer_name, account.channel);
                format!("  {who:<12} on {channel:<10} {}\n", self.phone(account))
            })
            .collect();
        let people: String =
            PEOPLE.iter().map(|person| format!("  {:<20} {PASSWORD}\n", person.email)).collect();
        format!(
            "Switchboard is up.\n\n\
             Be a customer (the phone):\n{phones}\n\
             Be an agent (the desk): {desk}\n{people}\n\
             Try it: write \"hello\" on a phone and the bot answers; write /live_agent and a person\n\
             is called: log in at the desk as Ann and answer.\n\n\
             Everything is kept in {data}. Ctrl-C ends; the same command goes on where it ended.",
            desk = self.desk,
            data = self.data,
        )
    }
}
