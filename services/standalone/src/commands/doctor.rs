//! `switchboard doctor`.

use switchboard_backend::{Keys, queue_for_administration};
use switchboard_chassis::settings::Settings;
use switchboard_outbound::setup::{Finding, Site, Verdict, doctor};
use switchboard_store::{Store, accounts};

use super::{Error, mails, say, target};
use crate::cli;

/// Looks at everything, says what it found, and fails when something is broken.
pub(super) async fn run(
    settings: &Settings,
    store: Store,
    keys: &Keys,
    options: cli::Doctor,
) -> Result<(), Error> {
    let workspace = target::workspace(&store, options.workspace.as_deref()).await?.id;
    let only = match options.account {
        None => None,
        Some(named) => {
            let all = store.read(move |db| accounts::list(db, workspace)).await?;
            let is_named = |name: &str, id: &str| name.eq_ignore_ascii_case(&named) || id == named;
            let found = all.into_iter().find(|account| {
                is_named(&account.name, &account.external_id) || account.id.to_string() == named
            });
            let missing = || {
                Error::Usage(format!(
                    "there is no account {named:?}; see `switchboard account list`"
                ))
            };
            Some(found.ok_or_else(missing)?.id)
        }
    };
    let mut site = Site::new(settings, (store.clone(), keys), None)?;
    // An embedded installation's queue belongs to its running process; the desk's page asks that one.
    let queue = queue_for_administration(settings, "doctor").await;
    site.queue = queue.map_err(|error| error.to_string()).transpose();
    let mut found = doctor::examine(&site, workspace, only).await;
    found.extend(mails::examine(settings, &store, workspace).await);
    if let Some(Ok(queue)) = site.queue {
        queue.close().await;
    }
    if options.json {
        say(&serde_json::to_string(&found).unwrap_or_default())?;
    } else {
        for finding in &found {
            tell(finding)?;
        }
    }
    match found.iter().filter(|finding| finding.verdict == Verdict::Failed).count() {
        0 => Ok(()),
        count => Err(Error::Unwell(count)),
    }
}

pub(super) fn tell(finding: &Finding) -> Result<(), Error> {
    let mark = match finding.verdict {
        Verdict::Ok => "ok     ",
        Verdict::Skipped => "skipped",
        Verdict::Warning => "WARNING",
        Verdict::Failed => "FAILED ",
    };
    say(&format!("{mark}  {}: {}", finding.subject, finding.evidence))?;
    match &finding.remedy {
        Some(remedy) => say(&format!("         -> {remedy}")),
        None => Ok(()),
    }
}
