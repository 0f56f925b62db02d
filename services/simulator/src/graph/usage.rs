//! The usage headers of an answer.

use serde_json::json;

use super::request::Call;
use super::{account_of, auth};
use crate::simulator::Simulator;
use crate::state::Channel;

/// Percentages of use.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    app: Option<u64>,
    account: Option<(String, &'static str, u64)>,
}

impl Usage {
    /// Names and values of the headers.
    pub(crate) fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        if let Some(percent) = self.app {
            let value = json!({
                "call_count": percent,
                "total_time": percent / 2,
                "total_cputime": percent / 2,
            });
            headers.push(("X-App-Usage", value.to_string()));
        }
        if let Some((id, kind, percent)) = &self.account {
            // Meta gives the regain time in minutes.
            let regain = if *percent >= 100 { 1 } else { 0 };
            let value = json!({ id.as_str(): [{
                "type": kind,
                "call_count": percent,
                "total_cputime": percent / 2,
                "total_time": percent / 2,
                "estimated_time_to_regain_access": regain,
            }]});
            headers.push(("X-Business-Use-Case-Usage", value.to_string()));
        }
        headers
    }
}

/// Usage after a call; empty when its token is not valid.
pub(crate) fn of(sim: &Simulator, call: &Call) -> Usage {
    let now_ms = sim.clock.now_ms();
    let mut world = sim.lock();
    let world = &mut *world;
    let Ok(token) = auth::authenticate(world, call, now_ms) else {
        return Usage::default();
    };
    let limits = world.settings.limits;
    let account = account_of(world, call, &token).map(|account| {
        let percent = world.limiter.account_percent(&limits, &account.id, now_ms);
        let kind = match account.channel {
            Channel::Messenger => "messenger",
            Channel::Instagram => "instagram",
            Channel::WhatsApp => "whatsapp",
        };
        (account.id, kind, percent)
    });
    Usage { app: Some(world.limiter.app_percent(&limits, &token.app_id, now_ms)), account }
}
