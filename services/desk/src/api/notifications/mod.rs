//! What people are told of by e-mail.

pub(crate) mod mine;
pub(crate) mod workspace;

use actix_web::web::{Data, ServiceConfig, delete, get, post, put};
use switchboard_domain::{
    ids::{AccountId, TeamId, WorkspaceId},
    notices::Choice,
};
use switchboard_store::{Db, accounts, teams};
use utoipa::OpenApi;

use crate::{
    desk::Desk,
    fault::{self, Fault},
};

/// Its part of the description.
#[derive(OpenApi)]
#[openapi(paths(
    mine::get,
    mine::choose,
    mine::forget,
    workspace::get,
    workspace::choose,
    workspace::mails,
    workspace::test,
))]
pub(crate) struct Docs;

/// Its routes.
pub(crate) fn routes(app: &mut ServiceConfig) {
    app.route("/me/notifications", get().to(mine::get))
        .route("/me/notifications", put().to(mine::choose))
        .route("/me/notifications", delete().to(mine::forget))
        .route("/notifications/defaults", get().to(workspace::get))
        .route("/notifications/defaults", put().to(workspace::choose))
        .route("/notifications/mails", get().to(workspace::mails))
        .route("/notifications/test", post().to(workspace::test));
}

/// Refuses what cannot be kept: times that are none, teams and accounts that are not there. `place`
/// is where the choice is in the body, with a dot; empty where it is the body.
async fn check(
    desk: &Data<Desk>,
    workspace: WorkspaceId,
    (place, choice): (&str, &Choice),
) -> Result<(), Fault> {
    choice.check().map_err(|error| {
        let said = error.to_string();
        let mut letters = said.chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string());
        let text = format!("{}{}.", first.unwrap_or_default(), letters.as_str());
        fault::invalid(text).field(format!("{place}{}", error.field()))
    })?;
    let read = move |db: &mut Db| Ok((teams::list(db, workspace)?, accounts::list(db, workspace)?));
    let (teams, accounts) = desk.store.read(read).await?;
    for (kind, scope) in choice.only.named() {
        let known = |id: &TeamId| teams.iter().any(|team| team.id == *id);
        if !scope.teams.iter().flatten().all(known) {
            return Err(fault::not_found("team").field(format!("{place}only.{kind}.teams")).into());
        }
        let known = |id: &AccountId| accounts.iter().any(|account| account.id == *id);
        if !scope.accounts.iter().flatten().all(known) {
            return Err(fault::not_found("account")
                .field(format!("{place}only.{kind}.accounts"))
                .into());
        }
    }
    Ok(())
}
