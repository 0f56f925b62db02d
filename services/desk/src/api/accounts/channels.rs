//! What each channel shows of what can be sent.

use std::collections::BTreeMap;

use actix_web::web::Json;
use serde::Serialize;
use switchboard_domain::Channel;
use switchboard_meta::send::{self, limits};
use utoipa::ToSchema;

use crate::{api::words::ChannelWord, auth::caller::Caller};

/// A channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "channel": "whatsapp",
    "shows": {
        "cards": "degraded", "contacts": "native", "flow": "native", "list": "native",
        "location": "native", "location_request": "native", "log_in": "never", "media": "native",
        "prompt": "native", "quick_replies": "native", "reaction": "native",
        "template": "native", "text": "native"
    },
    "text": {"most": 4096, "unit": "characters"},
    "caption": {"most": 1024, "unit": "characters"},
    "buttons": {
        "count": 3, "text": {"most": 1024, "unit": "characters"},
        "title": {"most": 20, "unit": "characters"},
        "payload": {"most": 256, "unit": "characters"}
    },
    "quick_replies": {
        "count": 10, "text": {"most": 4096, "unit": "characters"},
        "title": {"most": 24, "unit": "characters"},
        "payload": {"most": 200, "unit": "characters"}
    }
}))]
pub(crate) struct ChannelView {
    /// messenger, instagram, whatsapp
    #[schema(value_type = ChannelWord)]
    channel: Channel,
    /// By kind of content: native (as it is), degraded (bots only: in other words), never.
    shows: BTreeMap<&'static str, &'static str>,
    text: LimitView,
    /// The text below a medium; null where media have none.
    caption: Option<LimitView>,
    buttons: ChoicesView,
    quick_replies: ChoicesView,
}

/// How much fits.
#[derive(Debug, Serialize, ToSchema)]
struct LimitView {
    most: usize,
    /// characters, bytes
    unit: String,
}

/// How many choices fit, and how much into each.
#[derive(Debug, Serialize, ToSchema)]
struct ChoicesView {
    count: usize,
    text: LimitView,
    title: LimitView,
    payload: LimitView,
}

/// What each channel shows, and how much fits into it.
#[utoipa::path(
    get, path = "/channels", tag = "connections",
    responses((status = 200, body = Vec<ChannelView>), (status = 401)),
)]
pub(crate) async fn channels(_: Caller) -> Json<Vec<ChannelView>> {
    Json(Channel::ALL.into_iter().map(view).collect())
}

fn view(channel: Channel) -> ChannelView {
    let shows = send::capabilities(channel).map(|known| (known.kind, known.support.as_str()));
    let limits = limits::of(channel);
    ChannelView {
        channel,
        shows: shows.collect(),
        text: limits.text.into(),
        caption: limits.caption.map(Into::into),
        buttons: (&limits.buttons).into(),
        quick_replies: (&limits.more).into(),
    }
}

impl From<limits::Limit> for LimitView {
    fn from(limit: limits::Limit) -> Self {
        Self { most: limit.most, unit: limit.unit.to_string() }
    }
}

impl From<&limits::Choices> for ChoicesView {
    fn from(choices: &limits::Choices) -> Self {
        Self {
            count: choices.count,
            text: choices.text.into(),
            title: choices.title.into(),
            payload: choices.payload.into(),
        }
    }
}
