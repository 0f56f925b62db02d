//! What customers were asked, and what they said. Written by router.

use diesel::{
    dsl::{count, count_star},
    prelude::*,
};
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, ConversationId, MessageId, SurveyId, TeamId, UserId, WorkspaceId},
};

use crate::{
    Db, StoreError,
    convert::{parse, parse_some, time, unsigned},
    db::on,
    schema::survey_answers::{self, dsl},
};

/// A question that was due, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Names the question.
    pub id: SurveyId,
    /// Whose account it is.
    pub workspace: WorkspaceId,
    /// The account.
    pub account: AccountId,
    /// The conversation; `None`: its customer was erased since.
    pub conversation: Option<ConversationId>,
    /// Who answered the customer last.
    pub agent: UserId,
    /// The team that it was for.
    pub team: TeamId,
    /// When the conversation was resolved.
    pub resolved_at: Timestamp,
    /// When the customer was asked; `None`: they could not be.
    pub asked_at: Option<Timestamp>,
    /// When they chose first.
    pub answered_at: Option<Timestamp>,
    /// What they chose: 1 to 5.
    pub score: Option<u8>,
    /// What they wrote about it.
    pub comment: Option<String>,
}

/// Which questions; all conditions hold together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this account.
    pub account: Option<AccountId>,
    /// For this team.
    pub team: Option<TeamId>,
    /// About this agent.
    pub agent: Option<UserId>,
    /// Of conversations that were resolved then or later.
    pub from: Option<Timestamp>,
    /// And before that.
    pub until: Option<Timestamp>,
}

/// What questions brought, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many customers were asked.
    pub asked: u64,
    /// How many could not be.
    pub not_asked: u64,
    /// How many chose each score, 1 to 5.
    pub scores: [u64; 5],
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = survey_answers)]
struct Row {
    id: String,
    workspace_id: String,
    account_id: String,
    conversation_id: Option<String>,
    agent_id: String,
    team_id: String,
    resolved_at: i64,
    asked_at: Option<i64>,
    answered_at: Option<i64>,
    score: Option<i32>,
    comment: Option<String>,
}

impl TryFrom<Row> for Answer {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let conversation = row.conversation_id.as_deref();
        let score = row.score.map(|score| unsigned("survey_answers.score", i64::from(score)));
        Ok(Self {
            id: parse("survey_answers.id", &row.id)?,
            workspace: parse("survey_answers.workspace_id", &row.workspace_id)?,
            account: parse("survey_answers.account_id", &row.account_id)?,
            conversation: parse_some("survey_answers.conversation_id", conversation)?,
            agent: parse("survey_answers.agent_id", &row.agent_id)?,
            team: parse("survey_answers.team_id", &row.team_id)?,
            resolved_at: time(row.resolved_at),
            asked_at: row.asked_at.map(time),
            answered_at: row.answered_at.map(time),
            score: score.transpose()?,
            comment: row.comment,
        })
    }
}

