//! Bots that were written for Meta's platform: told by Meta's own webhooks, they speak by the Graph
//! API, their words go through our queues, and they are silent while a person has the conversation.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World, both_modes,
    desk::Agent,
    meta_bot::{self, MetaBot},
    shop::{self, Account, INSTAGRAM, PAGE, WHATSAPP},
    simulator::Customer,
    wait,
};

/// The app that the bots take themselves for, and the one that stands for people.
const APP: &str = "4242";
const INBOX: &str = "263902037430900";

both_modes!(a_bot_speaks_and_is_silent_while_a_person_has_the_conversation);

/// A bot at work for an account.
struct Scene<'a> {
    bot: &'a MetaBot,
    alex: &'a Agent,
    account: Account,
    customer: Customer,
    token: String,
    graph: String,
}

impl Scene<'_> {
    /// The bot writes a text, as the channel's API wants it.
    async fn bot_says(&self, text: &str) -> Outcome<(u16, Value)> {
        let (node, to) = (self.account.sender_id, self.customer.id());
        let body = match self.account.external_id == WHATSAPP.external_id {
            true => json!({"messaging_product": "whatsapp", "to": to, "type": "text",
                "text": {"body": text}, "biz_opaque_callback_data": "campaign"}),
            false => json!({"recipient": {"id": to}, "messaging_type": "RESPONSE",
                "message": {"text": text, "metadata": "campaign"}}),
        };
        let url = format!("{}/{node}/messages", self.graph);
        self.bot.calls(Method::POST, &url, (&self.token, &body)).await
    }

    /// It is taken, and reaches the customer with all that came before; how the bot knows it.
    async fn arrives(&self, text: &str, count: usize) -> Outcome<String> {
        let (status, answer) = self.bot_says(text).await?;
        assert_eq!(status, 200, "{answer}");
        let phone = self.customer.receives(count).await?;
        assert_eq!(phone.last().map(String::as_str), Some(text), "{phone:?}");
        let id = answer.get("message_id").or_else(|| answer.pointer("/messages/0/id"));
        Ok(id.and_then(Value::as_str).ok_or("it has no id")?.to_owned())
    }

    /// What became of a message is told by the id that the bot knows, with what it attached.
    async fn is_told_of(&self, id: &str) -> Outcome {
        self.customer.looks().await?;
        if self.account.external_id == WHATSAPP.external_id {
            for status in ["sent", "delivered", "read"] {
                let of = |body: &Value| {
                    let told = meta_bot::item(body)?.pointer("/statuses/0")?;
                    (told.get("id")? == id && told.get("status")? == status).then(|| told.clone())
                };
                let told = self.bot.hears_of(status, of).await?;
                assert_eq!(told.get("biz_opaque_callback_data"), Some(&json!("campaign")));
            }
            return Ok(());
        }
        let echo = self
            .bot
            .hears_of("its echo", |body| echo(body, |it| it.get("mid") == Some(&json!(id))));
        let echo = echo.await?;
        let marks = (echo.get("app_id"), echo.get("metadata"));
        let app = json!(APP.parse::<u64>()?);
        assert_eq!(marks, (Some(&app), Some(&json!("campaign"))), "{echo}");
        if self.account.external_id == INSTAGRAM.external_id {
            let read = |body: &Value| {
                let read = meta_bot::item(body)?.pointer("/read/mid")?;
                (read == id).then_some(())
            };
            return self.bot.hears_of("the reading", read).await;
        }
        let delivered = |body: &Value| {
            let mids = meta_bot::item(body)?.pointer("/delivery/mids")?.as_array()?;
            mids.iter().any(|mid| mid == id).then_some(())
        };
        self.bot.hears_of("the delivery", delivered).await?;
        let read = |body: &Value| meta_bot::item(body)?.pointer("/read/watermark").map(drop);
        self.bot.hears_of("the reading", read).await
    }

    /// Who has the conversation is told, and what people say is the inbox's.
    async fn is_told_of_people(&self) -> Outcome {
        if self.account.external_id == WHATSAPP.external_id {
            return Ok(());
        }
        let said = |it: &Value| it.get("text") == Some(&json!("Alex here"));
        let echo = self.bot.hears_of("what Alex says", |body| echo(body, said));
        assert_eq!(echo.await?.get("app_id"), Some(&json!(INBOX.parse::<u64>()?)));
        for (what, from) in [("take_thread_control", APP), ("pass_thread_control", INBOX)] {
            let moved = |body: &Value| meta_bot::item(body)?.get(what).cloned();
            let moved = self.bot.hears_of(what, moved).await?;
            assert_eq!(moved.get("previous_owner_app_id"), Some(&json!(from)), "{moved}");
        }
        Ok(())
    }

    /// It is refused as Meta refuses it, and nothing reaches the customer.
    async fn is_refused(&self, text: &str, count: usize) -> Outcome {
        let code = if self.account.external_id == INSTAGRAM.external_id { 100 } else { 10 };
        let (status, answer) = self.bot_says(text).await?;
        assert!(status >= 400, "{answer}");
        assert_eq!(answer.pointer("/error/code"), Some(&json!(code)), "{answer}");
        assert_eq!(self.customer.receives(count).await?.len(), count);
        Ok(())
    }

    /// The conversation's status, once the desk shows it.
    async fn becomes(&self, id: &str, status: &str) -> Outcome {
        self.alex.sees_status(id, status).await.map(drop)
    }
}

