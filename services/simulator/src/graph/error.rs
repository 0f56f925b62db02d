//! Errors of the Graph API: their JSON shape and their HTTP status.

use serde_json::{Value, json};

use crate::state::Channel;

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GraphError {
    pub(crate) status: u16,
    pub(crate) kind: &'static str,
    pub(crate) code: i64,
    pub(crate) subcode: Option<i64>,
    pub(crate) message: String,
    /// WhatsApp's `error_data.details`.
    pub(crate) details: Option<String>,
    /// What the answer holds beside the error.
    pub(crate) beside: Option<Box<Value>>,
}

/// The result of anything that a Graph call does.
pub(crate) type GraphResult<T> = Result<T, GraphError>;

impl GraphError {
    /// An error as Messenger, Instagram and the generic Graph API answer it.
    pub(crate) fn new(code: i64, subcode: Option<i64>, text: &str) -> Self {
        Self {
            status: status_of(code),
            kind: "OAuthException",
            code,
            subcode,
            message: format!("(#{code}) {text}"),
            details: None,
            beside: None,
        }
    }

    /// An error as the WhatsApp Cloud API answers it.
    pub(crate) fn whatsapp(code: i64, details: &str) -> Self {
        Self {
            status: whatsapp_status(code),
            kind: "OAuthException",
            code,
            subcode: None,
            message: format!("(#{code}) {}", whatsapp_title(code)),
            details: Some(details.to_owned()),
            beside: None,
        }
    }

    /// The error a fault switch asks for, in the manner of the channel.
    pub(crate) fn forced(channel: Channel, code: i64, subcode: Option<i64>) -> Self {
        match channel {
            Channel::WhatsApp => Self {
                subcode,
                ..Self::whatsapp(code, "Forced by a fault switch of the simulator.")
            },
            _ => Self::new(code, subcode, "Forced by a fault switch of the simulator."),
        }
    }

    /// 190: the token is dead, foreign or of the wrong kind.
    pub(crate) fn token(subcode: Option<i64>, text: &str) -> Self {
        Self {
            status: 401,
            kind: "OAuthException",
            code: 190,
            subcode,
            message: text.to_owned(),
            details: None,
            beside: None,
        }
    }

    /// 100/33: no such object for this caller.
    pub(crate) fn unknown_object(method: &str, id: &str) -> Self {
        Self {
            status: 400,
            kind: "GraphMethodException",
            code: 100,
            subcode: Some(33),
            message: format!(
                "Unsupported {} request. Object with ID '{id}' does not exist, cannot be loaded \
                 due to missing permissions, or does not support this operation. Please read the \
                 Graph API documentation at https://developers.facebook.com/docs/graph-api",
                method.to_ascii_lowercase()
            ),
            details: None,
            beside: None,
        }
    }

    /// 100: a parameter is missing or wrong.
    pub(crate) fn parameter(text: &str) -> Self {
        Self::new(100, None, text)
    }

    /// The body of the answer.
    pub(crate) fn body(&self) -> Value {
        let mut error = json!({
            "message": self.message,
            "type": self.kind,
            "code": self.code,
            "fbtrace_id": crate::ids::trace(),
        });
        if let Some(map) = error.as_object_mut() {
            if let Some(subcode) = self.subcode {
                map.insert("error_subcode".into(), subcode.into());
            }
            if let Some(details) = &self.details {
                let data = json!({"messaging_product": "whatsapp", "details": details});
                map.insert("error_data".into(), data);
            }
            if matches!(self.code, 1 | 2) {
                map.insert("is_transient".into(), (self.code == 2).into());
            }
        }
        let mut body = self.beside.as_deref().cloned().unwrap_or_else(|| json!({}));
        if let Some(map) = body.as_object_mut() {
            map.insert("error".into(), error);
        }
        body
    }

    /// The same error as an item of `errors` in a WhatsApp `failed` status.
    pub(crate) fn status_item(&self) -> Value {
        let title = whatsapp_title(self.code);
        json!({
            "code": self.code,
            "title": title,
            "message": title,
            "error_data": {"details": self.details.clone().unwrap_or_default()},
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        })
    }
}

/// HTTP status of a Messenger or Instagram error. Meta publishes none; these
/// are the usual ones.
fn status_of(code: i64) -> u16 {
    match code {
        1 => 500,
        2 => 503,
        10 | 200..=299 => 403,
        190 => 401,
        _ => 400,
    }
}

/// HTTP status of a WhatsApp error, from Meta's table.
fn whatsapp_status(code: i64) -> u16 {
    match code {
        0 | 190 => 401,
        2 | 133_004 => 503,
        10 | 200..=299 | 368 | 130_497 | 131_005 | 131_031 => 403,
        3 | 131_000 | 131_016 | 131_045 | 131_057 | 133_000 | 134_102 => 500,
        132_001 => 404,
        _ => 400,
    }
}

/// The fixed title of a WhatsApp error.
fn whatsapp_title(code: i64) -> &'static str {
    match code {
        0 | 190 => "Authentication Error",
        1 => "An unknown error occurred",
        2 => "Service temporarily unavailable",
        4 => "Application request limit reached",
        10 | 200..=299 => "Application does not have permission for this action",
        33 => "Business phone number has been deleted",
        100 => "Invalid parameter",
        368 => "Temporarily blocked for policies violations",
        80_008 => "There have been too many calls to this WhatsApp Business account",
        80_007 => "Rate limit issues",
        130_429 => "Rate limit hit",
        131_000 => "Something went wrong",
        131_005 => "Access denied",
        131_008 => "Required parameter is missing",
        131_009 => "Parameter value is not valid",
        131_016 => "Service unavailable",
        131_021 => "Recipient cannot be sender",
        131_026 => "Message undeliverable",
        131_030 => "Recipient phone number not in allowed list",
        131_031 => "Business Account locked",
        131_042 => "Business eligibility payment issue",
        131_047 => "Re-engagement message",
        131_048 => "Spam rate limit hit",
        131_049 => "This message was not delivered to maintain healthy ecosystem engagement",
        131_051 => "Message type unknown",
        131_052 => "Media download error",
        131_053 => "Media upload error",
        131_056 => "(Business Account, Consumer Account) pair rate limit hit",
        131_057 => "Business Account in maintenance mode",
        132_000 => "Number of parameters does not match the expected number of params",
        132_001 => "Template name does not exist in the translation",
        132_005 => "Template hydrated text too long",
        132_007 => "Template format character policy violated",
        132_012 => "Template parameter format mismatch",
        132_015 => "Template is paused",
        132_016 => "Template is disabled",
        132_069 => "Flow is throttled",
        132_018 => "There was an issue with the parameters in your template",
        133_000 => "Incomplete deregistration",
        133_005 => "Two step verification PIN mismatch",
        133_006 => "Phone number re-verification needed",
        133_008 => "Too many two step verification PIN guesses",
        133_010 => "Phone number not registered",
        133_016 => "Account register deregister rate limit exceeded",
        139_100 => "Failed to block/unblock users",
        139_101 => "Blocklist limit reached",
        136_024 => "Request code error",
        136_025 => "Verify code error",
        _ => "Error",
    }
}
