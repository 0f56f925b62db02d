//! Which Page, Instagram account or number a token is for, and the token that it needs.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Map;
use switchboard_chassis::clock;
use switchboard_domain::Channel;
use switchboard_graph::{
    GraphFault, TokenFacts,
    admin::{LinkedInstagram, Number, Page},
};
use switchboard_meta::signature::appsecret_proof;

use super::{
    super::{
        Finding, Site,
        doctor::{self, tasks, token},
        site::{AppAuth, OpenedApp},
    },
    Choice, Connection, Wish,
};

/// A token that ends sooner than this is of the kind that Meta gives out for hours.
const SHORT_SECONDS: i64 = 3 * 24 * 60 * 60;

/// What was found.
pub(super) struct Found {
    pub(super) findings: Vec<Finding>,
    pub(super) connection: Connection,
}

/// Why nothing was, and what there is to choose from.
pub(super) struct Lost {
    pub(super) finding: Finding,
    pub(super) choices: Vec<Choice>,
}

impl From<Finding> for Lost {
    fn from(finding: Finding) -> Self {
        Self { finding, choices: Vec::new() }
    }
}

/// Somebody who asks Meta with the token.
struct Asker<'a> {
    site: &'a Site,
    app: &'a OpenedApp,
    wish: &'a Wish,
    subject: String,
}

pub(super) async fn find(
    site: &Site,
    app: &OpenedApp,
    token: &SecretString,
    wish: &Wish,
) -> Result<Found, Lost> {
    let asker = Asker { site, app, wish, subject: wish.channel.to_string() };
    // Meta's tokens of Instagram logins begin so, and `debug_token` does not know them.
    if wish.channel == Channel::Instagram && token.expose_secret().starts_with("IG") {
        return asker.by_instagram_login(token).await;
    }
    let facts = asker.facts(token).await?;
    if let Some(wrong) = token::wrong(&asker.subject, (wish.channel, &app.app.meta_app_id), &facts)
    {
        // A token of an Instagram login may look like any other.
        if wish.channel == Channel::Instagram
            && let Ok(found) = asker.by_instagram_login(token).await
        {
            return Ok(found);
        }
        return Err(wrong.into());
    }
    match wish.channel {
        Channel::WhatsApp => asker.number(token, &facts).await,
        Channel::Messenger | Channel::Instagram => asker.page(token, &facts).await,
    }
}

