//! A report as the API shows it.

use std::time::Duration;

use serde::Serialize;
use switchboard_domain::ledger::{Figures, Satisfaction, Spread, Times};
use utoipa::ToSchema;

use super::{ask::Ask, lines::Line};

/// What happened in a range of time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "from": 1795702429120_i64, "until": 1795788829120_i64, "zone": "Europe/Berlin",
    "lines": [
        {
            "key": "all", "name": "All", "begun": 2, "begun_again": 0, "handed_off": 2,
            "resolved_by_people": 1, "resolved_by_bot": 0, "resolved_otherwise": 0,
            "containment": 0.0,
            "messages": {"customers": 8, "bots": 3, "agents": 1, "system": 2, "elsewhere": 0},
            "first_response": {
                "count": 1, "wall": {"median": 3, "p90": 3, "mean": 3},
                "open": {"median": 3, "p90": 3, "mean": 3}, "met": 0, "missed": 0,
                "attainment": null
            },
            "next_response": {
                "count": 0, "wall": null, "open": null, "met": 0, "missed": 0,
                "attainment": null
            },
            "resolution": {
                "count": 1, "wall": {"median": 5, "p90": 5, "mean": 5},
                "open": {"median": 5, "p90": 5, "mean": 5}, "met": 0, "missed": 0,
                "attainment": null
            },
            "line": {
                "count": 1, "wall": {"median": 3, "p90": 3, "mean": 3},
                "open": {"median": 3, "p90": 3, "mean": 3}, "met": 0, "missed": 0,
                "attainment": null
            },
            "breaches": 0,
            "satisfaction": {
                "asked": 0, "not_asked": 0, "answered": 0, "mean": null, "satisfied": null,
                "scores": [0, 0, 0, 0, 0]
            }
        }
    ]
}))]
pub(crate) struct Report {
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) zone: String,
    pub(super) lines: Vec<LineView>,
}

/// One line of a report.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineView {
    /// Names what it is about: an id, a channel, a day or an hour.
    pub(super) key: String,
    pub(super) name: String,
    /// Conversations begun for the first time.
    pub(super) begun: u64,
    /// Begun once more: the customer wrote again, or an agent opened it.
    pub(super) begun_again: u64,
    /// Handed to people.
    pub(super) handed_off: u64,
    /// Resolved in which people had a part.
    pub(super) resolved_by_people: u64,
    /// Resolved by the bot with no person.
    pub(super) resolved_by_bot: u64,
    /// Resolved because the customer was merged or erased.
    pub(super) resolved_otherwise: u64,
    /// The bot's share of what it or people resolved.
    pub(super) containment: Option<f64>,
    pub(super) messages: MessagesView,
    /// From being asked to people's first answer.
    pub(super) first_response: TimesView,
    /// From what the customer wrote after it to people's next answer.
    pub(super) next_response: TimesView,
    /// From being asked to the end.
    pub(super) resolution: TimesView,
    /// Waits in the line.
    pub(super) line: TimesView,
    /// Promises broken.
    pub(super) breaches: u64,
    pub(super) satisfaction: SatisfactionView,
}

/// What customers said whose conversation was resolved then.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SatisfactionView {
    pub(super) asked: u64,
    /// Those whom Meta did not let us ask.
    pub(super) not_asked: u64,
    pub(super) answered: u64,
    /// Of 1 to 5.
    pub(super) mean: Option<f64>,
    /// The share of 4 and 5.
    pub(super) satisfied: Option<f64>,
    /// How many chose 1, 2, 3, 4 and 5.
    pub(super) scores: [u64; 5],
}

/// Messages, by who wrote them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessagesView {
    pub(super) customers: u64,
    pub(super) bots: u64,
    pub(super) agents: u64,
    /// Switchboard itself.
    pub(super) system: u64,
    /// The business, but not through us.
    pub(super) elsewhere: u64,
}

