//! Facts and messages, read for a report. Both reads go through one range of an index.

use diesel::{
    connection::DefaultLoadingMode,
    dsl::sum,
    prelude::*,
    sql_types::{BigInt, Text},
};
use switchboard_domain::{
    Timestamp,
    ids::{AccountId, LabelId, TeamId, UserId, WorkspaceId},
    ledger::{Asked, Entry, Kind},
};

use crate::{
    Db, StoreError,
    convert::{parse, time, unsigned},
    db::on,
    schema::{conversation_labels, report_facts, report_messages, survey_answers},
};

/// What a report is about; all conditions hold together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// From then on.
    pub from: Timestamp,
    /// Until then, exclusive.
    pub until: Timestamp,
    /// Of any of these accounts; `None`: of all.
    pub accounts: Option<Vec<AccountId>>,
    /// Of this team.
    pub team: Option<TeamId>,
    /// By this agent.
    pub agent: Option<UserId>,
    /// Of conversations that have this label now.
    pub label: Option<LabelId>,
}

/// By what the lines of a report differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// There is one.
    Whole,
    /// By when: the reader sorts by the time.
    Time,
    /// By the account.
    Account,
    /// By the team.
    Team,
    /// By the agent; what is nobody's has an empty key.
    Agent,
    /// By each label that the conversation has now.
    Label,
}

/// Messages that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally<'a> {
    /// When the quarter of an hour began that they were written in; of [`Group::Time`] only.
    pub slot: Timestamp,
    /// The author's word.
    pub author: &'a str,
    /// How many.
    pub many: u64,
}

type FactRow = (String, String, i64, String, i32, i32, Option<bool>);
type ScoreRow = (String, i64, bool, Option<i32>);
type TallyRow = (String, i64, String, Option<i64>);

/// Adds the condition about the label: to a table, or to one with the labels of its conversations.
macro_rules! labelled {
    (apart, $query:expr, $table:ident, $label:expr) => {
        $query.filter(
            $table::conversation_id.eq_any(
                conversation_labels::table
                    .filter(conversation_labels::label_id.eq($label.to_string()))
                    .select(conversation_labels::conversation_id.nullable()),
            ),
        )
    };
    (joined, $query:expr, $table:ident, $label:expr) => {
        $query.filter(conversation_labels::label_id.eq($label.to_string()))
    };
}

/// Adds the conditions of a filter to a query over a table.
macro_rules! narrowed {
    ($labels:ident, $query:expr, $table:ident, $filter:expr) => {{
        let mut query = $query;
        if let Some(accounts) = &$filter.accounts {
            let accounts: Vec<String> = accounts.iter().map(ToString::to_string).collect();
            query = query.filter($table::account_id.eq_any(accounts));
        }
        if let Some(team) = $filter.team {
            query = query.filter($table::team_id.eq(team.to_string()));
        }
        if let Some(agent) = $filter.agent {
            query = query.filter($table::agent_id.eq(agent.to_string()));
        }
        if let Some(label) = $filter.label {
            query = labelled!($labels, query, $table, label);
        }
        query
    }};
}

/// A table with the labels of its conversations.
macro_rules! with_labels {
    ($table:ident) => {
        $table::table.inner_join(
            conversation_labels::table
                .on($table::conversation_id.eq(conversation_labels::conversation_id.nullable())),
        )
    };
}