impl Asker<'_> {
    fn proof(&self, token: &SecretString) -> SecretString {
        appsecret_proof(token.expose_secret(), self.app.secret.expose_secret()).into()
    }

    fn told(&self, check: &'static str, fault: &GraphFault, remedy: &str) -> Lost {
        let evidence = doctor::told(fault, self.wish.channel);
        let remedy = match fault {
            GraphFault::Away(_) => {
                "Open this server's way to graph.facebook.com, or set outbound.proxy."
            }
            _ => remedy,
        };
        Finding::failed(check, &self.subject, evidence, remedy).into()
    }

    fn failed(&self, check: &'static str, evidence: impl Into<String>, remedy: &str) -> Lost {
        Finding::failed(check, &self.subject, evidence, remedy).into()
    }

    async fn facts(&self, token: &SecretString) -> Result<TokenFacts, Lost> {
        let AppAuth { token: app_token, proof } = self.app.auth();
        let auth = (&app_token, Some(proof.expose_secret()));
        // With the app's own token first: what is refused then is the token in question.
        let app = self.site.graph.app_subscriptions(&self.app.app.meta_app_id, auth).await;
        app.map_err(|fault| {
            let remedy = "Copy App ID and App secret from the App Dashboard, Settings, Basic.";
            self.told("app_secret", &fault, remedy)
        })?;
        self.site.graph.debug_token(auth, token).await.map_err(|fault| {
            let remedy = "Copy the token once more, whole, and make sure that it is of this app.";
            self.told("token", &fault, remedy)
        })
    }

    async fn by_instagram_login(&self, token: &SecretString) -> Result<Found, Lost> {
        let proof = self.proof(token);
        let asked = self.site.graph.own_instagram((token, Some(proof.expose_secret()))).await;
        let own = asked.map_err(|fault| {
            let remedy = "Generate the token in the App Dashboard, Instagram, API setup.";
            self.told("token", &fault, remedy)
        })?;
        let id = own.user_id.or(own.id).unwrap_or_default();
        let connection = Connection {
            channel: Channel::Instagram,
            sender_id: id.clone(),
            external_id: id,
            business_id: None,
            name: own.username.unwrap_or_else(|| "Instagram".into()),
            token: token.clone(),
            messenger_profile: Map::new(),
        };
        let evidence = format!("The token is of the Instagram account {}.", connection.name);
        Ok(Found { findings: vec![Finding::ok("asset", &self.subject, evidence)], connection })
    }

    /// A Page, and for Instagram the account that is linked to it.
    async fn page(&self, token: &SecretString, facts: &TokenFacts) -> Result<Found, Lost> {
        let mut findings = Vec::new();
        let page = if facts.kind.as_deref() == Some("PAGE") {
            let id = facts.profile_id.clone().or(self.wish.asset.clone()).unwrap_or_default();
            Page { id, name: String::new(), access_token: Some(token.clone()), tasks: Vec::new() }
        } else {
            let long = self.long_lived(token, facts, &mut findings).await?;
            let pages = match (self.pages(&long).await, self.wish.channel) {
                // A token of an Instagram login reaches no Page, and may look like any other.
                (Err(lost), Channel::Instagram) => {
                    return self.by_instagram_login(token).await.map_err(|_| lost);
                }
                (pages, _) => pages?,
            };
            match self.wish.channel {
                Channel::Instagram => self.page_of_instagram(pages).await?,
                _ => self.own_page(pages)?,
            }
        };
        if let Some(lacking) = tasks::listed(&self.subject, &page.tasks) {
            return Err(lacking.into());
        }
        let own = page.access_token.clone().ok_or_else(|| {
            let remedy = "Let the token's owner have the task Messages on the Page.";
            self.failed("asset", format!("Meta gives no token for the Page {}.", page.name), remedy)
        })?;
        let proof = self.proof(&own);
        let auth = (&own, Some(proof.expose_secret()));
        let name = match page.name.is_empty() {
            false => page.name,
            true => {
                let host = switchboard_graph::Host::Facebook;
                let me = self.site.graph.me(host, &page.id, auth.0, auth.1).await;
                me.ok().and_then(|me| me.name).unwrap_or_else(|| format!("Page {}", page.id))
            }
        };
        let (external_id, name) = match self.wish.channel {
            Channel::Instagram => self.linked(&page.id, &name, auth).await?,
            _ => (page.id.clone(), name),
        };
        let evidence = format!("{name} ({external_id}).");
        findings.push(Finding::ok("asset", &self.subject, evidence));
        let connection = Connection {
            channel: self.wish.channel,
            external_id,
            sender_id: page.id,
            business_id: None,
            name,
            token: own,
            messenger_profile: Map::new(),
        };
        Ok(Found { findings, connection })
    }

    /// A user token of hours becomes one of sixty days, whose Page tokens do not expire.
    async fn long_lived(
        &self,
        token: &SecretString,
        facts: &TokenFacts,
        findings: &mut Vec<Finding>,
    ) -> Result<SecretString, Lost> {
        let now = clock::now().as_micros().div_euclid(1_000_000);
        let is_short =
            facts.expires_at != 0 && facts.expires_at.saturating_sub(now) < SHORT_SECONDS;
        if facts.kind.as_deref() != Some("USER") || !is_short {
            return Ok(token.clone());
        }
        let app = (self.app.app.meta_app_id.as_str(), &self.app.secret);
        let exchanged = self.site.graph.exchange_token(app, token).await.map_err(|fault| {
            self.told("exchange", &fault, "Make a new user token and connect with that at once.")
        })?;
        let evidence = "The user token of hours was exchanged for a long-lived one.";
        findings.push(Finding::ok("exchange", &self.subject, evidence));
        Ok(exchanged)
    }

    async fn pages(&self, token: &SecretString) -> Result<Vec<Page>, Lost> {
        let proof = self.proof(token);
        let asked = self.site.graph.pages((token, Some(proof.expose_secret()))).await;
        let pages = asked.map_err(|fault| {
            self.told("asset", &fault, "Give the token the permission pages_show_list.")
        })?;
        if pages.is_empty() {
            return Err(self.failed(
                "asset",
                "The token reaches no Page.",
                "Make the token as somebody who manages the Page, choose the Page in Meta's dialog \
                 (or assign it to the system user), and grant pages_show_list.",
            ));
        }
        Ok(pages)
    }

    fn own_page(&self, pages: Vec<Page>) -> Result<Page, Lost> {
        let choice = |page: &Page| Choice { id: page.id.clone(), name: page.name.clone() };
        let choices = pages.iter().map(choice).collect();
        self.choose(pages, choices, |page, wanted| page.id == wanted || page.name == wanted)
    }

    /// The Page that the wanted Instagram account is linked to. With a single Page, whether one is
    /// linked is said later, with the remedy.
    async fn page_of_instagram(&self, pages: Vec<Page>) -> Result<Page, Lost> {
        let mut linked = Vec::new();
        for page in &pages {
            let Some(token) = &page.access_token else { continue };
            let proof = self.proof(token);
            let auth = (token, Some(proof.expose_secret()));
            if let Ok(Some(own)) = self.site.graph.instagram_of(&page.id, auth).await {
                linked.push((page.clone(), own));
            }
        }
        if linked.is_empty() {
            return self.own_page(pages);
        }
        let name = |own: &LinkedInstagram| own.username.clone().unwrap_or_default();
        let choice =
            |(_, own): &(Page, LinkedInstagram)| Choice { id: own.id.clone(), name: name(own) };
        let choices = linked.iter().map(choice).collect();
        let (page, _) = self.choose(linked, choices, |(page, own), wanted| {
            [own.id.as_str(), page.id.as_str(), page.name.as_str(), &name(own)].contains(&wanted)
        })?;
        Ok(page)
    }

    /// The one that was wished for, or the only one.
    fn choose<T>(
        &self,
        all: Vec<T>,
        choices: Vec<Choice>,
        is: impl Fn(&T, &str) -> bool,
    ) -> Result<T, Lost> {
        let mut fitting: Vec<T> = match &self.wish.asset {
            Some(wanted) => all.into_iter().filter(|one| is(one, wanted)).collect(),
            None => all,
        };
        if fitting.len() == 1
            && let Some(one) = fitting.pop()
        {
            return Ok(one);
        }
        let list: Vec<String> =
            choices.iter().map(|choice| format!("{} ({})", choice.name, choice.id)).collect();
        let evidence = match &self.wish.asset {
            Some(wanted) => format!("The token does not reach {wanted}, but {}.", list.join(", ")),
            None => format!("The token reaches several: {}.", list.join(", ")),
        };
        let finding = Finding::failed("asset", &self.subject, evidence, "Say which of these.");
        Err(Lost { finding, choices })
    }

    async fn linked(
        &self,
        page: &str,
        name: &str,
        auth: (&SecretString, Option<&str>),
    ) -> Result<(String, String), Lost> {
        let asked = self.site.graph.instagram_of(page, auth).await;
        let linked = asked.map_err(|fault| {
            self.told("asset", &fault, "Give the token instagram_basic and pages_show_list.")
        })?;
        let linked = linked.ok_or_else(|| {
            self.failed(
                "asset",
                format!("The Page {name} is linked to no Instagram account."),
                "Link a professional account to the Page (Page settings, Linked accounts), and \
                 allow access to messages in the Instagram app.",
            )
        })?;
        let name = linked.username.unwrap_or_else(|| name.to_owned());
        Ok((linked.id, name))
    }

    async fn number(&self, token: &SecretString, facts: &TokenFacts) -> Result<Found, Lost> {
        let businesses = match &self.wish.business_id {
            Some(id) => vec![id.clone()],
            None => businesses(facts),
        };
        if businesses.is_empty() {
            return Err(self.failed(
                "asset",
                "The token does not say which WhatsApp business account it is for.",
                "Say the business account's id (WhatsApp Manager, Settings), or assign the account \
                 to the system user and generate the token anew.",
            ));
        }
        let proof = self.proof(token);
        let auth = (token, Some(proof.expose_secret()));
        let mut numbers: Vec<(String, Number)> = Vec::new();
        for business in businesses {
            let asked = self.site.graph.numbers(&business, auth).await;
            let found = asked.map_err(|fault| {
                let remedy = "Give the token whatsapp_business_management for this account.";
                self.told("asset", &fault, remedy)
            })?;
            numbers.extend(found.into_iter().map(|number| (business.clone(), number)));
        }
        if numbers.is_empty() {
            return Err(self.failed(
                "asset",
                "The WhatsApp business account has no number.",
                "Add a number in WhatsApp Manager, Account tools, Phone numbers.",
            ));
        }
        let choices =
            numbers.iter().map(|(_, one)| Choice { id: one.id.clone(), name: named(one) });
        let choices = choices.collect();
        let (business_id, number) = self.choose(numbers, choices, |(_, one), wanted| {
            one.id == wanted || digits(&written(one)) == digits(wanted)
        })?;
        let name = named(&number);
        let evidence = format!("{name} ({}), of business account {business_id}.", number.id);
        let connection = Connection {
            channel: Channel::WhatsApp,
            sender_id: number.id.clone(),
            external_id: number.id,
            business_id: Some(business_id),
            name,
            token: token.clone(),
            messenger_profile: Map::new(),
        };
        Ok(Found { findings: vec![Finding::ok("asset", &self.subject, evidence)], connection })
    }
}

/// The business accounts that a token was given for.
fn businesses(facts: &TokenFacts) -> Vec<String> {
    let management = facts.granular_scopes.iter().filter(|one| {
        matches!(&*one.scope, "whatsapp_business_management" | "whatsapp_business_messaging")
    });
    let mut ids: Vec<String> =
        management.filter_map(|one| one.target_ids.clone()).flatten().collect();
    ids.sort();
    ids.dedup();
    ids
}

fn written(number: &Number) -> String {
    number.display_phone_number.clone().unwrap_or_default()
}

fn named(number: &Number) -> String {
    match &number.verified_name {
        Some(name) => format!("{name} {}", written(number)).trim().to_owned(),
        None => written(number),
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
