//! Errors that HTTP clients see: RFC 9457, `application/problem+json`.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use actix_web::{HttpResponse, ResponseError, body::BoxBody, http::StatusCode};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// What went wrong and what to do about it. Never a secret, never what is inside the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Identifies the kind of problem for programs: `urn:switchboard:problem:KIND`, or
    /// `about:blank` when the status says it all.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// The kind in a few words; the same for each problem of the kind.
    pub title: Cow<'static, str>,
    /// The HTTP status.
    #[serde(serialize_with = "number")]
    pub status: StatusCode,
    /// What is wrong this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Box<str>>,
    /// What the reader can do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_step: Option<Box<str>>,
    /// What else programs are told of a problem of this kind.
    #[serde(flatten)]
    pub members: BTreeMap<&'static str, Value>,
}

impl Problem {
    /// A problem of a kind of its own; `kind` in lower case with hyphens, e.g. `window-closed`.
    #[must_use]
    pub fn new(status: StatusCode, kind: &str, title: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind: format!("urn:switchboard:problem:{kind}").into(),
            title: title.into(),
            status,
            detail: None,
            next_step: None,
            members: BTreeMap::new(),
        }
    }

    /// A problem of which the status says the kind.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        Self {
            kind: "about:blank".into(),
            title: status.canonical_reason().unwrap_or("Error").into(),
            status,
            detail: None,
            next_step: None,
            members: BTreeMap::new(),
        }
    }

    /// Adds what is wrong this time.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into().into_boxed_str());
        self
    }

    /// Adds which field of the body it is about: names and numbers from 0, such as
    /// `hours.week.0.from`.
    #[must_use]
    pub fn field(self, field: impl Into<String>) -> Self {
        let field: String = field.into();
        self.member("field", field)
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn next_step(mut self, step: impl Into<String>) -> Self {
        self.next_step = Some(step.into().into_boxed_str());
        self
    }

    /// Adds a member of this kind of problem. (RFC 9457, 3.2)
    #[must_use]
    pub fn member(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.members.insert(name, value.into());
        self
    }
}

fn number<S: Serializer>(status: &StatusCode, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u16(status.as_u16())
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.title, self.status)?;
        if let Some(detail) = &self.detail {
            write!(f, ": {detail}")?;
        }
        if let Some(step) = &self.next_step {
            write!(f, "; {step}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        // A body that cannot be written is none; the status still tells.
        let body = serde_json::to_vec(self).unwrap_or_default();
        HttpResponse::build(self.status).content_type("application/problem+json").body(body)
    }
}
