//! What people are told of by e-mail.

pub(crate) mod mine;
pub(crate) mod workspace;

use actix_web::web::{Data, ServiceConfig, delete, get, post, put};
use switchboard_domain::{ids::WorkspaceId, notices::Choice};
use switchboard_store::{Db, StoreError, accounts, teams};
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

/// Refuses what cannot be kept: times that are none, teams and accounts that are not there.
async fn check(desk: &Data<Desk>, workspace: WorkspaceId, choice: &Choice) -> Result<(), Fault> {
    choice.check().map_err(|error| fault::invalid(format!("{error}.")))?;
    let (mut teams, mut accounts) = (choice.teams.clone(), choice.accounts.clone());
    let missing = move |db: &mut Db| {
        if !teams.is_empty() {
            let known = teams::list(db, workspace)?;
            teams.retain(|id| !known.iter().any(|team| team.id == *id));
        }
        if !accounts.is_empty() {
            let known = accounts::list(db, workspace)?;
            accounts.retain(|id| !known.iter().any(|account| account.id == *id));
        }
        match (teams.is_empty(), accounts.is_empty()) {
            (true, true) => Ok(()),
            (false, _) => Err(StoreError::NotFound("team")),
            (true, false) => Err(StoreError::NotFound("account")),
        }
    };
    Ok(desk.store.read(missing).await?)
}
