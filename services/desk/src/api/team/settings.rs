//! How teams work and what agents can do, for administrators; dispatch goes by it at once.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::web::{Data, Json, Path};
use serde::{Deserialize, Serialize};
use switchboard_chassis::problem::Problem;
use switchboard_domain::{
    Channel,
    dispatch::{BadHours, Hours, Overflow, Strategy, Talents, TeamSettings, Texts},
    ids::{TeamId, UserId},
};
use switchboard_store::{Db, StoreError, teams, teamwork, users};
use utoipa::ToSchema;

use super::talents;
use crate::{
    api::words,
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    enqueue,
    fault::{self, Fault},
    live::presence,
};

/// The longest text that customers read, in characters: the least that a channel takes.
const LONGEST_TEXT: usize = 1_000;

/// The most that an agent takes at once.
pub(super) const MOST: u32 = 1_000;

/// How a team works.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "strategy": "least_busy",
    "hours": {
        "zone": "Europe/Berlin",
        "week": [{"days": ["monday", "tuesday"], "from": "09:00", "to": "17:00"}],
        "holidays": [{"date": "2026-12-25", "text": "Merry Christmas! We are back on Monday."}]
    },
    "overflow": {"after_seconds": 300, "to": "0190b1a2-0000-7000-8000-000000000000"},
    "texts": {"en": {
        "closed": "We are back at {opens}.", "waiting": "You are number {position} in line."
    }},
    "language": "en",
    "tell_every_minutes": 5
}))]
pub(crate) struct TeamWork {
    /// least_busy, round_robin, last_agent, manual
    #[schema(value_type = String)]
    #[serde(default)]
    strategy: Strategy,
    /// When it works: an IANA time zone, openings by days of the week, holidays. Without openings
    /// always.
    #[schema(value_type = Object)]
    #[serde(default)]
    hours: Hours,
    /// Which team helps out once a conversation has waited so long; null: none.
    #[schema(value_type = Option<Object>)]
    #[serde(default)]
    overflow: Option<Overflow>,
    /// What customers read, by language: `closed` may name `{opens}`, `waiting` `{position}`.
    #[schema(value_type = Object)]
    #[serde(default)]
    texts: BTreeMap<String, Texts>,
    /// The language for customers whose language is not known or has no texts.
    language: String,
    /// Customers are told of a better place at most so often, in minutes.
    tell_every_minutes: u64,
}

/// How much an agent takes at once, and what they can do.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "capacity": 6, "skills": ["billing"], "languages": ["en", "de"], "weights": {"messenger": 2}
}))]
pub(crate) struct AgentWork {
    /// At most 1000.
    #[schema(minimum = 0, maximum = 1000)]
    capacity: u32,
    #[schema(schema_with = words::skills)]
    #[serde(default)]
    skills: BTreeSet<String>,
    /// Empty: whatever customers speak.
    #[schema(schema_with = words::languages)]
    #[serde(default)]
    languages: BTreeSet<String>,
    /// How much of the capacity a conversation of each channel takes; 1 where it is not said.
    #[schema(value_type = Weights)]
    #[serde(default)]
    weights: BTreeMap<Channel, u32>,
}

/// The weights, for the description.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a map by channel")]
struct Weights {
    #[schema(minimum = 1, maximum = 1000, nullable = false)]
    messenger: Option<u32>,
    #[schema(minimum = 1, maximum = 1000, nullable = false)]
    instagram: Option<u32>,
    #[schema(minimum = 1, maximum = 1000, nullable = false)]
    whatsapp: Option<u32>,
}

/// How a team works.
#[utoipa::path(
    get, path = "/teams/{id}/settings", tag = "people",
    params(("id" = String, Path)),
    responses((status = 200, body = TeamWork), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn team(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<TeamId>,
) -> Result<Json<TeamWork>, Fault> {
    caller.require(Permission::ManagePeople)?;
    let (workspace, id) = (caller.workspace(), *id);
    let read = move |db: &mut Db| {
        teams::by_id(db, workspace, id)?.ok_or(StoreError::NotFound("team"))?;
        teamwork::settings(db, workspace)
    };
    let all = desk.store.read(read).await?;
    let own = all.into_iter().find(|(team, _)| *team == id);
    Ok(Json(own.map(|(_, settings)| settings).unwrap_or_default().into()))
}

/// Says how a team works.
#[utoipa::path(
    put, path = "/teams/{id}/settings", tag = "people",
    params(("id" = String, Path)),
    request_body = TeamWork,
    responses(
        (status = 200, body = TeamWork), (status = 401), (status = 403), (status = 404),
        (status = 422), (status = 503)
    ),
)]
pub(crate) async fn set_team(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<TeamId>,
    body: Json<TeamWork>,
) -> Result<Json<TeamWork>, Fault> {
    caller.require(Permission::ManagePeople)?;
    let (workspace, id) = (caller.workspace(), *id);
    let settings = normal(body.into_inner().into())?;
    check(&settings, id)?;
    let kept = settings.clone();
    let write = move |db: &mut Db| {
        if let Some(overflow) = settings.overflow {
            teams::by_id(db, workspace, overflow.to)?.ok_or(StoreError::NotFound("team"))?;
        }
        teamwork::set(db, workspace, id, &settings)
    };
    desk.store.write(write).await?;
    enqueue::teams_changed(&desk, workspace).await?;
    Ok(Json(kept.into()))
}

