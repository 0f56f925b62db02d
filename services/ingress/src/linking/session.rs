//! A log-in under way. Ingress keeps nothing: the session is sealed in a cookie, and its id is in
//! the form (or in OpenID Connect's `state`). Only the browser that opened the page has both, so
//! nobody can make another's browser log in.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, ErrandId, WorkspaceId},
};
use switchboard_store::{
    linking::code,
    seal::{Keyring, Place},
};
use switchboard_verifier::oidc::Pending;
use uuid::Uuid;

/// Browsers keep no larger cookie.
const LARGEST: usize = 4_000;

/// A log-in under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    /// Names it, to nobody but the browser; becomes the code's nonce.
    pub(crate) id: Uuid,
    pub(crate) workspace: WorkspaceId,
    pub(crate) account: AccountId,
    /// For people.
    pub(crate) shop: String,
    /// Where the customer goes back to, checked.
    pub(crate) back: String,
    /// Asks Meta for whom the log-in was begun.
    pub(crate) errand: ErrandId,
    /// When the page was opened, microseconds.
    opened_at: i64,
    /// What the provider's answer must fit, for OpenID Connect.
    pub(crate) pending: Option<Pending>,
}

impl Session {
    pub(crate) fn begin(
        (workspace, account): (WorkspaceId, AccountId),
        shop: &str,
        back: String,
        errand: ErrandId,
        now: Timestamp,
    ) -> Self {
        Self {
            id: Uuid::now_v7(),
            workspace,
            account,
            shop: shop.chars().take(100).collect(),
            back,
            errand,
            opened_at: now.as_micros(),
            pending: None,
        }
    }

    /// Whether it is over: Meta's own token of the log-in is by then.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        now.since(Timestamp::from_micros(self.opened_at)) > LIFE
    }

    /// The cookie that holds it; `None` if it would not fit into one.
    pub(crate) fn cookie(&self, keys: &Keyring, secure: bool) -> Option<Cookie<'static>> {
        let text = SecretString::from(serde_json::to_string(self).ok()?);
        let row = self.id.to_string();
        let sealed = keys.seal(place(&row), &text).ok().filter(|text| text.len() <= LARGEST)?;
        let life = time::Duration::seconds(i64::try_from(LIFE.as_secs()).unwrap_or_default());
        Some(shape(self.id, secure, sealed, life))
    }

    /// The cookie that takes it away.
    pub(crate) fn no_cookie(&self, secure: bool) -> Cookie<'static> {
        shape(self.id, secure, String::new(), time::Duration::ZERO)
    }

    /// The session of that id, if this browser has it.
    pub(crate) fn of(
        request: &HttpRequest,
        keys: &Keyring,
        secure: bool,
        id: &str,
    ) -> Option<Self> {
        let id = Uuid::parse_str(id).ok()?;
        let cookie = request.cookie(&name(id, secure))?;
        let text = keys.open(place(&id.to_string()), cookie.value()).ok()?;
        serde_json::from_str(text.expose_secret()).ok()
    }
}

/// How long a log-in may take.
pub(crate) const LIFE: Duration = code::LIFE;

/// Several may be under way in one browser, so each has a cookie of its own. The prefix binds it to
/// this very host (RFC 6265bis, 4.1.3).
fn name(id: Uuid, secure: bool) -> String {
    // The first bytes are the time, the last are chance.
    let [.., a, b, c, d] = *id.as_bytes();
    let prefix = if secure { "__Host-" } else { "" };
    format!("{prefix}link-{}", hex::encode([a, b, c, d]))
}

fn shape(id: Uuid, secure: bool, value: String, life: time::Duration) -> Cookie<'static> {
    Cookie::build(name(id, secure), value)
        .path("/")
        .http_only(true)
        .secure(secure)
        // Lax: it must come along when a provider sends the customer back.
        .same_site(SameSite::Lax)
        .max_age(life)
        .finish()
}

/// Sessions belong to no tenant until they are open.
fn place(row: &str) -> Place<'_> {
    Place { workspace: WorkspaceId::new(Uuid::nil()), column: "linking.session", row }
}
