//! What a check found.

use serde::Serialize;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which check, as a word for programs.
    pub check: &'static str,
    /// What was looked at, for people.
    pub subject: String,
    /// What it means.
    pub verdict: Verdict,
    /// What was seen.
    pub evidence: String,
    /// What to do about it; none when it is well.
    pub remedy: Option<String>,
}

/// What a finding means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is as it should be.
    Ok,
    /// It could not be looked at.
    Skipped,
    /// It works, and may soon not.
    Warning,
    /// It does not work.
    Failed,
}

impl Finding {
    /// It is as it should be.
    pub(crate) fn ok(check: &'static str, subject: &str, evidence: impl Into<String>) -> Self {
        Self::of(check, subject, Verdict::Ok, evidence, None)
    }

    /// It could not be looked at.
    pub(crate) fn skipped(check: &'static str, subject: &str, evidence: impl Into<String>) -> Self {
        Self::of(check, subject, Verdict::Skipped, evidence, None)
    }

    /// It works, and may soon not.
    pub(crate) fn warning(
        check: &'static str,
        subject: &str,
        evidence: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::of(check, subject, Verdict::Warning, evidence, Some(remedy.into()))
    }

    /// It does not work.
    pub(crate) fn failed(
        check: &'static str,
        subject: &str,
        evidence: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::of(check, subject, Verdict::Failed, evidence, Some(remedy.into()))
    }

    fn of(
        check: &'static str,
        subject: &str,
        verdict: Verdict,
        evidence: impl Into<String>,
        remedy: Option<String>,
    ) -> Self {
        Self { check, subject: subject.to_owned(), verdict, evidence: evidence.into(), remedy }
    }
}
