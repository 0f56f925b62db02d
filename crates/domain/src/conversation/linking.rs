//! Whom the customer turned out to be, and forgetting them.

use crate::{
    content::Notice,
    conversation::{LinkingChange, step::Step},
};

impl Step<'_> {
    /// Shows it to agents, and confirms it to the customer unless another app would be talked over.
    pub(super) fn linking_changed(&mut self, change: &LinkingChange) {
        let (notice, confirmation) = match change {
            LinkingChange::Linked { customer_number, customer_name, confirmation } => {
                let text = format!("The customer logged in as {customer_number}.");
                let notice = Notice::new("account_linked", text)
                    .with("customer_number", Some(customer_number.clone()))
                    .with("customer_name", customer_name.clone());
                (notice, confirmation.as_str())
            }
            LinkingChange::Unlinked { customer_number, by_agent, confirmation } => {
                let text = match by_agent {
                    true => "An agent disconnected the customer's account.",
                    false => "The customer logged out.",
                };
                let notice = Notice::new("account_unlinked", text)
                    .with("customer_number", customer_number.clone());
                (notice, confirmation.as_str())
            }
            LinkingChange::Refused { reason } => {
                (Notice::new("account_linking_refused", reason), "")
            }
        };
        self.note(notice);
        if self.conversation.thread.is_ours() {
            self.say_as_system(confirmation);
        }
    }

    /// What is left is a shell that nobody answers, until the person writes anew.
    pub(super) fn erased(&mut self) {
        self.close();
        self.conversation.blocked = None;
        self.conversation.customer_wrote_at = None;
        self.conversation.last_inbound = None;
        self.conversation.memory = None;
        self.conversation.survey = None;
        let text = "This customer's data was erased, as Meta asked on their behalf.";
        self.note(Notice::new("erased", text));
    }
}