/// What the customer sends the bot can have, and what the bot uploads the customer gets.
async fn files(world: &World, scene: &Scene<'_>) -> Outcome {
    let simulator = world.simulator()?;
    let picture = simulator.bytes(&simulator.picture()).await?;
    let (bot, token) = (scene.bot, scene.token.as_str());
    let me = format!("{}/{}", scene.graph, scene.account.sender_id);
    let (status, answer) = if scene.account.external_id == WHATSAPP.external_id {
        scene.customer.plays(&json!({"image": {"url": simulator.picture()}})).await?;
        let id = |body: &Value| {
            Some(meta_bot::item(body)?.pointer("/messages/0/image/id")?.as_str()?.to_owned())
        };
        let url = format!("{}/{}", scene.graph, bot.hears_of("the picture", id).await?);
        let (status, told) = bot.calls(Method::GET, &url, (token, &json!({}))).await?;
        assert_eq!((status, told.get("mime_type")), (200, Some(&json!("image/png"))), "{told}");
        let url = told.get("url").and_then(Value::as_str).ok_or("it has no url")?;
        assert_eq!(bot.reads(url, token).await?, (200, picture.clone()));
        assert_eq!(bot.reads(url, "of no use").await?.0, 401);

        let media = format!("{me}/media");
        let fields = [("messaging_product", "whatsapp".to_owned())];
        let kept = bot.uploads((&media, token), &fields, ("file", picture)).await?.1;
        let body = json!({"messaging_product": "whatsapp", "to": scene.customer.id(),
            "type": "image", "image": {"id": kept.get("id"), "caption": "Ours"}});
        bot.calls(Method::POST, &format!("{me}/messages"), (token, &body)).await?
    } else {
        let image = json!({"attachment": {"type": "image", "payload": {"is_reusable": true}}});
        let recipient = json!({"id": scene.customer.id()}).to_string();
        let fields = [("recipient", recipient), ("message", image.to_string())];
        let messages = format!("{me}/messages");
        bot.uploads((&messages, token), &fields, ("filedata", picture)).await?
    };
    assert_eq!(status, 200, "{answer}");
    wait::until("the picture is on the phone", async || {
        let shown = scene.customer.shown().await?;
        let last = shown.last().ok_or("nothing is shown")?;
        let files = last.get("attachments").and_then(Value::as_array);
        match files.is_some_and(|files| !files.is_empty()) {
            true => Ok(()),
            false => Err(format!("there is {last}").into()),
        }
    })
    .await
}

/// The echo in a webhook, if it is the one.
fn echo(body: &Value, is_it: impl Fn(&Value) -> bool) -> Option<Value> {
    let message = meta_bot::item(body)?.get("message")?;
    (message.get("is_echo").is_some() && is_it(message)).then(|| message.clone())
}