/// How much an agent takes, and what they can do.
#[utoipa::path(
    get, path = "/agents/{id}/settings", tag = "people",
    params(("id" = String, Path)),
    responses((status = 200, body = AgentWork), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn agent(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<UserId>,
) -> Result<Json<AgentWork>, Fault> {
    caller.require(Permission::ManagePeople)?;
    let (workspace, id) = (caller.workspace(), *id);
    let read = move |db: &mut Db| {
        let user = users::by_id(db, workspace, id)?.ok_or(StoreError::NotFound("agent"))?;
        Ok((user.capacity, teamwork::talents(db, workspace, id)?))
    };
    let (capacity, Talents { skills, languages, weights }) = desk.store.read(read).await?;
    Ok(Json(AgentWork { capacity, skills, languages, weights }))
}

/// Says how much an agent takes, and what they can do.
#[utoipa::path(
    put, path = "/agents/{id}/settings", tag = "people",
    params(("id" = String, Path)),
    request_body = AgentWork,
    responses(
        (status = 200, body = AgentWork), (status = 401), (status = 403), (status = 404),
        (status = 422), (status = 503)
    ),
)]
pub(crate) async fn set_agent(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<UserId>,
    body: Json<AgentWork>,
) -> Result<Json<AgentWork>, Fault> {
    caller.require(Permission::ManagePeople)?;
    let (workspace, id) = (caller.workspace(), *id);
    let AgentWork { capacity, skills, languages, weights } = body.into_inner();
    if capacity > MOST {
        let text = format!("A capacity is 0 to {MOST}.");
        return Err(fault::invalid(text).field("capacity").into());
    }
    if let Some((channel, _)) = weights.iter().find(|(_, weight)| !(1..=MOST).contains(*weight)) {
        let text = format!("A weight is 1 to {MOST}.");
        return Err(fault::invalid(text).field(format!("weights.{channel}")).into());
    }
    let skills = talents::skills("skills", &skills)?;
    let languages = talents::languages("languages", &languages)?;
    let able = Talents { skills, languages, weights };
    let Talents { skills, languages, weights } = able.clone();
    let kept = AgentWork { capacity, skills, languages, weights };
    let write = move |db: &mut Db| {
        teamwork::set_talents(db, workspace, id, &able)?;
        users::set_capacity(db, workspace, id, capacity)
    };
    desk.store.write(write).await?;
    presence::agent_changed(&desk, workspace, id).await?;
    Ok(Json(kept))
}

/// The settings with languages as they are compared.
fn normal(settings: TeamSettings) -> Result<TeamSettings, Problem> {
    let language = talents::language("language", &settings.language)?;
    let word = |(language, texts): (String, Texts)| {
        let field = format!("texts.{language}");
        Ok((talents::language(&field, &language)?, texts))
    };
    let texts = settings.texts.into_iter().map(word).collect::<Result<_, Problem>>()?;
    Ok(TeamSettings { language, texts, ..settings })
}

/// What dispatch could not go by is refused here, with what is wrong and where.
fn check(settings: &TeamSettings, team: TeamId) -> Result<(), Problem> {
    let hours = &settings.hours;
    hours.check().map_err(|error| {
        let field = match &error {
            BadHours::Zone(_) => "hours.zone".to_owned(),
            BadHours::Empty { .. } | BadHours::Clock(_) => {
                let wrong = hours.week.iter().position(|opening| opening.from >= opening.to);
                format!("hours.week.{}.from", wrong.unwrap_or_default())
            }
        };
        fault::invalid(format!("The hours: {error}.")).field(field)
    })?;
    if let Some(number) = hours.week.iter().position(|opening| opening.days.is_empty()) {
        let field = format!("hours.week.{number}.days");
        return Err(fault::invalid("An opening is on one day at least.").field(field));
    }
    if settings.overflow.is_some_and(|overflow| overflow.to == team) {
        let text = "A team does not help itself out; choose another.";
        return Err(fault::invalid(text).field("overflow.to"));
    }
    let texts = settings.texts.iter().flat_map(|(language, texts)| {
        let field = |name| format!("texts.{language}.{name}");
        [(field("closed"), &texts.closed), (field("waiting"), &texts.waiting)]
    });
    let holidays = hours.holidays.iter().enumerate().filter_map(|(number, holiday)| {
        Some((format!("hours.holidays.{number}.text"), holiday.text.as_ref()?))
    });
    let mut all = texts.chain(holidays);
    match all.find(|(_, text)| text.chars().count() > LONGEST_TEXT) {
        None => Ok(()),
        Some((field, _)) => {
            let text = format!("A text for customers has {LONGEST_TEXT} characters at most.");
            Err(fault::invalid(text).field(field))
        }
    }
}

impl From<TeamSettings> for TeamWork {
    fn from(settings: TeamSettings) -> Self {
        let TeamSettings { strategy, hours, overflow, texts, language, tell_every_minutes } =
            settings;
        Self { strategy, hours, overflow, texts, language, tell_every_minutes }
    }
}

impl From<TeamWork> for TeamSettings {
    fn from(work: TeamWork) -> Self {
        let TeamWork { strategy, hours, overflow, texts, language, tell_every_minutes } = work;
        Self { strategy, hours, overflow, texts, language, tell_every_minutes }
    }
}
