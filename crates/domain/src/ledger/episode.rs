//! From when somebody is to answer a customer until nobody is.

use serde::{Deserialize, Serialize};

use super::{
    Change, Due, Fact, Kind, Situation, Target, Terms,
    clock::{Clock, Spent},
    fact::{reason_word, word},
    situation::{With, counts_as_message},
};
use crate::{
    Content, Timestamp,
    conversation::{AgentCommand, Author, Effect, EventKind, NewMessage},
    ids::UserId,
};

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Episode {
    /// It was going on before anything was measured: of its beginning and its end nothing is said.
    carried: bool,
    /// The customer wrote, and neither the bot nor people answered.
    unanswered: bool,
    /// People answered: the next answer is not the first.
    answered: bool,
    /// People owe the customer an answer.
    response: Option<Clock>,
    /// People were asked, and it is not over.
    resolution: Option<Clock>,
    /// It waits in the line, since then.
    line: Option<Timestamp>,
    /// Who answered or was in charge last.
    agent: Option<UserId>,
}

impl Episode {
    /// Begins when somebody is to answer.
    pub(super) fn begin(change: &Change<'_>, facts: &mut Vec<Fact>) -> Option<Self> {
        if !change.after.is_open() {
            return None;
        }
        if change.before.is_open() {
            return Some(Self { carried: true, answered: true, ..Self::default() });
        }
        let word = if change.before.fresh { word::NEW } else { word::AGAIN };
        facts.push(Self::default().fact(change, Kind::Begun, word));
        Some(Self::default())
    }

    /// Brings what runs up to date where what it is measured by changes.
    pub(super) fn settle(&mut self, change: &Change<'_>) {
        let (before, after) = (change.before, change.after);
        if before.team == after.team && before.runs() == after.runs() {
            return;
        }
        let (at, hours) = (change.event.now, &change.terms_before.hours);
        for clock in [&mut self.response, &mut self.resolution].into_iter().flatten() {
            clock.turn(at, hours, after.runs());
        }
    }

    /// What was said, and what was late.
    pub(super) fn hear(&mut self, change: &Change<'_>, facts: &mut Vec<Fact>) {
        if let EventKind::Overdue { target } = change.event.kind {
            self.overdue(change, target, facts);
        }
        for effect in change.effects {
            if let Effect::Append(message) = effect
                && counts_as_message(message)
            {
                self.heard(change, message, facts);
            }
        }
    }

    fn overdue(&mut self, change: &Change<'_>, target: Target, facts: &mut Vec<Fact>) {
        let clock = match target {
            Target::Resolution => self.resolution.as_mut(),
            _ => self.response.as_mut(),
        };
        if let Some(clock) = clock.filter(|clock| !clock.breached) {
            clock.breached = true;
            facts.push(self.fact(change, Kind::Breached, target.as_str()));
        }
    }

    fn heard(&mut self, change: &Change<'_>, message: &NewMessage, facts: &mut Vec<Fact>) {
        match message.author {
            Author::Customer if message.context.standby => {}
            // A thumb under an answer wants none.
            Author::Customer if matches!(message.content, Content::Reaction { .. }) => {}
            // A pressed score of a survey wants no answer.
            Author::Customer if matches!(change.event.kind, EventKind::Rated(_)) => {}
            Author::Customer => self.unanswered = true,
            Author::System => {}
            Author::Bot => self.unanswered = false,
            Author::Elsewhere => {
                self.unanswered = false;
                if self.response.is_some() {
                    self.end_wait(change, word::ANSWERED, facts);
                    self.answered = true;
                }
            }
            Author::Agent { id } => {
                self.agent = Some(id);
                self.unanswered = false;
                self.end_wait(change, word::ANSWERED, facts);
                self.answered = true;
            }
        }
    }

