//! What people want to be told, as two columns: `wants` has all of it, `choice` what the release
//! before this one can read of it. Where that one has written since, `choice` is what counts.

use serde::{Deserialize, Serialize};
use switchboard_domain::{
    dispatch::{Clock, Day},
    ids::{AccountId, TeamId},
    notices::{Choice, Only, Quiet, Scope, When},
};

use crate::{
    StoreError,
    convert::{from_json, to_json},
};

/// What `choice` has: the same quiet hours each day, teams and accounts for what waits.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Before {
    started: bool,
    waiting: bool,
    waits_minutes: Option<u32>,
    assigned: bool,
    mentioned: bool,
    #[serde(default)]
    teams: Vec<TeamId>,
    #[serde(default)]
    accounts: Vec<AccountId>,
    when: When,
    every_minutes: u32,
    #[serde(default)]
    quiet: Option<Daily>,
    zone: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Daily {
    from: Clock,
    to: Clock,
}

/// Reads both columns.
///
/// # Errors
/// [`StoreError::Corrupt`].
pub(super) fn read(
    field: &'static str,
    choice: &str,
    wants: Option<&str>,
) -> Result<Choice, StoreError> {
    let before: Before = from_json(field, choice)?;
    let whole: Option<Choice> = wants.map(|wants| from_json(field, wants)).transpose()?;
    let still = whole.filter(|whole| Before::of(whole) == before);
    Ok(still.unwrap_or_else(|| before.into()))
}

/// Writes both columns: `choice`, then `wants`.
///
/// # Errors
/// [`StoreError::Corrupt`]: it is no JSON.
pub(super) fn write(field: &'static str, whole: &Choice) -> Result<(String, String), StoreError> {
    Ok((to_json(field, &Before::of(whole))?, to_json(field, whole)?))
}

impl Before {
    /// As near as it comes: quiet times that are not on every day are none.
    fn of(whole: &Choice) -> Self {
        let daily = |quiet: &&Quiet| Day::ALL.iter().all(|day| quiet.days.contains(day));
        let Scope { teams, accounts } = whole.only.waiting.clone();
        Self {
            started: whole.started,
            waiting: whole.waiting,
            waits_minutes: whole.waits_minutes,
            assigned: whole.assigned,
            mentioned: whole.mentioned,
            teams: teams.unwrap_or_default(),
            accounts: accounts.unwrap_or_default(),
            when: whole.when,
            every_minutes: whole.every_minutes,
            quiet: whole.quiet.iter().find(daily).map(|one| Daily { from: one.from, to: one.to }),
            zone: whole.zone.clone(),
        }
    }
}

impl From<Before> for Choice {
    fn from(before: Before) -> Self {
        let quiet = |Daily { from, to }| Quiet { days: Day::ALL.into(), from, to };
        let scope = Scope {
            teams: Some(before.teams).filter(|teams| !teams.is_empty()),
            accounts: Some(before.accounts).filter(|accounts| !accounts.is_empty()),
        };
        Self {
            started: before.started,
            waiting: before.waiting,
            waits_minutes: before.waits_minutes,
            assigned: before.assigned,
            mentioned: before.mentioned,
            only: Only::of_the_waiting(scope),
            when: before.when,
            every_minutes: before.every_minutes,
            quiet: before.quiet.map(quiet).into_iter().collect(),
            zone: before.zone,
        }
    }
}
