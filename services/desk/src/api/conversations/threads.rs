//! Which app has control of a conversation, and asking Meta to move it.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};
use switchboard_chassis::{problem::Problem, settings::DeskSettings};
use switchboard_contract::wire::agent_action::Action;
use switchboard_domain::{
    Timestamp,
    conversation::{Thread, ThreadAction},
    ids::ConversationId,
};
use switchboard_store::{conversations, inbox::Summary};
use utoipa::ToSchema;

use super::actions::act;
use crate::{
    auth::caller::Caller,
    desk::Desk,
    fault::{self, Fault},
};

/// The longest id of an app, in digits; they have 15 or 16.
const LONGEST_APP: usize = 32;

/// Which app of the account has control.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ThreadView {
    /// ours, elsewhere: what the customer writes is shown, and cannot be answered
    is: &'static str,
    /// Meta's id of the other app, where known.
    app: Option<String>,
    /// What people call it, where known.
    app_name: Option<String>,
    /// Since when it has control; null in lists.
    pub(crate) since: Option<i64>,
}

impl ThreadView {
    pub(crate) fn new(settings: &DeskSettings, of: &Summary) -> Self {
        let app = of.thread_app.clone();
        let app_name = app.as_ref().and_then(|app| settings.known_apps.get(app).cloned());
        let is = if of.elsewhere { "elsewhere" } else { "ours" };
        Self { is, app, app_name, since: None }
    }
}

/// Since when another app has control.
///
/// # Errors
/// As any read.
pub(crate) async fn since(desk: &Desk, of: &Summary) -> Result<Option<Timestamp>, Fault> {
    if !of.elsewhere {
        return Ok(None);
    }
    let id = of.id;
    let record = desk.store.read(move |db| conversations::load(db, id)).await?;
    Ok(record.and_then(|record| match record.state.thread {
        Thread::Elsewhere { since, .. } => Some(since),
        Thread::Ours => None,
    }))
}

/// What is to be done about control.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"do": "take"}))]
pub(crate) struct ThreadBody {
    /// take, request, pass, release
    r#do: Do,
    /// For pass: Meta's id of the app that is to have it.
    to: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Do {
    Take,
    Request,
    Pass,
    Release,
}

/// Moves control of the conversation between the apps of the account; what Meta says to it is a
/// line in the transcript.
#[utoipa::path(
    post, path = "/conversations/{id}/thread", tag = "conversations",
    params(("id" = String, Path)),
    request_body = ThreadBody,
    responses(
        (status = 202), (status = 401), (status = 403), (status = 404), (status = 422),
        (status = 503)
    ),
)]
pub(crate) async fn control(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<ConversationId>,
    body: Json<ThreadBody>,
) -> Result<HttpResponse, Fault> {
    let action = action(body.into_inner())?;
    act(&desk, &caller, *id, Action::Thread(action.into())).await
}

fn action(body: ThreadBody) -> Result<ThreadAction, Problem> {
    match (body.r#do, body.to) {
        (Do::Take, None) => Ok(ThreadAction::Take),
        (Do::Request, None) => Ok(ThreadAction::Request),
        (Do::Release, None) => Ok(ThreadAction::Release),
        (Do::Pass, Some(to)) if is_app_id(&to) => Ok(ThreadAction::Pass { to }),
        (Do::Pass, _) => Err(fault::invalid(
            "Passing control needs `to`: the other app's id at Meta, which is all digits.",
        )),
        _ => Err(fault::invalid("Only passing control takes `to`.")),
    }
}

fn is_app_id(text: &str) -> bool {
    (1..=LONGEST_APP).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
