//! `switchboard webhooks`: other software that is told what happens.

use clap::{Args, Subcommand};
use switchboard_domain::Timestamp;

#[derive(Debug, Subcommand)]
pub(crate) enum Webhooks {
    /// Add an endpoint, which is told of what happens from now on. Prints its id, and the secret that
    /// checks signatures, which is told once.
    Add(AddWebhook),
    /// List the endpoints: id, address, how it fares, when it last took something, what it is told of.
    List {
        /// The tenant, by name or id; may be left out when there is only one.
        #[arg(long)]
        workspace: Option<String>,
    },
    /// Tell an endpoint nothing for a while. What waits stays; what happens meanwhile is kept for
    /// desk.webhook_days and can be replayed.
    Pause(OneWebhook),
    /// Turn an endpoint on again, also one that was turned off because it took nothing.
    Resume(OneWebhook),
    /// Make a new secret, which is told once. For 24 hours the one before signs as well.
    Rotate(OneWebhook),
    /// Remove an endpoint, with the list of what it was told.
    Remove(OneWebhook),
    /// List the latest that an endpoint was told, or is to be: place, event, kind, state, tries, when
    /// it was last tried, what came of it.
    Deliveries {
        #[command(flatten)]
        of: OneWebhook,
        /// pending, delivered or parked; all when left out.
        #[arg(long, value_parser = ["pending", "delivered", "parked"])]
        state: Option<String>,
        /// Only those before this place, to go on where a list ended.
        #[arg(long, value_name = "PLACE")]
        before: Option<i64>,
    },
    /// Tell an endpoint once more: one event, all of a time, or all that it missed. At most 10000.
    Replay(ReplayWebhook),
    /// Post an event of the type `test` at once, also to an endpoint that is paused, and print the
    /// status, the time that it took and what the receiver said. Exit status 1 when it is not taken.
    Test(OneWebhook),
}

/// Which endpoint.
#[derive(Debug, Args)]
pub(crate) struct OneWebhook {
    /// Its id, or its address.
    pub(crate) endpoint: String,
    /// The tenant, by name or id; may be left out when there is only one.
    #[arg(long)]
    pub(crate) workspace: Option<String>,
}

/// What to add.
#[derive(Debug, Args)]
pub(crate) struct AddWebhook {
    /// Where events are posted: https, and on the internet; other hosts only if
    /// desk.webhook_trusted_hosts names them.
    pub(crate) url: String,
    /// What it is told of, separated by commas: docs/INTEGRATE.md says what each is; meta.raw are
    /// Meta's own events.
    #[arg(long, value_delimiter = ',', default_value = "message.received,message.failed")]
    pub(crate) events: Vec<String>,
    /// The tenant, by name or id; may be left out when there is only one.
    #[arg(long)]
    pub(crate) workspace: Option<String>,
}

/// What to tell once more.
#[derive(Debug, Args)]
pub(crate) struct ReplayWebhook {
    #[command(flatten)]
    pub(crate) of: OneWebhook,
    #[command(flatten)]
    pub(crate) what: Replayed,
    /// All that happened from --from until before then; now when left out.
    #[arg(long, value_parser = time, value_name = "TIME", requires = "from")]
    pub(crate) until: Option<Timestamp>,
}

/// One of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Replayed {
    /// One event, by its id (evt_...).
    #[arg(long)]
    pub(crate) event: Option<String>,
    /// All that happened from then on, such as 2026-11-27T14:00:00Z.
    #[arg(long, value_parser = time, value_name = "TIME")]
    pub(crate) from: Option<Timestamp>,
    /// All that happened from then on and that it did not take: what failed, and what happened while
    /// it was off.
    #[arg(long, value_parser = time, value_name = "TIME")]
    pub(crate) missed_since: Option<Timestamp>,
}

fn time(word: &str) -> Result<Timestamp, String> {
    let read: Result<jiff::Timestamp, _> = word.trim().parse();
    let at =
        read.map_err(|_| "write a time like 2026-11-27T14:00:00Z or 2026-11-27T15:00:00+01:00")?;
    Ok(Timestamp::from_micros(at.as_microsecond()))
}