/// Times of one kind.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TimesView {
    pub(super) count: usize,
    /// Around the clock.
    pub(super) wall: Option<SpreadView>,
    /// What of it lay in the teams' hours.
    pub(super) open: Option<SpreadView>,
    /// Promises kept.
    pub(super) met: u64,
    /// And not kept.
    pub(super) missed: u64,
    /// The share that was kept.
    pub(super) attainment: Option<f64>,
}

/// Times in short, in seconds.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct SpreadView {
    pub(super) median: u64,
    pub(super) p90: u64,
    pub(super) mean: u64,
}

/// Why conversations were handed to people.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "from": 1795702429120_i64, "until": 1795788829120_i64, "zone": "Europe/Berlin",
    "reasons": [
        {"reason": "asked", "count": 6, "share": 0.75},
        {"reason": "unsure", "count": 2, "share": 0.25}
    ]
}))]
pub(crate) struct HandOffs {
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) zone: String,
    pub(super) reasons: Vec<Reason>,
}

/// One reason.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reason {
    /// asked, bot_unsure, bot_failed, bot_silent, no_bot, transferred
    pub(super) reason: String,
    pub(super) count: u64,
    /// Of all that were handed over.
    pub(super) share: f64,
}

impl Report {
    pub(super) fn new(ask: &Ask, lines: Vec<Line>) -> Self {
        let lines = lines.into_iter().map(LineView::new).collect();
        let (from, until) = (ask.from.as_millis(), ask.until.as_millis());
        Self { from, until, zone: ask.zone.clone(), lines }
    }
}

impl LineView {
    fn new((key, name, mut of): Line) -> Self {
        Self {
            key,
            name,
            begun: of.begun,
            begun_again: of.begun_again,
            handed_off: of.hand_offs(),
            resolved_by_people: of.resolved_by_people,
            resolved_by_bot: of.resolved_by_bot,
            resolved_otherwise: of.resolved_otherwise,
            containment: of.containment(),
            messages: MessagesView {
                customers: of.messages.customers,
                bots: of.messages.bots,
                agents: of.messages.agents,
                system: of.messages.system,
                elsewhere: of.messages.elsewhere,
            },
            first_response: TimesView::new(&mut of.first_response),
            next_response: TimesView::new(&mut of.next_response),
            resolution: TimesView::new(&mut of.resolution),
            line: TimesView::new(&mut of.line),
            breaches: of.breaches,
            satisfaction: SatisfactionView::new(of.satisfaction),
        }
    }
}

impl SatisfactionView {
    fn new(of: Satisfaction) -> Self {
        Self {
            asked: of.asked,
            not_asked: of.not_asked,
            answered: of.answered(),
            mean: of.mean(),
            satisfied: of.satisfied(),
            scores: of.scores,
        }
    }
}

impl TimesView {
    fn new(of: &mut Times) -> Self {
        let (wall, open) = (of.wall().map(Into::into), of.open().map(Into::into));
        let (count, met, missed) = (of.count(), of.met, of.missed);
        Self { count, wall, open, met, missed, attainment: of.attainment() }
    }
}

impl From<Spread> for SpreadView {
    fn from(Spread { median, p90, mean }: Spread) -> Self {
        let [median, p90, mean] = [median, p90, mean].map(|time: Duration| time.as_secs());
        Self { median, p90, mean }
    }
}

impl HandOffs {
    pub(super) fn new(ask: &Ask, lines: Vec<Line>) -> Self {
        let whole = lines.into_iter().next().map(|(_, _, figures)| figures);
        let Figures { handed_off, .. } = whole.unwrap_or_default();
        let small = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        let all: u64 = handed_off.values().sum();
        let reason = |(reason, count): (String, u64)| {
            let share = small(count) / small(all.max(1));
            Reason { reason, count, share }
        };
        let mut reasons: Vec<Reason> = handed_off.into_iter().map(reason).collect();
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
        let (from, until) = (ask.from.as_millis(), ask.until.as_millis());
        Self { from, until, zone: ask.zone.clone(), reasons }
    }
}
