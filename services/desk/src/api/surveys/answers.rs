//! What customers answered when they were asked how it went.

use actix_web::web::{Data, Json, Query};
use serde::{Deserialize, Serialize};
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, ConversationId, SurveyId, TeamId, UserId},
};
use switchboard_store::surveys::answers::{self, Answer, Filter};
use utoipa::{IntoParams, ToSchema};

use crate::api::conversations::listing::page_size;
use crate::api::cursor;
use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::Fault,
};

/// Which answers; all conditions hold together.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AnswerQuery {
    /// Only of this account.
    #[param(value_type = Option<String>, format = "uuid")]
    account: Option<AccountId>,
    /// Only for this team.
    #[param(value_type = Option<String>, format = "uuid")]
    team: Option<TeamId>,
    /// Only about this agent.
    #[param(value_type = Option<String>, format = "uuid")]
    agent: Option<UserId>,
    /// Only of conversations that were resolved then or later.
    from: Option<i64>,
    /// And before that.
    until: Option<i64>,
    /// `next` of the page before.
    #[param(pattern = "^[0-9a-f]{48}$")]
    cursor: Option<String>,
    /// At most 200.
    limit: Option<i64>,
}

/// Which questions to sum up; all conditions hold together.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SummaryQuery {
    /// Only of this account.
    #[param(value_type = Option<String>, format = "uuid")]
    account: Option<AccountId>,
    /// Only for this team.
    #[param(value_type = Option<String>, format = "uuid")]
    team: Option<TeamId>,
    /// Only about this agent.
    #[param(value_type = Option<String>, format = "uuid")]
    agent: Option<UserId>,
    /// Only of conversations that were resolved then or later.
    from: Option<i64>,
    /// And before that.
    until: Option<i64>,
}

/// A page of answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "answers": [
        {
            "id": "01a21d5b-7005-72eb-a6fa-f5d80654476e",
            "conversation_id": "e867bd60-f230-5b05-8559-59b56862e224",
            "account_id": "b5f58ed1-fa49-58a6-b82f-87cfe924b574",
            "agent_id": "d56c5a42-cc14-57ee-8702-a10042f42842",
            "team_id": "6f45fac3-5295-5c49-8f92-77ae535ebbaf", "resolved_at": 1795788829120_i64,
            "asked_at": 1795788829120_i64, "answered_at": 1795788889120_i64, "score": 5,
            "comment": "Quick!"
        }
    ],
    "next": null
}))]
pub(crate) struct AnswerPage {
    answers: Vec<AnswerView>,
    /// For the next page; null on the last.
    next: Option<String>,
}

/// A question, and what the customer answered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnswerView {
    #[schema(value_type = String, format = "uuid")]
    id: SurveyId,
    #[schema(value_type = String, format = "uuid")]
    account_id: AccountId,
    /// Null: the customer was erased since.
    #[schema(value_type = Option<String>, format = "uuid")]
    conversation_id: Option<ConversationId>,
    /// Who answered the customer last.
    #[schema(value_type = String, format = "uuid")]
    agent_id: UserId,
    #[schema(value_type = String, format = "uuid")]
    team_id: TeamId,
    resolved_at: i64,
    /// Null: Meta did not let the question out.
    asked_at: Option<i64>,
    /// When the customer chose first.
    answered_at: Option<i64>,
    /// What they chose last: 1 to 5.
    score: Option<u8>,
    comment: Option<String>,
}

/// What questions brought, in numbers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "asked": 20, "not_asked": 1, "answered": 8, "mean": 4.25, "distribution": [0, 1, 1, 1, 5],
    "satisfied": 0.75
}))]
pub(crate) struct SummaryView {
    /// Customers who were asked.
    asked: u64,
    /// Who were to be, but Meta did not let the question out.
    not_asked: u64,
    answered: u64,
    /// Of all scores; null without any.
    mean: Option<f64>,
    /// How many chose 1, 2, 3, 4 and 5.
    distribution: [u64; 5],
    /// How many of the answers are 4 or 5, from 0 to 1; null without any.
    satisfied: Option<f64>,
}