    /// Who is to answer, and how that changed.
    pub(super) fn follow(&mut self, change: &Change<'_>, facts: &mut Vec<Fact>) {
        let (before, after, at) = (change.before, change.after, change.event.now);
        self.agent = after.agent().or(self.agent);
        self.queue(change, facts);
        if !after.is_peoples() {
            // People owe nothing any more.
            self.end_wait(change, word::ABANDONED, facts);
            return;
        }
        if !before.is_peoples() {
            if let With::Line(reason) = after.with {
                facts.push(self.fact(change, Kind::HandedOff, reason_word(reason)));
                self.unanswered = true;
            }
            if self.resolution.is_none() && !self.carried {
                self.resolution = Some(Clock::new(at, after.runs()));
            }
        }
        if self.unanswered && self.response.is_none() {
            self.response = Some(Clock::new(at, after.runs()));
        }
    }

    /// The waiting line: a wait is over when who waits is in it no more.
    fn queue(&mut self, change: &Change<'_>, facts: &mut Vec<Fact>) {
        let at = change.event.now;
        let word = match change.after.with {
            With::Line(_) => {
                self.line = self.line.or(Some(at));
                return;
            }
            With::Person(_) | With::Aside(_) => word::PEOPLE,
            With::Bot => word::BOT,
            With::Nobody => word::OTHER,
        };
        if let Some(since) = self.line.take() {
            let hours = &change.terms_before.hours;
            let spent = Spent { wall: at.since(since), open: hours.open_between(since, at) };
            let fact = self.fact(change, Kind::Line, word);
            facts.push(Fact { spent, agent: change.after.agent(), ..fact });
        }
    }

    fn end_wait(&mut self, change: &Change<'_>, word: &'static str, facts: &mut Vec<Fact>) {
        if let Some(clock) = self.response.take() {
            let target = self.response_target();
            facts.push(self.measured(change, (target, word), &clock));
        }
    }

    fn response_target(&self) -> Target {
        if self.answered { Target::NextResponse } else { Target::FirstResponse }
    }

    /// Nobody is to answer any more. What people still owed was given up before.
    pub(super) fn end(&mut self, change: &Change<'_>, facts: &mut Vec<Fact>) {
        if self.carried {
            return;
        }
        let by_agent =
            matches!(change.event.kind, EventKind::Agent { command: AgentCommand::Resolve, .. });
        let word = match &change.event.kind {
            EventKind::Merged { .. } | EventKind::Erased => word::OTHER,
            _ if by_agent || self.resolution.is_some() => word::PEOPLE,
            EventKind::BotReply(_) => word::BOT,
            _ => word::OTHER,
        };
        let fact = match self.resolution.take() {
            Some(clock) => self.measured(change, (Target::Resolution, word), &clock),
            None => self.fact(change, Kind::Resolved, word),
        };
        facts.push(fact);
    }

    /// What a clock showed, and whether the promise about it was kept.
    fn measured(
        &self,
        change: &Change<'_>,
        (target, word): (Target, &'static str),
        clock: &Clock,
    ) -> Fact {
        let (held, terms) = change.held();
        let spent = clock.spent(change.event.now, &terms.hours);
        let limit = terms.sla.limit(held.priority, target);
        let kept = limit.map(|limit| !clock.breached && terms.counted(spent) < limit);
        // What was given up in time was neither kept nor broken.
        let met = kept.filter(|kept| word != word::ABANDONED || !kept);
        Fact { spent, met, ..self.fact(change, target.into(), word) }
    }

    fn fact(&self, change: &Change<'_>, kind: Kind, word: &'static str) -> Fact {
        let (at, team) = (change.event.now, change.held().0.team);
        Fact { kind, word, at, team, agent: self.agent, spent: Spent::default(), met: None }
    }

    pub(super) fn due(&self, situation: &Situation, terms: &Terms) -> Vec<Due> {
        let clocks = [
            (self.response_target(), self.response.as_ref()),
            (Target::Resolution, self.resolution.as_ref()),
        ];
        let running = clocks.into_iter().filter_map(|(target, clock)| {
            let clock = clock.filter(|clock| clock.runs())?;
            let limit = terms.sla.limit(situation.priority, target)?;
            let at = clock.reaches(limit, terms)?;
            let soon = clock.reaches(limit * 3 / 4, terms)?;
            Some(Due { target, at, soon, breached: clock.breached })
        });
        running.collect()
    }
}
