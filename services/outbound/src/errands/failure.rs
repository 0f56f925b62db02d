//! Why an errand could not be done.

use switchboard_domain::Channel;
use switchboard_graph::GraphFault;
use switchboard_store::StoreError;

/// A sentence for whoever asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) sentence: String,
}

impl Failure {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into() }
    }

    /// What Meta's answer means, in our words.
    pub(crate) fn graph(fault: &GraphFault, channel: Channel) -> Self {
        match fault {
            GraphFault::Refused(error) => Self::new(error.advice(channel)),
            other => Self::new(format!("{other}.")),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(format!("The database did not answer ({error}); please try again."))
    }
}
