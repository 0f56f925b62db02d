//! Access tokens: what they stand for, and whether they are alive.

use crate::config::TokenKind;

/// Scopes that a token has when its seed names none.
pub(crate) const ALL_SCOPES: [&str; 11] = [
    "pages_messaging",
    "pages_manage_metadata",
    "pages_utility_messaging",
    "pages_show_list",
    "business_management",
    "instagram_basic",
    "instagram_manage_messages",
    "instagram_business_manage_messages",
    "whatsapp_business_messaging",
    "whatsapp_business_management",
    "public_profile",
];

/// What the owner of a token may do on a Page when its seed does not say.
pub(crate) const ALL_TASKS: [&str; 3] = ["MESSAGING", "MODERATE", "MANAGE"];

/// An access token.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) value: String,
    pub(crate) app_id: String,
    pub(crate) kind: TokenKind,
    /// What `/me` is.
    pub(crate) subject: String,
    pub(crate) assets: Vec<String>,
    pub(crate) scopes: Vec<String>,
    /// Seconds since 1970; 0 is never.
    pub(crate) expires_at: i64,
    pub(crate) issued_at: i64,
    pub(crate) revoked_subcode: Option<i64>,
    /// What its owner may do on Pages.
    pub(crate) tasks: Vec<String>,
}

/// Why a token is dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dead {
    /// Its time is over (190/463).
    Expired,
    /// Revoked; the subcode says why, 0 for none.
    Revoked(i64),
}

impl Token {
    /// Whether and why the token no longer works.
    pub(crate) fn dead(&self, now_ms: i64) -> Option<Dead> {
        if let Some(subcode) = self.revoked_subcode {
            return Some(Dead::Revoked(subcode));
        }
        let now = now_ms.div_euclid(1000);
        (self.expires_at != 0 && self.expires_at <= now).then_some(Dead::Expired)
    }

    /// Whether a scope was granted.
    pub(crate) fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|own| own == scope)
    }

    /// Whether its owner may do a task on Pages.
    pub(crate) fn may(&self, task: &str) -> bool {
        self.tasks.iter().any(|own| own == task)
    }

    /// Whether the token reaches one of these ids.
    pub(crate) fn reaches(&self, ids: &[&str]) -> bool {
        ids.iter().any(|id| self.subject == *id || self.assets.iter().any(|own| own == id))
    }
}
