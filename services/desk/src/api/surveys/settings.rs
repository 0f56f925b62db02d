//! How an account asks its customers how it went.

use std::collections::BTreeMap;

use actix_web::web::{Data, Json, Path};
use serde::{Deserialize, Serialize};
use switchboard_chassis::{clock, problem::Problem};
use switchboard_domain::{
    ids::AccountId,
    survey::{Settings, Texts},
};
use switchboard_store::{accounts, surveys};
use utoipa::ToSchema;

use crate::{
    auth::{caller::Caller, permissions::Permission},
    desk::Desk,
    fault::{self, Fault},
};

/// The longest text, in characters: Instagram takes no more.
const LONGEST: usize = 1_000;

/// Languages at most.
const LANGUAGES: usize = 50;

/// A day for comments.
const LONGEST_COMMENT_TIME: u64 = 24 * 60;

/// A year between questions.
const LONGEST_PAUSE: u64 = 366;

/// How an account asks. What is absent is as usual.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({
    "enabled": true,
    "texts": {"en": {
        "question": "How did we do? 1 is poor, 5 is excellent.",
        "comment": "Thank you! Would you like to tell us why?",
        "thanks": "Thank you for your feedback."
    }},
    "language": "en",
    "comment": true,
    "comment_minutes": 60,
    "pause_days": 7
}))]
pub(crate) struct SurveyBody {
    /// Whether it asks at all.
    enabled: bool,
    /// What customers read, by language.
    texts: BTreeMap<String, SurveyTexts>,
    /// Whose texts customers read whose language is not known or has none.
    language: String,
    /// Whether to ask for a comment, too.
    comment: bool,
    /// How long what the customer writes next is the comment, at most 1440.
    #[schema(minimum = 1, maximum = 1440)]
    comment_minutes: u64,
    /// How long nobody is asked again, at most 366.
    #[schema(maximum = 366)]
    pause_days: u64,
}

/// What customers read, in one language, each text at most 1000 characters.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SurveyTexts {
    /// Above the buttons 1 to 5.
    question: String,
    /// Once they have chosen, when a comment is asked for.
    comment: String,
    /// When that is all; nothing is said when it is empty.
    thanks: String,
}

impl Default for SurveyBody {
    fn default() -> Self {
        Settings::default().into()
    }
}

impl Default for SurveyTexts {
    fn default() -> Self {
        Texts::default().into()
    }
}

impl From<Texts> for SurveyTexts {
    fn from(Texts { question, comment, thanks }: Texts) -> Self {
        Self { question, comment, thanks }
    }
}

impl From<Settings> for SurveyBody {
    fn from(of: Settings) -> Self {
        Self {
            enabled: of.enabled,
            texts: of.texts.into_iter().map(|(language, texts)| (language, texts.into())).collect(),
            language: of.language,
            comment: of.comment,
            comment_minutes: of.comment_minutes,
            pause_days: of.pause_days,
        }
    }
}

impl From<SurveyBody> for Settings {
    fn from(body: SurveyBody) -> Self {
        let texts = |SurveyTexts { question, comment, thanks }| Texts { question, comment, thanks };
        let all = body.texts.into_iter();
        Self {
            enabled: body.enabled,
            texts: all.map(|(language, one)| (language, texts(one))).collect(),
            language: body.language,
            comment: body.comment,
            comment_minutes: body.comment_minutes,
            pause_days: body.pause_days,
        }
    }
}

/// How an account asks its customers how it went. For administrators.
#[utoipa::path(
    get, path = "/accounts/{id}/survey", tag = "surveys",
    params(("id" = String, Path)),
    responses((status = 200, body = SurveyBody), (status = 401), (status = 403), (status = 404)),
)]
pub(crate) async fn get(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<AccountId>,
) -> Result<Json<SurveyBody>, Fault> {
    caller.require(Permission::ManageSurveys)?;
    let account = known(&desk, &caller, *id).await?;
    let workspace = caller.workspace();
    let found = desk.store.read(move |db| surveys::of(db, workspace, account)).await?;
    Ok(Json(found.unwrap_or_default().into()))
}

/// Says how an account is to ask, from the next resolution on. For administrators.
#[utoipa::path(
    put, path = "/accounts/{id}/survey", tag = "surveys",
    params(("id" = String, Path)),
    request_body = SurveyBody,
    responses(
        (status = 200, body = SurveyBody), (status = 401), (status = 403), (status = 404),
        (status = 422)
    ),
)]
pub(crate) async fn set(
    desk: Data<Desk>,
    caller: Caller,
    id: Path<AccountId>,
    body: Json<SurveyBody>,
) -> Result<Json<SurveyBody>, Fault> {
    caller.require(Permission::ManageSurveys)?;
    let settings = Settings::from(body.into_inner());
    check(&settings)?;
    let account = known(&desk, &caller, *id).await?;
    let (whose, kept) = ((caller.workspace(), account), settings.clone());
    desk.store.write(move |db| surveys::set(db, whose, &kept, clock::now())).await?;
    Ok(Json(settings.into()))
}

async fn known(desk: &Desk, caller: &Caller, id: AccountId) -> Result<AccountId, Fault> {
    let workspace = caller.workspace();
    let found = desk.store.read(move |db| accounts::by_id(db, workspace, id)).await?;
    Ok(found.ok_or_else(|| fault::not_found("account"))?.id)
}

fn check(settings: &Settings) -> Result<(), Problem> {
    let wrong = if !settings.texts.contains_key(&settings.language) {
        format!("There are no texts in {:?}, the language for all others.", settings.language)
    } else if settings.texts.len() > LANGUAGES {
        format!("There are {LANGUAGES} languages at most.")
    } else if settings.texts.values().any(|texts| texts.question.trim().is_empty()) {
        "A question is empty.".to_owned()
    } else if settings.texts.values().any(too_long) {
        format!("A text has {LONGEST} characters at most.")
    } else if settings.comment && settings.texts.values().any(|it| it.comment.trim().is_empty()) {
        "A text that asks for the comment is empty.".to_owned()
    } else if !(1..=LONGEST_COMMENT_TIME).contains(&settings.comment_minutes) {
        format!("comment_minutes is 1 to {LONGEST_COMMENT_TIME}.")
    } else if settings.pause_days > LONGEST_PAUSE {
        format!("pause_days is {LONGEST_PAUSE} at most.")
    } else {
        return Ok(());
    };
    Err(fault::invalid(wrong))
}

fn too_long(texts: &Texts) -> bool {
    let all = [&texts.question, &texts.comment, &texts.thanks];
    all.into_iter().any(|text| text.chars().count() > LONGEST)
}
