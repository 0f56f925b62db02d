//! How the door says no: in Meta's shape, with Meta's codes, so that a bot does what it does there.
//!
//! Sources: Graph API "Handle errors", Messenger Platform "Error codes", WhatsApp "Error codes".

use actix_web::{HttpResponse, http::StatusCode};
use serde_json::{Value, json};
use switchboard_domain::{Channel, window::Closed};
use switchboard_media::MediaError;
use switchboard_queue::PublishError;
use switchboard_store::StoreError;
use tracing::warn;
use uuid::Uuid;

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    status: StatusCode,
    kind: &'static str,
    code: u32,
    subcode: Option<u32>,
    message: String,
    /// What Meta answered, to be told as it is.
    told: Option<Box<Value>>,
}

const OAUTH: &str = "OAuthException";

impl Fault {
    fn new(code: u32, subcode: Option<u32>, message: impl Into<String>) -> Self {
        let (status, message) = (StatusCode::BAD_REQUEST, message.into());
        Self { status, kind: OAUTH, code, subcode, message, told: None }
    }

    /// No token, or none that is known.
    pub(super) fn token() -> Self {
        let message = "Invalid OAuth access token. It is made by `switchboard bots token`, and ends \
                       when it is revoked.";
        Self { status: StatusCode::UNAUTHORIZED, ..Self::new(190, None, message) }
    }

    /// The token is right, and the bot is not the account's.
    pub(super) fn not_the_assistant() -> Self {
        let message = "(#10) This bot is not the assistant of the account, or the account is not \
                       connected.";
        Self { status: StatusCode::FORBIDDEN, ..Self::new(10, None, message) }
    }

    /// Something is missing, or cannot be so.
    pub(super) fn parameter(message: impl Into<String>) -> Self {
        Self::new(100, None, message)
    }

    /// There is nothing of that id or name.
    pub(super) fn no_such(what: &str) -> Self {
        let what: String = what.chars().take(80).collect();
        let message = format!(
            "Unsupported request. Object with ID '{what}' does not exist, cannot be loaded due to \
             missing permissions, or does not support this operation."
        );
        Self { kind: "GraphMethodException", ..Self::new(100, Some(33), message) }
    }

    /// Nobody of that id has written.
    pub(super) fn no_customer(channel: Channel) -> Self {
        match channel {
            Channel::Messenger => Self::new(100, Some(2_018_001), "(#100) No matching user found"),
            Channel::Instagram => Self::new(100, Some(2_534_014), "(#100) No matching user found"),
            Channel::WhatsApp => Self::new(
                131_026,
                None,
                "(#131026) Message undeliverable: nobody of that number \
                                          has written to this account",
            ),
        }
    }

    /// People have the conversation, or another app of the account.
    pub(super) fn others_have_it(channel: Channel) -> Self {
        let why = "a person has this conversation, or another app; it can be asked for, and people \
                   give it back";
        match channel {
            Channel::Messenger => Self::new(10, Some(2_018_300), format!("(#10) {why}")),
            Channel::Instagram => Self::new(100, Some(2_534_037), format!("(#100) {why}")),
            Channel::WhatsApp => Self::new(10, None, format!("(#10) {why}")),
        }
    }

    /// There is no such template. (WhatsApp "Error codes")
    pub(super) fn no_template(name: &str, language: &str) -> Self {
        let why = "(#132001) Template name does not exist in the translation";
        Self::new(
            132_001,
            None,
            format!("{why}: template name ({name}) does not exist in {language}"),
        )
    }

    /// A file that cannot be had.
    pub(super) fn no_file(why: &str) -> Self {
        Self::new(131_052, None, format!("(#131052) Media download error: {why}"))
    }

    /// Meta's window is closed.
    pub(super) fn window(channel: Channel, closed: Closed) -> Self {
        match channel {
            Channel::Messenger => Self::new(10, Some(2_018_278), format!("(#10) {closed}")),
            Channel::Instagram => Self::new(10, Some(2_534_022), format!("(#10) {closed}")),
            Channel::WhatsApp => Self::new(131_047, None, format!("(#131047) {closed}")),
        }
    }

    /// We cannot do it now; it may or may not be done.
    fn transient() -> Self {
        let message = "Service temporarily unavailable";
        Self { status: StatusCode::SERVICE_UNAVAILABLE, ..Self::new(2, None, message) }
    }

    /// What outbound was to do for a bot was not done; whether Meta has done it is not known.
    pub(super) fn not_done(why: &str) -> Self {
        Self { message: format!("(#2) {why}"), ..Self::transient() }
    }

    /// Meta's own answer.
    pub(super) fn of_meta(status: u16, body: Value) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
        Self { status, told: Some(Box::new(body)), ..Self::new(0, None, "") }
    }

    /// The queue took it in no time that a bot waits.
    pub(super) fn late() -> Self {
        warn!("a bot's call could not be made durable in time");
        Self::transient()
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn body(&self) -> Value {
        if let Some(told) = &self.told {
            return told.as_ref().clone();
        }
        let mut error = json!({
            "message": self.message,
            "type": self.kind,
            "code": self.code,
            "fbtrace_id": Uuid::now_v7().simple().to_string(),
        });
        if let Some(fields) = error.as_object_mut() {
            fields.extend(self.subcode.map(|code| ("error_subcode".to_owned(), code.into())));
            if self.code == 2 {
                fields.insert("is_transient".to_owned(), true.into());
            }
        }
        json!({ "error": error })
    }

    pub(super) fn response(&self) -> HttpResponse {
        HttpResponse::build(self.status).json(self.body())
    }
}

impl From<MediaError> for Fault {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::Absent => Self::no_file("the file is not there any more"),
            error => {
                warn!(%error, "a bot's file cannot be read or written");
                Self::transient()
            }
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        warn!(%error, "a bot's call cannot be answered");
        Self::transient()
    }
}

impl From<PublishError> for Fault {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::TooLarge { .. } => Self::parameter("(#100) the message is too large"),
            error => {
                warn!(%error, "a bot's call cannot be made durable");
                Self::transient()
            }
        }
    }
}
