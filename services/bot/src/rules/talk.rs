//! One turn of a bot with rules: message by message, with what it kept of the turns before.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_domain::{
    Content,
    conversation::{AfterTurn, HandOff},
};

use super::{
    Action, Rules,
    flow::{self, Ask, Flow, Step},
    template::Variables,
};
use crate::Answer;

/// How many steps one turn takes at most: flows that lead to each other would never end.
const MOST_STEPS: u32 = 200;

/// What a button's payload begins with that leads into a flow.
pub(super) const FLOW: &str = "flow:";

/// What is kept between turns.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    /// The question that waits for an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<At>,
    #[serde(skip_serializing_if = "Variables::is_empty")]
    variables: Variables,
}

/// A question that waits. Named and not counted, so that it is still found when somebody has put
/// steps before it meanwhile.
#[derive(Debug, Serialize, Deserialize)]
struct At {
    flow: String,
    asks: String,
    tries: u32,
}

/// A turn in the making.
pub(super) struct Talk<'a> {
    rules: &'a Rules,
    kept: Kept,
    answer: Answer,
    steps: u32,
}

impl<'a> Talk<'a> {
    /// What another kind of bot kept, or rules that were very different, is as if nothing was kept.
    pub(super) fn new(rules: &'a Rules, memory: Option<&str>) -> Self {
        let kept = memory.and_then(|memory| serde_json::from_str(memory).ok());
        let kept = kept.unwrap_or_default();
        Self { rules, kept, answer: Answer::say(Vec::new()), steps: 0 }
    }

    /// Hears all messages of a turn, until one is for people.
    ///
    /// # Errors
    /// A sentence for agents about a text or a condition that cannot be worked out.
    pub(super) fn take(mut self, said: &[Content]) -> Result<Answer, String> {
        for message in said {
            // A reaction comments on what was said; it asks nothing.
            if matches!(message, Content::Reaction { .. }) {
                continue;
            }
            self.answer.then = AfterTurn::Stay;
            self.hear(message)?;
            if matches!(self.answer.then, AfterTurn::HandOff(_)) {
                break;
            }
        }
        self.answer.memory = self.memory();
        Ok(self.answer)
    }

    fn memory(&self) -> Option<String> {
        let Kept { at, variables } = &self.kept;
        if self.answer.then != AfterTurn::Stay || (at.is_none() && variables.is_empty()) {
            return None;
        }
        serde_json::to_string(&self.kept).ok()
    }

    fn hear(&mut self, message: &Content) -> Result<(), String> {
        let words = message.as_words().unwrap_or_default();
        self.kept.variables.insert("text".into(), words.into());
        let heard = match self.waiting() {
            Some((question, flow, next)) => self.hear_answer(message, (question, flow, next)),
            None => self.obey(message),
        };
        self.kept.variables.remove("text");
        heard
    }

    fn obey(&mut self, message: &Content) -> Result<(), String> {
        self.kept.at = None;
        if let Some(name) = self.rules.entrance(message) {
            return self.run(name, 0);
        }
        self.act(self.rules.action(message))
    }

    /// The question that waits, if it is still there, with its flow and the place after it.
    fn waiting(&self) -> Option<(&'a Ask, &'a str, usize)> {
        let at = self.kept.at.as_ref()?;
        let (name, flow) = self.rules.flows.get_key_value(&at.flow)?;
        let (question, next) = flow.question(&at.asks)?;
        Some((question, name, next))
    }

    fn hear_answer(
        &mut self,
        message: &Content,
        (question, flow, next): (&'a Ask, &'a str, usize),
    ) -> Result<(), String> {
        // A rule that applies always, or a button of something else, leads out of the flow.
        if !question.kind.is_pressed(message) && self.rules.interrupts(message) {
            return self.obey(message);
        }
        if let Some(value) = question.kind.read(message) {
            self.kept.at = None;
            self.kept.variables.insert(question.variable.clone(), value);
            return self.run(flow, next);
        }
        let tries = self.kept.at.as_ref().map_or(0, |at| at.tries) + 1;
        if tries < question.tries {
            let again = question.put_again(&self.kept.variables)?;
            self.answer.replies.push(again);
            self.wait(flow, question, tries);
            return Ok(());
        }
        self.kept.at = None;
        if let Some(name) = &question.give_up {
            return self.run(name, 0);
        }
        let what = format!("No usable answer to {:?}, {tries} times.", question.variable);
        let note = [what].into_iter().chain(self.summary()).collect::<Vec<_>>().join(" ");
        self.hand_off(HandOff::BotUnsure, Some(note));
        Ok(())
    }

