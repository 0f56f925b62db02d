//! An event of the kind `test`, posted at once, and what came of it.

use std::time::Instant;

use serde_json::json;
use switchboard_domain::Timestamp;
use switchboard_store::webhooks::endpoints::Endpoint;

use super::{Integrators, deliver::is_taken};

/// The most that is shown of an answer, in characters.
const SHOWN: usize = 500;

/// What came of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Whether it was taken.
    pub taken: bool,
    /// The HTTP status; `None`: no answer came.
    pub status: Option<u16>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
    /// How it went, in a few words.
    pub answer: String,
    /// The first characters of what the receiver said; it knows nothing of any customer by this.
    pub said: String,
}

impl Integrators {
    /// Posts an event of the kind `test` to an endpoint, also to one that is off.
    pub async fn try_out(&self, endpoint: &Endpoint, event: &str, now: Timestamp) -> Trial {
        let body = json!({
            "id": event,
            "type": "test",
            "version": 1,
            "timestamp": now.as_millis(),
            "workspace_id": endpoint.workspace,
            "data": {},
        });
        let begun = Instant::now();
        let answered = self.ask(endpoint, (event, body.to_string()), now).await;
        let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        match answered {
            Ok((status, body)) => Trial {
                taken: is_taken(status),
                status: Some(status),
                milliseconds,
                answer: format!("answered {status}"),
                said: shown(&body),
            },
            Err(answer) => {
                Trial { taken: false, status: None, milliseconds, answer, said: String::new() }
            }
        }
    }
}

/// The beginning of a text, without what only machines see.
fn shown(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let plain = text.chars().filter(|char| !char.is_control() || matches!(char, '\n' | '\t'));
    plain.take(SHOWN).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_shown_from_its_beginning_and_as_text() {
        assert_eq!(shown(b" thank you\r\n"), "thank you");
        assert_eq!(shown(b"\x1b[31mred\xff"), "[31mred\u{fffd}");
        assert_eq!(shown("ä".repeat(2_000).as_bytes()).chars().count(), SHOWN);
        assert_eq!(shown(b""), "");
    }
}
