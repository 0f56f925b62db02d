//! The `hub.challenge` check of a callback URL.

use std::time::Duration;

use serde::Serialize;

use crate::simulator::Simulator;

/// What came of a check.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Verdict {
    /// Answered 200 with exactly the challenge.
    pub(crate) verified: bool,
    pub(crate) status: Option<u16>,
    /// What went wrong, in words.
    pub(crate) reason: Option<String>,
}

/// Asks a callback URL to prove that it knows the verify token.
pub(crate) async fn challenge(sim: &Simulator, callback: &str, verify_token: &str) -> Verdict {
    let challenge = crate::ids::numeric();
    let query = [
        ("hub.mode", "subscribe"),
        ("hub.challenge", challenge.as_str()),
        ("hub.verify_token", verify_token),
    ];
    let request = sim.http.get(callback).query(&query).timeout(Duration::from_secs(10));
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) => return refused(None, format!("the callback cannot be reached: {error}")),
    };
    let status = response.status().as_u16();
    if status != 200 {
        return refused(Some(status), format!("the callback answered {status}, not 200"));
    }
    match response.text().await {
        Ok(body) if body == challenge => {
            Verdict { verified: true, status: Some(status), reason: None }
        }
        Ok(_) => refused(Some(status), "the body is not exactly the challenge".to_owned()),
        Err(error) => refused(Some(status), format!("the body could not be read: {error}")),
    }
}

fn refused(status: Option<u16>, reason: String) -> Verdict {
    Verdict { verified: false, status, reason: Some(reason) }
}
