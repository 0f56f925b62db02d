//! The state of dispatch for one workspace, and how it changes.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    Timestamp,
    dispatch::{Effect, EventKind, Presence, Talents, TeamSettings, Told, Want},
    ids::{ConversationId, TeamId, UserId},
};

/// An agent as dispatch sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Who.
    pub id: UserId,
    /// How they are.
    pub presence: Presence,
    /// How much they take at once.
    pub capacity: u32,
    /// The teams they answer for.
    pub teams: Vec<TeamId>,
    /// What they can do.
    pub talents: Talents,
    /// Counts their absences.
    pub absences: u64,
    /// Grows with each turn in a team that goes round; the lowest is next.
    pub turn: u64,
}

/// A conversation as dispatch sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which.
    pub conversation: ConversationId,
    /// The team that is to answer.
    pub team: TeamId,
    /// Since when it waits.
    pub since: Timestamp,
    /// Which of its waits.
    pub ticket: u64,
    /// How urgent it is and what it needs.
    pub want: Want,
    /// In the line, or with an agent.
    pub place: Place,
    /// What the customer has read about this wait.
    pub told: Told,
}

/// Where a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the waiting line.
    Line,
    /// With an agent, and counted as their load.
    With(UserId),
}

/// A team, and whether it works at the moment.
#[derive(Debug, Clone)]
pub(super) struct Team {
    pub(super) settings: TeamSettings,
    pub(super) open: bool,
    /// When to look again.
    pub(super) until: Timestamp,
}

/// The hours of a team are looked at so often at least.
const LOOK: Duration = Duration::from_secs(14 * 24 * 3_600);

/// Everything dispatch knows about a workspace.
#[derive(Debug, Clone, Default)]
pub struct Floor {
    pub(super) agents: BTreeMap<UserId, Agent>,
    pub(super) entries: BTreeMap<ConversationId, Entry>,
    pub(super) teams: BTreeMap<TeamId, Team>,
    /// The wake-up that was asked for last.
    wake: Option<Timestamp>,
    /// The latest time that was heard of: it does not go back.
    now: Timestamp,
}

impl Floor {
    /// From what was written before.
    #[must_use]
    pub fn restore(agents: Vec<Agent>, entries: Vec<Entry>) -> Self {
        Self {
            agents: agents.into_iter().map(|agent| (agent.id, agent)).collect(),
            entries: entries.into_iter().map(|entry| (entry.conversation, entry)).collect(),
            ..Self::default()
        }
    }

    /// Replaces the settings of all teams. A team that is not among them gives out to the least
    /// busy agent at any time.
    pub fn set_teams(&mut self, teams: impl IntoIterator<Item = (TeamId, TeamSettings)>) {
        let unread = Timestamp::from_micros(i64::MIN);
        let team = |(id, settings)| (id, Team { settings, open: true, until: unread });
        self.teams = teams.into_iter().map(team).collect();
    }

    /// Takes one event and tells what follows from it.
    #[must_use]
    pub fn apply(&mut self, event: &EventKind, now: Timestamp) -> Vec<Effect> {
        // Clocks of replicas differ: what was asked for is due when it comes.
        let due = if let EventKind::Wake { at } = event { *at } else { now };
        let now = now.max(due).max(self.now);
        self.now = now;
        let mut effects = Vec::new();
        self.look_at_the_clock(now);
        self.take_in(event.clone(), now, &mut effects);
        self.serve(now, &mut effects);
        self.tell(now, &mut effects);
        self.set_wake(now, &mut effects);
        effects
    }

    fn take_in(&mut self, event: EventKind, now: Timestamp, effects: &mut Vec<Effect>) {
        match event {
            EventKind::Enqueue { conversation, team, since, ticket, want } => {
                let (place, told) = (Place::Line, Told::default());
                let entry = Entry { conversation, team, since, ticket, want, place, told };
                self.enqueue(entry, effects);
            }
            EventKind::Back { conversation, agent, team, since, ticket, want } => {
                let (place, told) = (Place::Line, Told::default());
                let entry = Entry { conversation, team, since, ticket, want, place, told };
                self.take_back(entry, agent, effects);
            }
            EventKind::Leave { conversation } => self.remove(conversation, effects),
            EventKind::Taken { conversation, agent, team, want } => {
                let (place, told) = (Place::With(agent), Told::default());
                let known = self.entries.get(&conversation);
                let since = known.map_or(now, |entry| entry.since);
                let ticket = known.map(|entry| entry.ticket).unwrap_or_default();
                let entry = Entry { conversation, team, since, ticket, want, place, told };
                self.put(entry, effects);
            }
            EventKind::Agent { agent, presence, capacity, teams, talents } => {
                let known = self.agents.get(&agent);
                let absences = known.map_or(0, |agent| agent.absences);
                let turn = known.map_or(0, |agent| agent.turn);
                let id = agent;
                let agent = Agent { id, presence, capacity, teams, talents, absences, turn };
                self.change_agent(agent, effects);
            }
            EventKind::GraceOver { agent, absence } => self.free(agent, absence, effects),
            EventKind::TeamsChanged | EventKind::Wake { .. } => {}
        }
    }

