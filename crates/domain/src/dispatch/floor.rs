//! The state of dispatch for one workspace, and its decisions.

use std::collections::BTreeMap;

use crate::{
    Timestamp,
    dispatch::{Effect, EventKind, Presence},
    ids::{ConversationId, TeamId, UserId},
};

/// An agent as dispatch sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Who.
    pub id: UserId,
    /// How they are.
    pub presence: Presence,
    /// How many conversations they take at once.
    pub capacity: u32,
    /// The teams they answer for.
    pub teams: Vec<TeamId>,
    /// Counts their absences.
    pub absences: u64,
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
    /// In the line, or with an agent.
    pub place: Place,
}

/// Where a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the waiting line.
    Line,
    /// With an agent, and counted as their load.
    With(UserId),
}

/// Everything dispatch knows about a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Floor {
    agents: BTreeMap<UserId, Agent>,
    entries: BTreeMap<ConversationId, Entry>,
}

impl Floor {
    /// From what was written before.
    #[must_use]
    pub fn restore(agents: Vec<Agent>, entries: Vec<Entry>) -> Self {
        Self {
            agents: agents.into_iter().map(|agent| (agent.id, agent)).collect(),
            entries: entries.into_iter().map(|entry| (entry.conversation, entry)).collect(),
        }
    }

    /// Takes one event and tells what follows from it.
    #[must_use]
    pub fn apply(&mut self, event: &EventKind) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event.clone() {
            EventKind::Enqueue { conversation, team, since, ticket } => {
                let place = Place::Line;
                self.put(Entry { conversation, team, since, ticket, place }, &mut effects);
            }
            EventKind::Leave { conversation } => self.remove(conversation, &mut effects),
            EventKind::Taken { conversation, agent, team } => {
                let place = Place::With(agent);
                let known = self.entries.get(&conversation);
                let since = known.map(|entry| entry.since).unwrap_or_default();
                let ticket = known.map(|entry| entry.ticket).unwrap_or_default();
                self.put(Entry { conversation, team, since, ticket, place }, &mut effects);
            }
            EventKind::Agent { agent, presence, capacity, teams } => {
                self.change_agent(agent, presence, capacity, teams, &mut effects);
            }
            EventKind::GraceOver { agent, absence } => {
                self.free(agent, absence, &mut effects);
            }
        }
        self.serve(&mut effects);
        effects
    }

    /// How many conversations an agent has.
    #[must_use]
    pub fn load(&self, agent: UserId) -> u32 {
        let with_agent = |entry: &&Entry| entry.place == Place::With(agent);
        u32::try_from(self.entries.values().filter(with_agent).count()).unwrap_or(u32::MAX)
    }

    /// The conversations that wait, longest first.
    #[must_use]
    pub fn line(&self) -> Vec<&Entry> {
        let mut line: Vec<&Entry> =
            self.entries.values().filter(|entry| entry.place == Place::Line).collect();
        line.sort_by_key(|entry| (entry.since, entry.conversation));
        line
    }

    /// The agents.
    pub fn agents(&self) -> impl Iterator<Item = &Agent> {
        self.agents.values()
    }

    fn put(&mut self, entry: Entry, effects: &mut Vec<Effect>) {
        effects.push(Effect::Write(entry.clone()));
        self.entries.insert(entry.conversation, entry);
    }

    fn remove(&mut self, conversation: ConversationId, effects: &mut Vec<Effect>) {
        if self.entries.remove(&conversation).is_some() {
            effects.push(Effect::Delete { conversation });
        }
    }

    fn change_agent(
        &mut self,
        id: UserId,
        presence: Presence,
        capacity: u32,
        teams: Vec<TeamId>,
        effects: &mut Vec<Effect>,
    ) {
        let before = self.agents.get(&id);
        let was_present = before.is_none_or(|agent| agent.presence.is_present());
        let mut absences = before.map_or(0, |agent| agent.absences);
        if was_present && !presence.is_present() {
            absences += 1;
            effects.push(Effect::StartGrace { agent: id, absence: absences });
        }
        let agent = Agent { id, presence, capacity, teams, absences };
        effects.push(Effect::WriteAgent(agent.clone()));
        self.agents.insert(id, agent);
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

    /// Offers waiting conversations, longest first, each to the least busy agent of its team who
    /// has room; among equals to the one with the most room, then the lowest id.
    fn serve(&mut self, effects: &mut Vec<Effect>) {
        let waiting: Vec<Entry> = self.line().into_iter().cloned().collect();
        for mut entry in waiting {
            let Some(agent) = self.least_busy(entry.team) else { continue };
            entry.place = Place::With(agent);
            let (conversation, ticket) = (entry.conversation, entry.ticket);
            effects.push(Effect::Offer { conversation, agent, ticket });
            self.put(entry, effects);
        }
    }

    fn least_busy(&self, team: TeamId) -> Option<UserId> {
        self.agents
            .values()
            .filter(|agent| agent.presence == Presence::Online && agent.teams.contains(&team))
            .map(|agent| (self.load(agent.id), agent))
            .filter(|(load, agent)| *load < agent.capacity)
            .min_by_key(|(load, agent)| (*load, std::cmp::Reverse(agent.capacity), agent.id))
            .map(|(_, agent)| agent.id)
    }
}