    fn wait(&mut self, flow: &str, question: &Ask, tries: u32) {
        let (flow, asks) = (flow.to_owned(), question.variable.clone());
        self.kept.at = Some(At { flow, asks, tries });
    }

    fn act(&mut self, action: &'a Action) -> Result<(), String> {
        self.say(&action.reply)?;
        match (&action.go_to, action.then) {
            (Some(name), _) => self.run(name, 0),
            (None, AfterTurn::HandOff(reason)) => {
                let note = self.summary();
                self.hand_off(reason, note);
                Ok(())
            }
            (None, then) => {
                self.answer.then = then;
                Ok(())
            }
        }
    }

    /// Takes steps until one waits or ends.
    fn run(&mut self, name: &'a str, place: usize) -> Result<(), String> {
        let (mut name, mut place) = (name, place);
        loop {
            let Some(step) = self.rules.flows.get(name).and_then(|flow| flow.step(place)) else {
                return Ok(());
            };
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return Err(format!("The flow {name:?} goes in circles; correct the bot's rules."));
            }
            let told = |why| format!("Step {} of the flow {name:?} fails: {why}.", place + 1);
            match self.step(name, step).map_err(told)? {
                Next::Step => place += 1,
                Next::Flow(other) => (name, place) = (other, 0),
                Next::Stop => return Ok(()),
            }
        }
    }

    fn step(&mut self, flow: &'a str, step: &'a Step) -> Result<Next<'a>, String> {
        match step {
            Step::Say(messages) => self.say(messages)?,
            Step::Set(values) => {
                for (variable, expression) in values {
                    let value = expression.value(&self.kept.variables)?;
                    self.kept.variables.insert(variable.clone(), value);
                }
            }
            Step::Ask(question) => {
                let put = question.put(&self.kept.variables)?;
                self.answer.replies.push(put);
                self.wait(flow, question, 0);
                return Ok(Next::Stop);
            }
            Step::If(fork) => {
                let holds = fork.condition.holds(&self.kept.variables)?;
                let way = if holds { Some(&fork.then) } else { fork.otherwise.as_ref() };
                return Ok(way.map_or(Next::Step, |name| Next::Flow(name)));
            }
            Step::GoTo(name) => return Ok(Next::Flow(name)),
            Step::HandOff(summary) => {
                let variables = &self.kept.variables;
                let written = summary.as_ref().map(|it| super::template::fill(it, variables));
                let note = written.transpose()?.or_else(|| self.summary());
                self.hand_off(HandOff::Asked, note);
                return Ok(Next::Stop);
            }
            Step::Resolve => {
                self.answer.then = AfterTurn::Resolve;
                return Ok(Next::Stop);
            }
        }
        Ok(Next::Step)
    }

    fn say(&mut self, messages: &[Content]) -> Result<(), String> {
        for message in messages {
            let filled = flow::fill(message, &self.kept.variables)?;
            self.answer.replies.extend(filled);
        }
        Ok(())
    }

    fn hand_off(&mut self, reason: HandOff, note: Option<String>) {
        self.answer.then = AfterTurn::HandOff(reason);
        self.answer.note = note;
    }

    /// What was learned, in a line for agents.
    fn summary(&self) -> Option<String> {
        let learned = self.kept.variables.iter().filter(|(name, _)| *name != "text");
        let line = |(name, value): (&String, &Value)| match value {
            Value::String(text) => format!("{name}: {text}"),
            value => format!("{name}: {value}"),
        };
        let lines: Vec<String> = learned.map(line).collect();
        (!lines.is_empty()).then(|| lines.join("; "))
    }
}

/// Where a flow goes on.
enum Next<'a> {
    Step,
    Flow(&'a str),
    Stop,
}

impl Rules {
    /// The flow that a button leads into.
    fn entrance(&self, message: &Content) -> Option<&str> {
        let Content::Choice { payload, .. } = message else { return None };
        let name = payload.strip_prefix(FLOW)?;
        self.flows.get_key_value(name).map(|(name, _): (&String, &Flow)| name.as_str())
    }

    /// Whether a message leads out of a question that waits.
    fn interrupts(&self, message: &Content) -> bool {
        self.entrance(message).is_some()
            || self.by_payload(message).is_some()
            || self.rules.iter().any(|rule| rule.always && rule.fits(message))
    }
}
