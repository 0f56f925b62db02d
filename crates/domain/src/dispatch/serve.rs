//! Who is given what: the line is gone through once, from the front, after each event.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Timestamp,
    dispatch::{Agent, Effect, Entry, Floor, Place, Presence, Strategy},
    ids::{TeamId, UserId},
};

impl Floor {
    /// Offers waiting conversations, each to an agent who can answer it and has room.
    ///
    /// Agents who could answer one that finds no room are kept for it: what came later and weighs
    /// less does not pass it over.
    pub(super) fn serve(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let waiting: Vec<Entry> = self.line().into_iter().cloned().collect();
        let mut loads = self.loads();
        let mut kept = BTreeSet::new();
        for mut entry in waiting {
            let Some((agent, strategy)) = self.find(&entry, now, &loads, &mut kept) else {
                continue;
            };
            *loads.entry(agent).or_default() += self.weight_for(agent, &entry);
            if strategy == Strategy::RoundRobin {
                self.end_turn(agent, effects);
            }
            entry.place = Place::With(agent);
            let (conversation, ticket) = (entry.conversation, entry.ticket);
            effects.push(Effect::Offer { conversation, agent, ticket });
            self.put(entry, effects);
        }
    }

    /// How much each agent has.
    pub(super) fn loads(&self) -> BTreeMap<UserId, u32> {
        let mut loads = BTreeMap::new();
        for entry in self.entries.values() {
            if let Place::With(agent) = entry.place {
                let load: &mut u32 = loads.entry(agent).or_default();
                *load = load.saturating_add(self.weight_for(agent, entry));
            }
        }
        loads
    }

    fn weight_for(&self, agent: UserId, entry: &Entry) -> u32 {
        let weight = |agent: &Agent| agent.talents.weight(entry.want.channel, agent.capacity);
        self.agents.get(&agent).map_or(1, weight)
    }

    /// The agent for a conversation: of its team, else of the team that helps out by now. Without
    /// one, everybody who could answer it is kept for it.
    fn find(
        &self,
        entry: &Entry,
        now: Timestamp,
        loads: &BTreeMap<UserId, u32>,
        kept: &mut BTreeSet<UserId>,
    ) -> Option<(UserId, Strategy)> {
        let load = |agent: &Agent| loads.get(&agent.id).copied().unwrap_or_default();
        let mut able = Vec::new();
        for (team, strategy) in self.giving(entry, now) {
            let there = self.agents.values().filter(|agent| can_answer(agent, team, entry));
            let there: Vec<&Agent> = there.filter(|agent| !kept.contains(&agent.id)).collect();
            let room = |agent: &&&Agent| {
                load(agent).saturating_add(self.weight_for(agent.id, entry)) <= agent.capacity
            };
            let free = there.iter().filter(room).copied();
            let last = entry.want.last_agent;
            let rank = |agent: &&Agent| {
                let others = strategy == Strategy::LastAgent && last != Some(agent.id);
                let turn = if strategy == Strategy::RoundRobin { agent.turn } else { 0 };
                (others, turn, load(agent), std::cmp::Reverse(agent.capacity), agent.id)
            };
            if let Some(agent) = free.min_by_key(rank) {
                return Some((agent.id, strategy));
            }
            able.extend(there.iter().map(|agent| agent.id));
        }
        kept.extend(able);
        None
    }

    /// The teams that give the conversation out by themselves now, and how.
    fn giving(&self, entry: &Entry, now: Timestamp) -> Vec<(TeamId, Strategy)> {
        let own = self.teams.get(&entry.team);
        let helper = own.and_then(|team| team.settings.overflow_at(entry.since));
        let helper = helper.filter(|(at, _)| *at <= now).map(|(_, helper)| helper);
        let teams = [Some(entry.team), helper].into_iter().flatten();
        teams.filter_map(|team| Some((team, self.gives_by(team)?))).collect()
    }

    /// How a team gives out, if it is open and does so by itself.
    fn gives_by(&self, team: TeamId) -> Option<Strategy> {
        match self.teams.get(&team) {
            None => Some(Strategy::LeastBusy),
            Some(team) => {
                let strategy = team.settings.strategy;
                (team.open && strategy != Strategy::Manual).then_some(strategy)
            }
        }
    }

    /// The agent is last in the round now.
    fn end_turn(&mut self, agent: UserId, effects: &mut Vec<Effect>) {
        let last = self.agents.values().map(|agent| agent.turn).max().unwrap_or_default();
        if let Some(agent) = self.agents.get_mut(&agent) {
            agent.turn = last.saturating_add(1);
            effects.push(Effect::WriteAgent(agent.clone()));
        }
    }
}

/// Whether they are there for the team and up to it, with room or without.
fn can_answer(agent: &Agent, team: TeamId, entry: &Entry) -> bool {
    agent.presence == Presence::Online
        && agent.capacity > 0
        && agent.teams.contains(&team)
        && agent.talents.meet(&entry.want)
}