/// Keeps a question that was due: asked or not, and not answered yet.
///
/// # Errors
/// As any write.
pub fn add(db: &mut Db, due: &Answer) -> Result<(), StoreError> {
    let row = (
        dsl::id.eq(due.id.to_string()),
        dsl::workspace_id.eq(due.workspace.to_string()),
        dsl::account_id.eq(due.account.to_string()),
        dsl::conversation_id.eq(due.conversation.map(|id| id.to_string())),
        dsl::agent_id.eq(due.agent.to_string()),
        dsl::team_id.eq(due.team.to_string()),
        dsl::resolved_at.eq(due.resolved_at.as_micros()),
        dsl::asked_at.eq(due.asked_at.map(Timestamp::as_micros)),
    );
    on!(db, conn => diesel::insert_into(survey_answers::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// The question of that name, if this conversation's customer was to be asked it.
///
/// # Errors
/// As any read.
pub fn find(
    db: &mut Db,
    conversation: ConversationId,
    id: SurveyId,
) -> Result<Option<Answer>, StoreError> {
    let query = survey_answers::table
        .filter(dsl::id.eq(id.to_string()))
        .filter(dsl::conversation_id.eq(conversation.to_string()));
    let row: Option<Row> = on!(db, conn => query.select(Row::as_select()).first(conn).optional())?;
    row.map(Answer::try_from).transpose()
}

/// The customer did not get the question after all.
///
/// # Errors
/// As any write.
pub fn not_asked(db: &mut Db, id: SurveyId) -> Result<(), StoreError> {
    let row =
        survey_answers::table.filter(dsl::id.eq(id.to_string())).filter(dsl::answered_at.is_null());
    let set = dsl::asked_at.eq(None::<i64>);
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// The customer chose, for the first time or anew; they were asked, then.
///
/// # Errors
/// As any write.
pub fn rate(db: &mut Db, id: SurveyId, score: u8, now: Timestamp) -> Result<(), StoreError> {
    let theirs = || survey_answers::table.filter(dsl::id.eq(id.to_string()));
    let first = theirs().filter(dsl::answered_at.is_null());
    let set = (dsl::answered_at.eq(now.as_micros()), dsl::asked_at.eq(dsl::resolved_at.nullable()));
    on!(db, conn => diesel::update(first).set(set).execute(conn))?;
    let set = dsl::score.eq(i32::from(score));
    on!(db, conn => diesel::update(theirs()).set(set).execute(conn))?;
    Ok(())
}

/// The customer wrote about it, in this message.
///
/// # Errors
/// As any write.
pub fn comment(
    db: &mut Db,
    id: SurveyId,
    (message, text): (MessageId, &str),
) -> Result<(), StoreError> {
    let row = survey_answers::table.filter(dsl::id.eq(id.to_string()));
    let set = (dsl::comment.eq(text), dsl::comment_message_id.eq(message.to_string()));
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// The message that was a comment says something else now, or nothing.
///
/// # Errors
/// As any write.
pub fn revise(db: &mut Db, message: MessageId, text: Option<&str>) -> Result<(), StoreError> {
    let row = survey_answers::table.filter(dsl::comment_message_id.eq(message.to_string()));
    let set = dsl::comment.eq(text);
    on!(db, conn => diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// Forgets what the customer of a conversation wrote, and whose the scores are; they still count.
///
/// # Errors
/// As any write.
pub fn forget(db: &mut Db, conversation: ConversationId) -> Result<(), StoreError> {
    let rows = survey_answers::table.filter(dsl::conversation_id.eq(conversation.to_string()));
    let nothing = None::<String>;
    let set = (
        dsl::conversation_id.eq(&nothing),
        dsl::comment.eq(&nothing),
        dsl::comment_message_id.eq(&nothing),
    );
    on!(db, conn => diesel::update(rows).set(set).execute(conn))?;
    Ok(())
}

/// All questions to the customer of a conversation, the oldest first.
///
/// # Errors
/// As any read.
pub fn of(
    db: &mut Db,
    workspace: WorkspaceId,
    conversation: ConversationId,
) -> Result<Vec<Answer>, StoreError> {
    let query = survey_answers::table
        .filter(dsl::workspace_id.eq(workspace.to_string()))
        .filter(dsl::conversation_id.eq(conversation.to_string()))
        .order((dsl::resolved_at, dsl::id));
    let rows: Vec<Row> = on!(db, conn => query.select(Row::as_select()).load(conn))?;
    rows.into_iter().map(Answer::try_from).collect()
}

/// The questions of a workspace that the filter lets through.
macro_rules! filtered {
    ($workspace:expr, $filter:expr) => {{
        let filter: &Filter = $filter;
        let mut query =
            survey_answers::table.filter(dsl::workspace_id.eq($workspace.to_string())).into_boxed();
        if let Some(account) = filter.account {
            query = query.filter(dsl::account_id.eq(account.to_string()));
        }
        if let Some(team) = filter.team {
            query = query.filter(dsl::team_id.eq(team.to_string()));
        }
        if let Some(agent) = filter.agent {
            query = query.filter(dsl::agent_id.eq(agent.to_string()));
        }
        if let Some(from) = filter.from {
            query = query.filter(dsl::resolved_at.ge(from.as_micros()));
        }
        if let Some(until) = filter.until {
            query = query.filter(dsl::resolved_at.lt(until.as_micros()));
        }
        query
    }};
}

/// A page of what was answered, the latest resolution first; `before` is the last of the page before.
///
/// # Errors
/// As any read.
pub fn list(
    db: &mut Db,
    workspace: WorkspaceId,
    filter: &Filter,
    before: Option<(Timestamp, SurveyId)>,
    limit: i64,
) -> Result<Vec<Answer>, StoreError> {
    let rows: Vec<Row> = on!(db, conn => {
        let mut query = filtered!(workspace, filter).filter(dsl::answered_at.is_not_null());
        if let Some((at, id)) = before {
            let (at, id) = (at.as_micros(), id.to_string());
            let same = dsl::resolved_at.eq(at).and(dsl::id.lt(id));
            query = query.filter(dsl::resolved_at.lt(at).or(same));
        }
        query
            .order((dsl::resolved_at.desc(), dsl::id.desc()))
            .limit(limit)
            .select(Row::as_select())
            .load(conn)
    })?;
    rows.into_iter().map(Answer::try_from).collect()
}

/// What the questions brought, in numbers.
///
/// # Errors
/// As any read.
pub fn summary(
    db: &mut Db,
    workspace: WorkspaceId,
    filter: &Filter,
) -> Result<Summary, StoreError> {
    let (asked, all): (i64, i64) = on!(db, conn => filtered!(workspace, filter)
        .select((count(dsl::asked_at), count_star()))
        .first(conn))?;
    let mut summary = Summary {
        asked: unsigned("survey_answers.asked_at", asked)?,
        not_asked: unsigned("survey_answers.asked_at", all - asked)?,
        ..Summary::default()
    };
    for (score, slot) in (1_i32..).zip(&mut summary.scores) {
        let many: i64 = on!(db, conn => filtered!(workspace, filter)
            .filter(dsl::score.eq(score))
            .select(count_star())
            .first(conn))?;
        *slot = unsigned("survey_answers.score", many)?;
    }
    Ok(summary)
}
