//! The people of a workspace, their teams, and how these work.

pub(crate) mod people;
pub(crate) mod roster;
pub(crate) mod settings;
pub(crate) mod sla;
pub(crate) mod talents;
pub(crate) mod teams;

use actix_web::web::{ServiceConfig, delete, get, post, put};
use utoipa::OpenApi;

/// Its part of the description.
#[derive(OpenApi)]
#[openapi(paths(
    roster::agents,
    roster::teams,
    settings::team,
    settings::set_team,
    sla::team,
    sla::set_team,
    settings::agent,
    settings::set_agent,
    people::users,
    people::add_user,
    people::change_user,
    people::set_password,
    teams::add_team,
    teams::rename_team,
    teams::merge_team,
    teams::add_member,
    teams::remove_member,
))]
pub(crate) struct Docs;

/// Its routes.
pub(crate) fn routes(app: &mut ServiceConfig) {
    app.route("/agents", get().to(roster::agents))
        .route("/agents/{id}/settings", get().to(settings::agent))
        .route("/agents/{id}/settings", put().to(settings::set_agent))
        .route("/teams", get().to(roster::teams))
        .route("/teams/{id}/settings", get().to(settings::team))
        .route("/teams/{id}/settings", put().to(settings::set_team))
        .route("/teams/{id}/sla", get().to(sla::team))
        .route("/teams/{id}/sla", put().to(sla::set_team))
        .route("/teams", post().to(teams::add_team))
        .route("/teams/{id}", put().to(teams::rename_team))
        .route("/teams/{id}/merge", post().to(teams::merge_team))
        .route("/teams/{id}/members/{user}", put().to(teams::add_member))
        .route("/teams/{id}/members/{user}", delete().to(teams::remove_member))
        .route("/users", get().to(people::users))
        .route("/users", post().to(people::add_user))
        .route("/users/{id}", put().to(people::change_user))
        .route("/users/{id}/password", put().to(people::set_password));
}
