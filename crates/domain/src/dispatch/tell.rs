//! What customers read while they wait: once that the team is closed, and their place in the line
//! when it gets better, at most every few minutes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    dispatch::{Effect, Entry, Floor, TeamSettings, floor::Team},
    ids::TeamId,
};

/// What a customer has read about a wait.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// How many times something was told.
    pub times: u32,
    /// That the team is closed; not any more once it has opened.
    pub closed: bool,
    /// Their place, from 1, and when they read it.
    pub position: Option<(u32, Timestamp)>,
    /// A better place that it was too early to tell.
    pub better: bool,
}

impl Told {
    /// When the customer may read of a better place.
    pub(super) fn next(&self, team: &TeamSettings) -> Option<Timestamp> {
        self.position.filter(|_| self.better).map(|(_, at)| at.plus(team.tell_every()))
    }
}

impl Floor {
    /// Tells those in the line what they do not know yet.
    pub(super) fn tell(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let mut places: BTreeMap<TeamId, u32> = BTreeMap::new();
        let mut news = Vec::new();
        for entry in self.line() {
            let place = places.entry(entry.team).or_default();
            *place += 1;
            if let Some(team) = self.teams.get(&entry.team) {
                let (told, text) = news_for(entry, team, *place, now);
                if told != entry.told {
                    news.push((Entry { told, ..entry.clone() }, text));
                }
            }
        }
        for (entry, text) in news {
            if let Some(text) = text {
                let (conversation, ticket) = (entry.conversation, entry.ticket);
                let number = entry.told.times;
                effects.push(Effect::Tell { conversation, ticket, number, text });
            }
            self.put(entry, effects);
        }
    }
}

/// What the customer will have read, and what there is to read now.
fn news_for(entry: &Entry, team: &Team, place: u32, now: Timestamp) -> (Told, Option<String>) {
    let mut told = entry.told.clone();
    told.closed &= !team.open;
    let (text, settings) = (text_for(entry, team, now), &team.settings);
    if text.is_empty() {
        return (told, None);
    }
    if !team.open {
        let known = std::mem::replace(&mut told.closed, true);
        let text = || text.replace("{opens}", &settings.hours.next_opening(now));
        return count(told, (!known).then(text));
    }
    let worth_telling = told.position.is_none_or(|(position, _)| place < position);
    let may_tell = told.position.is_none_or(|(_, at)| at.plus(settings.tell_every()) <= now);
    told.better = worth_telling && !may_tell;
    if !worth_telling || !may_tell {
        return (told, None);
    }
    told.position = Some((place, now));
    count(told, Some(text.replace("{position}", &place.to_string())))
}

fn text_for(entry: &Entry, team: &Team, now: Timestamp) -> String {
    let texts = team.settings.texts_for(&entry.want);
    if team.open {
        return texts.map(|texts| texts.waiting.clone()).unwrap_or_default();
    }
    let holiday = team.settings.hours.holiday_text(now).map(str::to_owned);
    holiday.or_else(|| texts.map(|texts| texts.closed.clone())).unwrap_or_default()
}

fn count(mut told: Told, text: Option<String>) -> (Told, Option<String>) {
    told.times += u32::from(text.is_some());
    (told, text)
}