    /// How much of their capacity an agent's conversations take.
    #[must_use]
    pub fn load(&self, agent: UserId) -> u32 {
        self.loads().get(&agent).copied().unwrap_or_default()
    }

    /// The conversations that wait: the most urgent first, then the longest wait.
    #[must_use]
    pub fn line(&self) -> Vec<&Entry> {
        let mut line: Vec<&Entry> =
            self.entries.values().filter(|entry| entry.place == Place::Line).collect();
        line.sort_by_key(|entry| {
            (std::cmp::Reverse(entry.want.priority), entry.since, entry.conversation)
        });
        line
    }

    /// The agents.
    pub fn agents(&self) -> impl Iterator<Item = &Agent> {
        self.agents.values()
    }

    /// The conversations, waiting or with an agent.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    pub(super) fn put(&mut self, entry: Entry, effects: &mut Vec<Effect>) {
        effects.push(Effect::Write(entry.clone()));
        self.entries.insert(entry.conversation, entry);
    }

    /// A wait that is known stays where it is. One that an agent gave back goes on: it has its
    /// place by when it began.
    fn enqueue(&mut self, mut entry: Entry, effects: &mut Vec<Effect>) {
        if let Some(known) = self.entries.get(&entry.conversation) {
            if known.ticket == entry.ticket {
                (entry.place, entry.told) = (known.place, known.told.clone());
            }
            entry.since = entry.since.min(known.since);
        }
        self.put(entry, effects);
    }

    /// To whoever had it, if they are there; else into the line.
    fn take_back(&mut self, mut entry: Entry, agent: UserId, effects: &mut Vec<Effect>) {
        if self.agents.get(&agent).is_some_and(|agent| agent.presence.is_present()) {
            entry.place = Place::With(agent);
            let (conversation, ticket) = (entry.conversation, entry.ticket);
            effects.push(Effect::Offer { conversation, agent, ticket });
            self.put(entry, effects);
        } else {
            self.enqueue(entry, effects);
        }
    }

    fn remove(&mut self, conversation: ConversationId, effects: &mut Vec<Effect>) {
        if self.entries.remove(&conversation).is_some() {
            effects.push(Effect::Delete { conversation });
        }
    }

    fn change_agent(&mut self, mut agent: Agent, effects: &mut Vec<Effect>) {
        let before = self.agents.get(&agent.id);
        let was_present = before.is_none_or(|agent| agent.presence.is_present());
        if was_present && !agent.presence.is_present() {
            agent.absences += 1;
            effects.push(Effect::StartGrace { agent: agent.id, absence: agent.absences });
        }
        effects.push(Effect::WriteAgent(agent.clone()));
        self.agents.insert(agent.id, agent);
    }

    /// Gives back what an agent holds who has been absent since `absence` began.
    fn free(&self, id: UserId, absence: u64, effects: &mut Vec<Effect>) {
        let still_absent = self
            .agents
            .get(&id)
            .is_some_and(|agent| !agent.presence.is_present() && agent.absences == absence);
        if still_absent {
            let held = self.entries.values().filter(|entry| entry.place == Place::With(id));
            effects.extend(
                held.map(|entry| Effect::Free { conversation: entry.conversation, agent: id }),
            );
        }
    }

    /// Opens and closes the teams whose time has come.
    fn look_at_the_clock(&mut self, now: Timestamp) {
        for team in self.teams.values_mut() {
            if team.until <= now {
                let hours = &team.settings.hours;
                team.open = hours.open(now);
                team.until = hours.next_change(now).unwrap_or(now.plus(LOOK));
            }
        }
    }

    /// Asks to be woken when time alone changes something for who waits, unless that was asked.
    fn set_wake(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let due = self.line().into_iter().flat_map(|entry| self.due(entry)).filter(|at| *at > now);
        let next = due.min();
        if let Some(at) = next.filter(|_| next != self.wake) {
            effects.push(Effect::WakeAt(at));
        }
        self.wake = next;
    }

    /// When time alone may change something for this one.
    fn due(&self, entry: &Entry) -> Vec<Timestamp> {
        let Some(team) = self.teams.get(&entry.team) else { return Vec::new() };
        let helper = team.settings.overflow_at(entry.since);
        let helper_opens = helper.and_then(|(_, helper)| self.teams.get(&helper));
        let helper_opens = helper_opens.map(|team| team.until);
        let word = entry.told.next(&team.settings);
        let times = [Some(team.until), helper.map(|(at, _)| at), helper_opens, word];
        times.into_iter().flatten().collect()
    }
}
