//! The words of the API, for its description: what a field takes and tells.

use utoipa::{
    ToSchema,
    openapi::schema::{Array, ArrayBuilder, ObjectBuilder, Type},
};

/// A channel.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the domain's channels")]
pub(crate) enum ChannelWord {
    /// Facebook Messenger.
    Messenger,
    /// Instagram messaging.
    Instagram,
    /// WhatsApp Cloud API.
    WhatsApp,
}

/// What somebody may do.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the store's roles")]
pub(crate) enum RoleWord {
    /// Answers.
    Agent,
    /// Sees everything, and cares for labels, canned replies and macros.
    Supervisor,
    /// Sets everything up.
    Admin,
}

/// Whether somebody is there.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the domain's presences")]
pub(crate) enum PresenceWord {
    /// Takes conversations.
    Online,
    /// Is there and takes no new ones.
    Busy,
    /// Is not there for a while.
    Away,
    /// Is not there.
    Offline,
}

/// How urgent a conversation is.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the domain's priorities")]
pub(crate) enum PriorityWord {
    /// After all others.
    Low,
    /// As most are.
    Normal,
    /// Before most.
    High,
    /// Before all others.
    Urgent,
}

/// How far a key goes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the scopes of auth")]
pub(crate) enum ScopeWord {
    #[schema(rename = "conversations:read")]
    ConversationsRead,
    #[schema(rename = "conversations:write")]
    ConversationsWrite,
    #[schema(rename = "contacts:read")]
    ContactsRead,
    #[schema(rename = "contacts:write")]
    ContactsWrite,
    #[schema(rename = "settings:read")]
    SettingsRead,
    #[schema(rename = "settings:write")]
    SettingsWrite,
}

/// Skills, as people name them.
pub(crate) fn skills() -> Array {
    let skill = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(60))
        .pattern(Some(r"\S"));
    ArrayBuilder::new().items(skill).build()
}

/// Languages, as BCP 47 writes them.
pub(crate) fn languages() -> Array {
    let language = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(2))
        .max_length(Some(35))
        .pattern(Some("^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*$"));
    ArrayBuilder::new().items(language).build()
}
