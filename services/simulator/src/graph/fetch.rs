//! Files that a call names by URL: Meta fetches them itself before it sends.
//!
//! Sources: Messenger Platform "Send API", attachments (time-outs) and error codes; WhatsApp Cloud
//! API "Media". Fetching happens before the call is looked at, because it waits and the world may
//! not be held meanwhile; what came of it is judged where the file is needed.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::BytesMut;
use futures_util::future::join_all;
use serde_json::{Map, Value};

use super::auth;
use super::request::{Call, Upload};
use crate::simulator::Simulator;

/// The largest file of any channel: a WhatsApp document.
const LARGEST: usize = 100 * 1_024 * 1_024;
/// What may be named by URL, by the names of all channels.
const KINDS: [&str; 6] = ["image", "video", "audio", "file", "document", "sticker"];

/// What came of a URL.
#[derive(Debug, Clone)]
pub(crate) enum Fetched {
    /// The file, with the type that its server told.
    File(Upload),
    /// The server was not reached, or answered no file; why.
    Failed(String),
    /// The server took longer than Meta waits.
    TimedOut,
    /// It is larger than any channel takes.
    TooLarge,
}

/// What came of each URL of one call.
pub(crate) type Fetches = BTreeMap<String, Fetched>;

/// Fetches what a call names by URL. A call that is refused for its token fetches nothing.
pub(crate) async fn all(sim: &Simulator, call: &Call) -> Fetches {
    let mut named = Vec::new();
    for value in call.params.values() {
        of_page(value, &mut named);
    }
    named.extend(links(&call.params));
    if named.is_empty() {
        return Fetches::new();
    }
    let settings = {
        let world = sim.lock();
        if auth::authenticate(&world, call, sim.clock.now_ms()).is_err() {
            return Fetches::new();
        }
        world.settings.clone()
    };
    if !settings.fetch_files {
        return Fetches::new();
    }
    let fetches = named.into_iter().map(|(kind, url)| async move {
        let wait = match kind {
            "video" => settings.video_fetch_timeout_ms,
            _ => settings.fetch_timeout_ms,
        };
        let fetched = tokio::time::timeout(Duration::from_millis(wait), one(sim, &url)).await;
        (url, fetched.unwrap_or(Fetched::TimedOut))
    });
    join_all(fetches).await.into_iter().collect()
}

/// `{"type","payload":{"url"}}`, at any depth.
fn of_page(value: &Value, named: &mut Vec<(&'static str, String)>) {
    let kind = value.get("type").and_then(Value::as_str);
    let kind = kind.and_then(|kind| KINDS.into_iter().find(|known| *known == kind));
    let url = value.pointer("/payload/url").and_then(Value::as_str);
    if let (Some(kind), Some(url)) = (kind, url) {
        named.push((kind, url.to_owned()));
    }
    for inner in children(value) {
        of_page(inner, named);
    }
}

/// WhatsApp's files by `link`: of messages, headers, cards of a template; with what each is sent as.
pub(super) fn links(params: &Map<String, Value>) -> Vec<(&'static str, String)> {
    let mut named = Vec::new();
    of_whatsapp(&Value::Object(params.clone()), &mut named);
    named
}

/// `{"image":{"link"}}`, at any depth.
fn of_whatsapp(value: &Value, named: &mut Vec<(&'static str, String)>) {
    for kind in KINDS {
        let link = value.get(kind).and_then(|body| body.get("link")).and_then(Value::as_str);
        named.extend(link.map(|link| (kind, link.to_owned())));
    }
    for inner in children(value) {
        of_whatsapp(inner, named);
    }
}

fn children(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(map) => map.values().collect(),
        _ => Vec::new(),
    }
}

async fn one(sim: &Simulator, url: &str) -> Fetched {
    match download(sim, url).await {
        Ok(fetched) => fetched,
        Err(error) => Fetched::Failed(error.without_url().to_string()),
    }
}

async fn download(sim: &Simulator, url: &str) -> Result<Fetched, reqwest::Error> {
    let mut response = sim.files.get(url).send().await?.error_for_status()?;
    let told = response.headers().get(reqwest::header::CONTENT_TYPE);
    let told = told.and_then(|value| value.to_str().ok()).unwrap_or("application/octet-stream");
    let mime_type = told.split(';').next().unwrap_or(told).trim().to_owned();
    let mut bytes = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LARGEST {
            return Ok(Fetched::TooLarge);
        }
    }
    Ok(Fetched::File(Upload { mime_type, bytes: bytes.freeze() }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn links_are_found_wherever_a_channel_allows_them() {
        let page = json!({"message": {
            "attachments": [{"type": "image", "payload": {"url": "http://a"}}],
            "attachment": {"type": "video", "payload": {"url": "http://b"}},
            "buttons": [{"type": "web_url", "url": "http://no"}],
        }});
        let mut named = Vec::new();
        of_page(&page, &mut named);
        named.sort();
        assert_eq!(named, [("image", "http://a".to_owned()), ("video", "http://b".to_owned())]);

        let card = json!({"type": "video", "video": {"link": "http://c"}});
        let whatsapp = json!({
            "document": {"link": "http://d"},
            "template": {"components": [{"cards": [{"components": [{"parameters": [card]}]}]}]},
            "contacts": [{"urls": [{"url": "http://no"}]}],
        });
        let mut named = Vec::new();
        of_whatsapp(&whatsapp, &mut named);
        named.sort();
        assert_eq!(named, [("document", "http://d".to_owned()), ("video", "http://c".to_owned())]);
    }
}