/// Gives each fact of these kinds to `each`, with the key of its line. The kinds are named so that the
/// key of the table is used to its time.
///
/// # Errors
/// As any read.
pub fn facts(
    db: &mut Db,
    workspace: WorkspaceId,
    (kinds, filter): (&[Kind], &Filter),
    group: Group,
    each: &mut dyn FnMut(&str, Timestamp, &Entry<'_>),
) -> Result<(), StoreError> {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    macro_rules! read {
        ($labels:ident, $from:expr, $key:expr) => {
            on!(db, conn => {
                let query = $from
                    .filter(report_facts::workspace_id.eq(workspace.to_string()))
                    .filter(report_facts::kind.eq_any(kinds))
                    .filter(report_facts::at.ge(filter.from.as_micros()))
                    .filter(report_facts::at.lt(filter.until.as_micros()))
                    .select((
                        $key,
                        report_facts::kind,
                        report_facts::at,
                        report_facts::word,
                        report_facts::wall,
                        report_facts::open,
                        report_facts::met,
                    ))
                    .into_boxed();
                let query = narrowed!($labels, query, report_facts, filter);
                for row in query.load_iter::<FactRow, DefaultLoadingMode>(conn)? {
                    give_fact(row?, each)?;
                }
                Ok(())
            })
        };
    }
    match group {
        Group::Whole | Group::Time => read!(apart, report_facts::table, "".into_sql::<Text>()),
        Group::Account => read!(apart, report_facts::table, report_facts::account_id),
        Group::Team => read!(apart, report_facts::table, report_facts::team_id),
        Group::Agent => read!(apart, report_facts::table, report_facts::agent_id),
        Group::Label => read!(joined, with_labels!(report_facts), conversation_labels::label_id),
    }
}

fn give_fact(
    (key, kind, at, word, wall, open, met): FactRow,
    each: &mut dyn FnMut(&str, Timestamp, &Entry<'_>),
) -> Result<(), StoreError> {
    let entry = Entry {
        kind: parse("report_facts.kind", &kind)?,
        word: &word,
        wall: unsigned("report_facts.wall", i64::from(wall))?,
        open: unsigned("report_facts.open", i64::from(open))?,
        met,
    };
    each(&key, time(at), &entry);
    Ok(())
}

/// Gives the number of messages of each author of a filter to `each`, with the key of their line.
///
/// # Errors
/// As any read.
pub fn messages(
    db: &mut Db,
    workspace: WorkspaceId,
    filter: &Filter,
    group: Group,
    each: &mut dyn FnMut(&str, &Tally<'_>),
) -> Result<(), StoreError> {
    let all = "".into_sql::<Text>();
    let never = 0_i64.into_sql::<BigInt>();
    macro_rules! read {
        ($labels:ident, $from:expr, $by:expr, $key:expr, $slot:expr) => {
            on!(db, conn => {
                let query = $from
                    .filter(report_messages::workspace_id.eq(workspace.to_string()))
                    .filter(report_messages::slot.ge(filter.from.as_micros()))
                    .filter(report_messages::slot.lt(filter.until.as_micros()))
                    .group_by($by)
                    .select(($key, $slot, report_messages::author, sum(report_messages::many)))
                    .into_boxed();
                let query = narrowed!($labels, query, report_messages, filter);
                for row in query.load_iter::<TallyRow, DefaultLoadingMode>(conn)? {
                    give_tally(row?, each)?;
                }
                Ok(())
            })
        };
        ($labels:ident, $from:expr, $key:expr) => {
            read!($labels, $from, ($key, report_messages::author), $key, never)
        };
    }
    match group {
        Group::Whole => read!(apart, report_messages::table, report_messages::author, all, never),
        Group::Time => {
            let by = (report_messages::slot, report_messages::author);
            read!(apart, report_messages::table, by, all, report_messages::slot)
        }
        Group::Account => read!(apart, report_messages::table, report_messages::account_id),
        Group::Team => read!(apart, report_messages::table, report_messages::team_id),
        Group::Agent => read!(apart, report_messages::table, report_messages::agent_id),
        Group::Label => read!(joined, with_labels!(report_messages), conversation_labels::label_id),
    }
}

fn give_tally(
    (key, slot, author, many): TallyRow,
    each: &mut dyn FnMut(&str, &Tally<'_>),
) -> Result<(), StoreError> {
    let many = unsigned("report_messages.many", many.unwrap_or_default())?;
    each(&key, &Tally { slot: time(slot), author: &author, many });
    Ok(())
}

/// Gives each question about a conversation that was resolved in a filter's range to `each`, with
/// the key of its line and when that was.
///
/// # Errors
/// As any read.
pub fn scores(
    db: &mut Db,
    workspace: WorkspaceId,
    filter: &Filter,
    group: Group,
    each: &mut dyn FnMut(&str, Timestamp, Asked),
) -> Result<(), StoreError> {
    macro_rules! read {
        ($labels:ident, $from:expr, $key:expr) => {
            on!(db, conn => {
                let query = $from
                    .filter(survey_answers::workspace_id.eq(workspace.to_string()))
                    .filter(survey_answers::resolved_at.ge(filter.from.as_micros()))
                    .filter(survey_answers::resolved_at.lt(filter.until.as_micros()))
                    .select((
                        $key,
                        survey_answers::resolved_at,
                        survey_answers::asked_at.is_not_null(),
                        survey_answers::score,
                    ))
                    .into_boxed();
                let query = narrowed!($labels, query, survey_answers, filter);
                for row in query.load_iter::<ScoreRow, DefaultLoadingMode>(conn)? {
                    let (key, at, asked, score) = row?;
                    let score = score.map(|score| unsigned("survey_answers.score", score.into()));
                    each(&key, time(at), Asked { asked, score: score.transpose()? });
                }
                Ok(())
            })
        };
    }
    match group {
        Group::Whole | Group::Time => {
            read!(apart, survey_answers::table, "".into_sql::<Text>())
        }
        Group::Account => read!(apart, survey_answers::table, survey_answers::account_id),
        Group::Team => read!(apart, survey_answers::table, survey_answers::team_id),
        Group::Agent => read!(apart, survey_answers::table, survey_answers::agent_id),
        Group::Label => read!(joined, with_labels!(survey_answers), conversation_labels::label_id),
    }
}
