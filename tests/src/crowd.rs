//! Customers on all channels who talk to the assistant at the same time, and what must be true of
//! their conversations afterwards, whatever broke meanwhile: nothing is missing, nothing came twice,
//! and all is in order; a send whose fate nobody knows is shown as such.

use std::ops::Range;

use crate::{
    Outcome, World,
    desk::{Agent, Message},
    shop,
    simulator::Customer,
    wait,
};

/// Many customers.
#[derive(Debug)]
pub struct Crowd {
    talks: Vec<Talk>,
}

/// A customer, and what they say.
#[derive(Debug)]
struct Talk {
    customer: Customer,
    name: String,
}

impl Crowd {
    /// So many customers on each channel.
    ///
    /// # Errors
    /// When there can be no HTTP client.
    pub fn gather(world: &World, on_each_channel: u32) -> Outcome<Self> {
        let everyone =
            (0..on_each_channel).flat_map(|number| shop::ACCOUNTS.map(|account| (number, account)));
        let talks = everyone.map(|(number, account)| {
            let name = format!("{number} on {}", account.channel);
            Ok(Talk { customer: world.customer(account, number)?, name })
        });
        Ok(Self { talks: talks.collect::<Outcome<_>>()? })
    }

    /// The first half of the customers says these of their messages.
    ///
    /// # Errors
    /// When the simulator stays away.
    pub async fn early_half_says(&self, numbers: Range<usize>) -> Outcome {
        say(self.talks.get(..self.talks.len() / 2), numbers).await
    }

    /// The second half of the customers says these of their messages.
    ///
    /// # Errors
    /// When the simulator stays away.
    pub async fn late_half_says(&self, numbers: Range<usize>) -> Outcome {
        say(self.talks.get(self.talks.len() / 2..), numbers).await
    }

    /// Waits until each has said so many messages and all is answered, then looks whether all is as
    /// it must be.
    ///
    /// # Errors
    /// When something is missing, came twice, is out of order or still waits.
    pub async fn check(&self, world: &World, each: usize) -> Outcome {
        let alex = world.agent(shop::ALEX).await?;
        for talk in &self.talks {
            talk.check(&alex, each).await?;
        }
        let simulator = world.simulator()?;
        simulator.idle().await?;
        for (marker, count) in simulator.markers().await? {
            assert_eq!(count, 1, "{marker} came more than once");
        }
        assert_eq!(simulator.violations().await?, 0, "calls over Meta's limits");
        assert_eq!(alex.conversations("").await?.len(), self.talks.len());
        Ok(())
    }
}

async fn say(talks: Option<&[Talk]>, numbers: Range<usize>) -> Outcome {
    let talking = talks.unwrap_or_default().iter().map(|talk| talk.says(numbers.clone()));
    futures_util::future::try_join_all(talking).await.map(drop)
}

/// What the assistant answers to a message: one message each, in turn another.
fn answer(number: usize) -> &'static str {
    if number.is_multiple_of(2) { shop::HOURS } else { shop::ORDER }
}

impl Talk {
    /// A customer's message; no other is the same.
    fn line(&self, number: usize) -> String {
        let word = if number.is_multiple_of(2) { "hours" } else { "order" };
        format!("{word} ({number}) from {}", self.name)
    }

    async fn says(&self, numbers: Range<usize>) -> Outcome {
        for number in numbers {
            self.customer.says_surely(&self.line(number)).await?;
        }
        Ok(())
    }

    async fn check(&self, alex: &Agent, each: usize) -> Outcome {
        let conversation = alex.conversation_with(&self.line(0)).await?;
        let what = format!("all is said and answered in the conversation of {}", self.name);
        let transcript = alex
            .sees(&conversation.id, &what, |transcript| {
                let answers = transcript.iter().filter(|message| !message.is_customers());
                let waits = transcript.iter().any(|message| message.status == "pending");
                answers.count() >= each && !waits
            })
            .await?;
        self.check_transcript(&transcript, each);
        self.check_phone(&transcript).await
    }

    /// Every message once, in order, and every answer.
    fn check_transcript(&self, transcript: &[Message], each: usize) {
        let (said, answered): (Vec<&Message>, Vec<&Message>) =
            transcript.iter().partition(|message| message.is_customers());
        let said: Vec<&str> = said.into_iter().map(Message::text).collect();
        let expected: Vec<String> = (0..each).map(|number| self.line(number)).collect();
        assert_eq!(said, expected, "{}", self.name);
        let answers: Vec<&str> = answered.into_iter().map(Message::first_line).collect();
        let expected: Vec<&str> = (0..each).map(answer).collect();
        assert_eq!(answers, expected, "{}", self.name);
        let places = transcript.iter().map(|message| message.seq);
        assert!(places.zip(1..).all(|(place, due)| place == due), "{}: a gap", self.name);
    }

    /// What is on the phone is what the desk says arrived, in that order.
    async fn check_phone(&self, transcript: &[Message]) -> Outcome {
        let arrived: Vec<&str> = transcript
            .iter()
            .filter(|message| !message.is_customers() && message.status != "uncertain")
            .map(Message::first_line)
            .collect();
        wait::until(&format!("the phone of {} shows what arrived", self.name), async || {
            let phone = self.customer.phone().await?;
            let phone: Vec<&str> = phone.iter().map(|message| message.first_line()).collect();
            if phone == arrived {
                return Ok(());
            }
            Err(format!("the desk says {arrived:#?}, the phone shows {phone:#?}").into())
        })
        .await
    }
}
