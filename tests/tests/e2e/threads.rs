//! Another app of the account takes a conversation; it comes back, goes again, and is given up.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World, both_modes,
    desk::{Agent, Message},
    shop::{self, Account, INSTAGRAM, PAGE},
    simulator::{Customer, Simulator},
    wait,
};

both_modes!(control_of_a_thread_goes_and_comes_back);

/// Meta's id of the inbox of Meta Business Suite. (Messenger Platform "Conversation Routing")
fn inbox(account: Account) -> &'static str {
    if account.external_id == PAGE.external_id { "263902037430900" } else { "1217981644879628" }
}

/// A conversation whose control is moved.
struct Scene<'a> {
    agent: &'a Agent,
    simulator: &'a Simulator,
    customer: Customer,
    account: Account,
    id: String,
}

impl Scene<'_> {
    /// Somebody else moves control, or answers.
    async fn elsewhere(&self, what: &str, mut body: Value) -> Outcome {
        let fields = body.as_object_mut().ok_or("not an object")?;
        fields.insert("customer".into(), self.customer.id().into());
        let path = format!("accounts/{}/{what}", self.account.external_id);
        self.simulator.change(Method::POST, &path, &body).await.map(drop)
    }

    /// The agent asks Meta to move control.
    async fn agent_does(&self, body: Value) -> Outcome {
        let path = format!("conversations/{}/thread", self.id);
        self.agent.write(Method::POST, &path, &body).await
    }

    /// Waits until the desk says whose it is.
    async fn is(&self, whose: &str) -> Outcome {
        wait::until(&format!("the conversation is {whose}"), async || {
            let shown: Value = self.agent.read(&format!("conversations/{}", self.id)).await?;
            match shown.pointer("/thread/is").and_then(Value::as_str) {
                Some(is) if is == whose => Ok(()),
                _ => Err(format!("it is {shown}").into()),
            }
        })
        .await
    }

    /// Whom Meta has as the one in control.
    async fn holder(&self) -> Outcome<Value> {
        let (account, customer) = (self.account.external_id, self.customer.id());
        let path = format!("accounts/{account}/control?customer={customer}");
        let held: Value = self.simulator.get(&path).await?;
        Ok(held.get("app").cloned().unwrap_or_default())
    }

    async fn sees(&self, what: &str, fits: impl Fn(&Message) -> bool) -> Outcome {
        let any = |transcript: &[Message]| transcript.iter().any(&fits);
        self.agent.sees(&self.id, what, any).await.map(drop)
    }

    /// What is written now arrives.
    async fn agent_answers(&self, text: &str) -> Outcome {
        self.agent.replies(&self.id, text).await?;
        wait::until(&format!("{text:?} is on the phone"), async || {
            let phone = self.customer.phone().await?;
            match phone.iter().any(|message| message.text.as_deref() == Some(text)) {
                true => Ok(()),
                false => Err(format!("it shows {phone:?}").into()),
            }
        })
        .await
    }
}

async fn control_of_a_thread_goes_and_comes_back(world: &mut World) -> Outcome {
    let (alex, simulator) = (world.agent(shop::ALEX).await?, world.simulator()?);
    for account in [PAGE, INSTAGRAM] {
        let routing = json!({ "default_app": shop::META_APP_ID, "may_take": [shop::META_APP_ID] });
        let path = format!("accounts/{}/routing", account.external_id);
        simulator.change(Method::PUT, &path, &routing).await?;
        let customer = world.customer(account, 1)?;
        // The assistant understands `hello` at the beginning of a line only.
        let asked = format!("hello from {}", account.channel);
        customer.says(&asked).await?;
        customer.receives(2).await?;
        let id = alex.conversation_with(&asked).await?.id;
        let scene = Scene { agent: &alex, simulator: &simulator, customer, account, id };
        nobody_answers_what_another_app_has(&scene).await?;
        the_agent_takes_passes_asks_and_releases(&scene).await?;
    }
    Ok(())
}

async fn nobody_answers_what_another_app_has(scene: &Scene<'_>) -> Outcome {
    scene.elsewhere("control", json!({ "app": "inbox" })).await?;
    scene.is("elsewhere").await?;
    scene.customer.says("hello again").await?;
    scene.sees("what comes on standby", |said| said.line() == ("customer", "hello again")).await?;
    scene.elsewhere("elsewhere", json!({ "app": "inbox", "text": "The inbox here." })).await?;
    let inbox = |said: &Message| said.line() == ("elsewhere", "The inbox here.");
    scene.sees("what the inbox answers", inbox).await?;
    scene.agent.replies(&scene.id, "Too early.").await?;
    let refused = |said: &Message| said.text() == "Too early." && said.status == "failed";
    scene.sees("that the answer is refused", refused).await?;
    scene.simulator.idle().await?;
    let phone = scene.customer.phone().await?;
    let ours = phone.iter().filter(|message| message.marker.is_some()).count();
    assert_eq!(ours, shop::GREETING.len(), "neither bot nor agent answers: {phone:?}");
    Ok(())
}

async fn the_agent_takes_passes_asks_and_releases(scene: &Scene<'_>) -> Outcome {
    let ours = json!(shop::META_APP_ID);
    scene.agent_does(json!({ "do": "take" })).await?;
    scene.is("ours").await?;
    assert_eq!(scene.holder().await?, ours);
    scene.agent_answers("I am here now.").await?;

    let inbox = inbox(scene.account);
    scene.agent_does(json!({ "do": "pass", "to": inbox })).await?;
    scene.is("elsewhere").await?;
    assert_eq!(scene.holder().await?, json!(inbox));

    scene.agent_does(json!({ "do": "request" })).await?;
    let asked = |said: &Message| said.content.get("kind") == Some(&json!("thread_asked"));
    scene.sees("that it was asked for", asked).await?;
    scene.is("elsewhere").await?;
    let granted = json!({ "app": shop::META_APP_ID, "metadata": "yours" });
    scene.elsewhere("control", granted).await?;
    scene.is("ours").await?;
    scene.agent_answers("Thank you, inbox.").await?;

    scene.agent_does(json!({ "do": "release" })).await?;
    scene.is("elsewhere").await?;
    assert_eq!(scene.holder().await?, Value::Null);
    // An idle conversation comes to the default app with the customer's next message.
    scene.customer.says("One more question").await?;
    scene.is("ours").await?;
    scene.agent_answers("Ask away.").await
}
