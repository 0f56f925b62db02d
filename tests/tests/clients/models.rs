//! Bots that are a language model, on llama.cpp's server as it comes from its registry: it takes what
//! we ask, and we understand what it answers, charges and refuses.
//!
//! The model is small, and written by the driver: it says one of five sentences, by who spoke last and
//! what they said, of which some are calls of tools (`drivers/xllamacpp_model.py`). All else is
//! llama.cpp's: the chat template, the grammar that it makes of our tools, how it reads the calls, how
//! many tokens it counts.

use std::process::Stdio;

use reqwest::{Client, Method};
use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World,
    counterpart::{Counterpart, Does},
    desk::Agent,
    in_mode, ports,
    shop::{self, PAGE},
    wait,
};
use tokio::process::{Child, Command};

use crate::tools::{self, Kind};

in_mode!(embedded:
    a_model_answers_asks_the_business_and_calls_people,
    a_model_whose_call_breaks_off_is_told_so,
    what_a_model_charges_counts_against_the_limits,
    a_model_that_refuses_or_is_gone_is_asked_twice_and_people_take_over,
);

/// What the server is asked with.
const KEY: &str = "sk-of-the-shop";

/// What the model says to a customer who wants neither an order nor a person.
const HOURS: &str = "We close at six.";

const PLENTY: &str = "price: { input: 1, output: 2 }\nlimits: { conversation: 10, day: 10 }\n";

/// A server with a model.
struct Model {
    child: Child,
    url: String,
    // After the process, which has the model here.
    _folder: tempfile::TempDir,
}

impl Model {
    /// Starts it. None, said loudly, where it cannot be had.
    async fn start() -> Outcome<Option<Self>> {
        let install = tokio::task::spawn_blocking(|| tools::install(Kind::Model));
        let Some(installed) = install.await?? else { return Ok(None) };
        let folder = tempfile::tempdir()?;
        let port = ports::free(1)?;
        let mut child = Command::from(installed.command("xllamacpp_server.py", folder.path())?)
            .current_dir(folder.path())
            .env("PORT", port.to_string())
            .env("KEY", KEY)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let url = format!("http://127.0.0.1:{port}");
        let health = format!("{url}/health");
        wait::until("the model is loaded", async || {
            if let Some(status) = child.try_wait()? {
                return Ok(Err(format!("its server ended with {status}")));
            }
            reqwest::get(&health).await?.error_for_status()?;
            Ok(Ok(()))
        })
        .await??;
        Ok(Some(Self { child, url, _folder: folder }))
    }

    /// Makes it the assistant of the Page, with settings beside those that every bot has.
    async fn answers(&self, alex: &Agent, key: &str, more: &str) -> Outcome {
        let endpoint = format!("{}/v1", self.url);
        let settings = format!("endpoint: {endpoint}\nmodel: five-sentences\n{more}");
        let name = format!("Model {}", uuid::Uuid::new_v4());
        let bot = json!({ "name": name, "kind": "llm", "settings": settings, "secret": key });
        let made = alex.sends(Method::POST, "bots", &bot).await?;
        let account = alex.account(PAGE.external_id).await?.id;
        let given = json!({ "bot_id": made.get("id") });
        alex.write(Method::PUT, &format!("accounts/{account}/bot"), &given).await
    }

    /// How many tokens it was told so far, by its own count.
    async fn told(&self) -> Outcome<u64> {
        let metrics = Client::new().get(format!("{}/metrics", self.url)).bearer_auth(KEY);
        let metrics = metrics.send().await?.error_for_status()?.text().await?;
        let found = metrics.lines().find_map(|it| it.strip_prefix("llamacpp:prompt_tokens_total "));
        Ok(found.ok_or_else(|| format!("no count of tokens in {metrics}"))?.parse()?)
    }
}

/// How often a bot that is a language model failed in its turn.
async fn failures(world: &World) -> Outcome<u64> {
    let metrics = reqwest::get(format!("{}/metrics", world.door())).await?.text().await?;
    let of = |it: &&str| {
        let parts = ["switchboard_bot_turns_total{", "kind=\"llm\"", "outcome=\"failed\""];
        parts.iter().all(|part| it.contains(part))
    };
    let count = metrics.lines().find(of).and_then(|it| it.rsplit(' ').next());
    Ok(count.unwrap_or("0").parse()?)
}

/// Waits until agents read a line that begins so in a conversation that waits for them.
async fn people_read(alex: &Agent, said: &str, beginning: &str) -> Outcome {
    let id = alex.conversation_with(said).await?.id;
    alex.sees_status(&id, "waiting").await?;
    alex.sees(&id, "agents read why", |transcript| {
        let is_notice = |content: &Value| content.get("type") == Some(&"notice".into());
        let mut lines = transcript.iter().filter(|it| is_notice(&it.content));
        lines.any(|it| it.text().starts_with(beginning))
    })
    .await
    .map(drop)
}

