//! Messenger's and Instagram's alerts about an endpoint that fails: after 15
//! minutes a warning, after an hour the end of the subscription.

use std::time::Duration;

use serde::Serialize;

use super::deliver::LaneKey;
use crate::settings::Settings;
use crate::simulator::Simulator;

const WARN_AFTER: Duration = Duration::from_secs(15 * 60);
const UNSUBSCRIBE_AFTER: Duration = Duration::from_secs(3_600);

/// A mail to the developer of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Alert {
    /// Milliseconds since 1970, simulated.
    pub(crate) at: i64,
    pub(crate) app: String,
    pub(crate) account: String,
    pub(crate) kind: AlertKind,
}

/// What the mail says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AlertKind {
    /// The endpoint has failed for 15 minutes.
    WebhooksFailing,
    /// It has failed for an hour: the app is unsubscribed.
    WebhooksDisabled,
}

/// Alerts the developer once per account and kind, and unsubscribes the app where
/// the settings want it. `failing` is Meta's time. True when the app is lost.
pub(super) fn raise(
    sim: &Simulator,
    settings: &Settings,
    key: &LaneKey,
    failing: Duration,
) -> bool {
    if failing > WARN_AFTER {
        alert(sim, key, AlertKind::WebhooksFailing);
    }
    if !settings.unsubscribe_on_failure || failing <= UNSUBSCRIBE_AFTER {
        return false;
    }
    alert(sim, key, AlertKind::WebhooksDisabled);
    sim.lock().directory.unsubscribe(&key.app, &key.thread.account);
    true
}

fn alert(sim: &Simulator, key: &LaneKey, kind: AlertKind) {
    let at = sim.clock.now_ms();
    let alerts = &mut sim.lock().alerts;
    let known = alerts
        .iter()
        .any(|own| own.app == key.app && own.account == key.thread.account && own.kind == kind);
    if !known {
        let account = key.thread.account.clone();
        alerts.push(Alert { at, app: key.app.clone(), account, kind });
    }
}