/// What customers answered, the conversation that was resolved last first. For supervisors.
#[utoipa::path(
    get, path = "/surveys/answers", tag = "surveys",
    params(AnswerQuery),
    responses((status = 200, body = AnswerPage), (status = 401), (status = 403), (status = 422)),
)]
pub(crate) async fn list(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<AnswerQuery>,
) -> Result<Json<AnswerPage>, Fault> {
    caller.require(Permission::SeeAnswers)?;
    let AnswerQuery { account, team, agent, from, until, cursor, limit } = query.into_inner();
    let (limit, filter) = (page_size(limit), filter(account, (team, agent), (from, until)));
    let before = cursor.as_deref().map(cursor::read).transpose()?;
    let workspace = caller.workspace();
    let read = move |db: &mut _| answers::list(db, workspace, &filter, before, limit);
    let found = desk.store.read(read).await?;
    let full = i64::try_from(found.len()).is_ok_and(|count| count == limit);
    let next = found.last().filter(|_| full).map(|last| cursor::write(last.resolved_at, last.id));
    Ok(Json(AnswerPage { answers: found.into_iter().map(AnswerView::from).collect(), next }))
}

/// How many were asked and what they chose. For supervisors.
#[utoipa::path(
    get, path = "/surveys/summary", tag = "surveys",
    params(SummaryQuery),
    responses((status = 200, body = SummaryView), (status = 401), (status = 403), (status = 422)),
)]
pub(crate) async fn summary(
    desk: Data<Desk>,
    caller: Caller,
    query: Query<SummaryQuery>,
) -> Result<Json<SummaryView>, Fault> {
    caller.require(Permission::SeeAnswers)?;
    let SummaryQuery { account, team, agent, from, until } = query.into_inner();
    let filter = filter(account, (team, agent), (from, until));
    let workspace = caller.workspace();
    let sum = desk.store.read(move |db| answers::summary(db, workspace, &filter)).await?;
    Ok(Json(SummaryView::from(sum)))
}

fn filter(
    account: Option<AccountId>,
    (team, agent): (Option<TeamId>, Option<UserId>),
    (from, until): (Option<i64>, Option<i64>),
) -> Filter {
    let (from, until) = (from.map(Timestamp::from_millis), until.map(Timestamp::from_millis));
    Filter { account, team, agent, from, until }
}

impl From<answers::Summary> for SummaryView {
    fn from(sum: answers::Summary) -> Self {
        let [_, _, _, good, best] = sum.scores;
        let answered: u64 = sum.scores.iter().sum();
        let points: u64 = (1..).zip(sum.scores).map(|(score, many)| score * many).sum();
        Self {
            asked: sum.asked,
            not_asked: sum.not_asked,
            answered,
            mean: ratio(points, answered),
            distribution: sum.scores,
            satisfied: ratio(good + best, answered),
        }
    }
}

/// To four places; `None` of nothing.
fn ratio(part: u64, whole: u64) -> Option<f64> {
    const PLACES: u32 = 10_000;
    let scaled = part.saturating_mul(PLACES.into()).checked_div(whole)?;
    Some(f64::from(u32::try_from(scaled).ok()?) / f64::from(PLACES))
}

impl From<Answer> for AnswerView {
    fn from(of: Answer) -> Self {
        Self {
            id: of.id,
            account_id: of.account,
            conversation_id: of.conversation,
            agent_id: of.agent,
            team_id: of.team,
            resolved_at: of.resolved_at.as_millis(),
            asked_at: of.asked_at.map(Timestamp::as_millis),
            answered_at: of.answered_at.map(Timestamp::as_millis),
            score: of.score,
            comment: of.comment,
        }
    }
}
