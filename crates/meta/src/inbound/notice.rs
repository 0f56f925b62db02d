//! What Meta says about an account, as a sentence for administrators.

use switchboard_domain::Timestamp;

/// Something that concerns an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountNotice {
    /// The kind of event, as [`crate::webhook::RawEvent::kind`] has it.
    pub kind: String,
    /// How much it matters.
    pub severity: Severity,
    /// What it means.
    pub sentence: String,
    /// When it happened.
    pub at: Timestamp,
    /// Whether it says that a message template changed.
    pub templates_changed: bool,
}

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something will stop working unless somebody acts.
    Warning,
    /// Something does not work any more.
    Critical,
}

impl Severity {
    /// The word for it in the store and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Critical => "critical",
        }
    }
}

impl AccountNotice {
    /// A notice about anything but templates.
    pub(super) fn new(
        kind: &str,
        (severity, sentence): (Severity, impl Into<String>),
        at: Timestamp,
    ) -> Self {
        let (kind, sentence) = (kind.to_owned(), sentence.into());
        Self { kind, severity, sentence, at, templates_changed: false }
    }
}
