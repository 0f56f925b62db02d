//! What the doctor says of mails to agents. It is asked where the desk runs: no other service is told
//! the mail server.

use switchboard_backend::mail;
use switchboard_chassis::settings::Settings;
use switchboard_domain::ids::WorkspaceId;
use switchboard_outbound::setup::{Finding, Verdict};
use switchboard_store::{Store, notices::mailboxes};

const MAIL: &str = "mail";

const RUNBOOK: &str = "See docs/runbooks/mail-not-sent.md.";

/// Looks whether the mail server takes our connection, and at the addresses that it refused.
pub(super) async fn examine(
    settings: &Settings,
    store: &Store,
    workspace: WorkspaceId,
) -> Vec<Finding> {
    let mailer = match mail::mailer(&settings.mail) {
        Ok(Some(mailer)) => mailer,
        Ok(None) => {
            let evidence = "No mail server is set (mail.url): agents who are away are not told.";
            return vec![finding(Verdict::Skipped, evidence.into(), None)];
        }
        Err(error) => {
            let remedy = "Correct [mail] in the configuration.";
            return vec![finding(Verdict::Failed, format!("{error}."), Some(remedy))];
        }
    };
    let mut found = vec![match mailer.greet().await {
        Ok(()) => {
            let evidence = format!("{} takes our connection.", mailer.server());
            finding(Verdict::Ok, evidence, None)
        }
        Err(fault) => {
            let evidence = format!("{}: {fault}.", mailer.server());
            finding(Verdict::Failed, evidence, Some(RUNBOOK))
        }
    }];
    // The store's own check says what to do when it does not answer.
    let boxes = store.read(move |db| mailboxes::list(db, workspace)).await.unwrap_or_default();
    found.extend(boxes.into_iter().filter_map(|one| one.refused).map(|(address, because)| {
        let evidence = format!("{address} is mailed no more: {because}.");
        finding(Verdict::Warning, evidence, Some(RUNBOOK))
    }));
    found
}

fn finding(verdict: Verdict, evidence: String, remedy: Option<&str>) -> Finding {
    let (check, subject) = (MAIL, MAIL.to_owned());
    Finding { check, subject, verdict, evidence, remedy: remedy.map(str::to_owned) }
}