async fn a_bot_speaks_and_is_silent_while_a_person_has_the_conversation(
    world: &mut World,
) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    for account in [PAGE, INSTAGRAM, WHATSAPP] {
        let bot = MetaBot::start()?;
        let fields = "message_deliveries, message_reads, message_echoes, message_reactions, \
                      messaging_optins, messaging_handovers";
        let settings = format!(
            "webhook: {}\nverify_token: {}\napp_id: '{APP}'\nfields: [{fields}]\n",
            bot.webhook(),
            meta_bot::VERIFY
        );
        let name = format!("Bot of {}", account.external_id);
        let token = meta_bot::set_up_as(world, &name, account, &settings)?;
        let customer = world.customer(account, 1)?;
        let graph = format!("{}/graph/v25.0", world.door());
        let scene = Scene { bot: &bot, alex: &alex, account, customer, token, graph };
        run(world, &scene).await?;
    }
    Ok(())
}

async fn run(world: &World, scene: &Scene<'_>) -> Outcome {
    let hello = format!("Good day, {}", scene.account.channel);
    let said = scene.customer.says(&hello).await?;
    let heard = scene.bot.hears(1).await?;
    let body = heard.first().ok_or("nothing")?.to_string();
    assert!(body.contains(&hello) && body.contains(&said), "Meta's own webhook: {body}");
    let greeting = scene.arrives("Good day to you", 1).await?;
    scene.is_told_of(&greeting).await?;
    scene.arrives("By the way, we are open", 2).await?;
    let id = scene.alex.conversation_with(&hello).await?.id;
    let lines: Vec<_> = scene.alex.transcript(&id).await?;
    let bots = lines.iter().filter(|line| line.author.kind == "bot").count();
    assert_eq!(bots, 2, "{lines:?}");

    // A person is asked for, comes, and gives the conversation back.
    scene.customer.says("/live_agent").await?;
    scene.becomes(&id, "waiting").await?;
    assert_eq!(
        scene.customer.receives(3).await?.last().map(String::as_str),
        Some(shop::ONE_MOMENT)
    );
    scene.is_refused("Me too", 3).await?;
    scene.alex.replies(&id, "Alex here").await?;
    scene.becomes(&id, "agent").await?;
    scene.customer.receives(4).await?;
    scene.is_refused("Still me", 4).await?;
    scene.alex.does(&id, "return-to-bot").await?;
    scene.becomes(&id, "bot").await?;
    scene.is_told_of_people().await?;
    let again = scene.arrives("It is me again", 5).await?;

    // It passes the conversation on itself. What the customer answers is called as it knows it.
    let phone = scene.customer.phone().await?;
    let answered = phone.last().ok_or("nothing is on the phone")?;
    let wants = json!({"text": "I want my money back", "reply_to": answered.id});
    scene.customer.plays(&wants).await?;
    let heard = scene.bot.hears(2).await?;
    let quoted = heard.iter().filter_map(meta_bot::item).find_map(|item| {
        let reply = item.pointer("/message/reply_to/mid");
        reply.or_else(|| item.pointer("/messages/0/context/id"))
    });
    assert_eq!(quoted, Some(&json!(again)), "{heard:?}");
    let pass = json!({"recipient": {"id": scene.customer.id()}, "metadata": "Wants a refund",
        "target_app_id": "263902037430900"});
    let url = format!("{}/me/pass_thread_control", scene.graph);
    let (status, answer) = scene.bot.calls(Method::POST, &url, (&scene.token, &pass)).await?;
    assert_eq!((status, &answer), (200, &json!({"success": true})));
    scene.becomes(&id, "waiting").await?;
    let noted = |line: &switchboard_tests::desk::Message| line.text() == "Wants a refund";
    scene.alex.sees(&id, "what the bot noted", |all| all.iter().any(noted)).await?;
    scene.alex.does(&id, "return-to-bot").await?;
    scene.becomes(&id, "bot").await?;

    files(world, scene).await?;

    // What opened the door opens it no more.
    let name = format!("Bot of {}", scene.account.external_id);
    let listed = world.command(&["bots", "tokens", "--bot", &name], "")?;
    let token = listed.split('\t').next().unwrap_or_default().to_owned();
    world.command(&["bots", "revoke", "--bot", &name, "--token", &token], "")?;
    wait::until("the token is of no use", async || match scene.bot_says("x").await? {
        (401, _) => Ok(()),
        other => Err(format!("the bot was told {other:?}").into()),
    })
    .await
}