const TOOLS: &str = "
system_prompt: You are the assistant of the Corner Shop.
tools:
  - name: order_status
    description: Where an order is
    url: URL/orders
    parameters:
      number: { type: string, description: \"Such as A-1\" }
      kind: { type: string, enum: [shoes, repair], optional: true }
      count: { type: integer, optional: true }
      weight: { type: number, optional: true }
      urgent: { type: boolean, optional: true }
";

async fn a_model_answers_asks_the_business_and_calls_people(world: &mut World) -> Outcome {
    let (business, alex) = (Counterpart::start()?, world.agent(shop::ALEX).await?);
    let Some(model) = Model::start().await? else { return Ok(()) };
    let tools = TOOLS.replace("URL", &business.url());
    model.answers(&alex, KEY, &format!("{PLENTY}{tools}")).await?;
    business.does([Does::Answers(json!({ "status": "on its way" })), Does::Refuses(500)]);
    let customer = world.customer(PAGE, 1)?;
    customer.says("When do you close?").await?;
    assert_eq!(customer.receives(1).await?, [HOURS]);

    customer.says("Where is my order?").await?;
    let said = customer.receives(2).await?;
    assert_eq!(said.last().map(String::as_str), Some("Your order is on its way."));
    let asked = business.asked(1).await?;
    let asked = asked.first().ok_or("the business was not asked")?;
    assert_eq!(asked.path, "/orders");
    assert_eq!(asked.at("/arguments"), &json!({ "number": "A-1" }));
    customer.says("And my other order?").await?;
    let said = customer.receives(3).await?;
    assert_eq!(said.last().map(String::as_str), Some("I cannot find your order."));
    assert_eq!(business.asked(2).await?.len(), 2);

    customer.says("Then let me talk to a person").await?;
    let said = customer.receives(4).await?;
    assert_eq!(said.last().map(String::as_str), Some(shop::ONE_MOMENT), "and nothing before it");
    people_read(&alex, "When do you close?", "Wants to talk to a person.").await?;
    assert_eq!(failures(world).await?, 0);
    Ok(())
}

/// It may say one token only, so its call ends in the middle of the arguments; the sentence is one.
async fn a_model_whose_call_breaks_off_is_told_so(world: &mut World) -> Outcome {
    let (business, alex) = (Counterpart::start()?, world.agent(shop::ALEX).await?);
    let Some(model) = Model::start().await? else { return Ok(()) };
    let tools = TOOLS.replace("URL", &business.url());
    model.answers(&alex, KEY, &format!("{PLENTY}answer_tokens: 1{tools}")).await?;
    let customer = world.customer(PAGE, 1)?;
    customer.says("Where is my order?").await?;
    assert_eq!(customer.receives(1).await?, ["I cannot find your order."]);
    assert!(business.asked(0).await?.is_empty(), "half a call is not made");
    Ok(())
}

/// Amounts are tokens here. A sentence is one, and its end is another.
async fn what_a_model_charges_counts_against_the_limits(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    let Some(model) = Model::start().await? else { return Ok(()) };
    let prompt = "system_prompt: Be brief.\nanswer_tokens: 10\n";
    let output = "price: { input: 0, output: 1000000 }\nlimits: { conversation: 14, day: 100 }\n";
    model.answers(&alex, KEY, &format!("{prompt}{output}")).await?;
    let customer = world.customer(PAGE, 1)?;
    // Ten are set aside of the fourteen that there are, of which each answer takes two.
    for (count, question) in (1..).zip(["When do you close?", "Today, too?", "Surely?"]) {
        customer.says(question).await?;
        assert_eq!(customer.receives(count).await?, vec![HOURS; count]);
    }
    customer.says("Once more?").await?;
    assert_eq!(customer.receives(4).await?.last().map(String::as_str), Some(shop::ONE_MOMENT));
    let spent = "The bot did not know what to answer. The bot has spent what it may spend";
    people_read(&alex, "When do you close?", spent).await?;

    // A byte is a token to this model, so it is told more than was set aside: one answer takes all.
    let told = model.told().await? / 3;
    let input = format!(
        "price: {{ input: 1000000, output: 0 }}\nlimits: {{ conversation: {told}, day: 100000 }}\n"
    );
    model.answers(&alex, KEY, &format!("{prompt}{input}")).await?;
    let customer = world.customer(PAGE, 2)?;
    customer.says("Are you open?").await?;
    assert_eq!(customer.receives(1).await?, [HOURS]);
    customer.says("Sure?").await?;
    assert_eq!(customer.receives(2).await?, [HOURS, shop::ONE_MOMENT]);
    people_read(&alex, "Are you open?", spent).await
}

async fn a_model_that_refuses_or_is_gone_is_asked_twice_and_people_take_over(
    world: &mut World,
) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    let Some(mut model) = Model::start().await? else { return Ok(()) };
    let brief = format!("{PLENTY}system_prompt: Be brief.\n");
    let long = format!("{PLENTY}system_prompt: {}\n", "Be brief. ".repeat(2_000));
    let answered = "The model answered with the status";
    let cases = [
        ("sk-of-nobody", &brief, "the key is wrong", format!("{answered} 401: the key is refused")),
        (KEY, &long, "the prompt is long", format!("{answered} 400: it was told more than it")),
        (KEY, &brief, "it is gone", "The bot could not be reached".to_owned()),
    ];
    for (number, (key, settings, said, why)) in (1..).zip(cases) {
        model.answers(&alex, key, settings).await?;
        if said == "it is gone" {
            model.child.kill().await?;
        }
        let customer = world.customer(PAGE, number)?;
        customer.says(said).await?;
        assert_eq!(customer.receives(1).await?, [shop::ONE_MOMENT], "{said}");
        let why = format!("The bot failed, so it is your turn. {why}");
        people_read(&alex, said, &why).await?;
        wait::until("both attempts are counted", async || match failures(world).await? {
            count if count == u64::from(number) * 2 => Ok(()),
            count => Err(format!("{said}: {count}").into()),
        })
        .await?;
    }
    Ok(())
}
