//! Bots that were written for Meta's platform: told by Meta's own webhooks, they speak by the Graph
//! API, their words go through our queues, and they are silent while a person has the conversation.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World, both_modes,
    desk::Agent,
    meta_bot::{self, MetaBot},
    shop::{self, Account, PAGE, WHATSAPP},
    simulator::Customer,
    wait,
};

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
                "text": {"body": text}}),
            false => json!({"recipient": {"id": to}, "messaging_type": "RESPONSE",
                "message": {"text": text}}),
        };
        let url = format!("{}/{node}/messages", self.graph);
        self.bot.calls(Method::POST, &url, (&self.token, &body)).await
    }

    /// It is taken, and reaches the customer with all that came before.
    async fn arrives(&self, text: &str, count: usize) -> Outcome {
        let (status, answer) = self.bot_says(text).await?;
        assert_eq!(status, 200, "{answer}");
        let phone = self.customer.receives(count).await?;
        assert_eq!(phone.last().map(String::as_str), Some(text), "{phone:?}");
        Ok(())
    }

    /// It is refused as Meta refuses it, and nothing reaches the customer.
    async fn is_refused(&self, text: &str, code: u32, count: usize) -> Outcome {
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

async fn a_bot_speaks_and_is_silent_while_a_person_has_the_conversation(
    world: &mut World,
) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    for account in [PAGE, WHATSAPP] {
        let bot = MetaBot::start()?;
        let token = meta_bot::set_up(world, account, &bot.webhook())?;
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
    scene.arrives("Good day to you", 1).await?;
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
    scene.is_refused("Me too", 10, 3).await?;
    scene.alex.replies(&id, "Alex here").await?;
    scene.becomes(&id, "agent").await?;
    scene.customer.receives(4).await?;
    scene.is_refused("Still me", 10, 4).await?;
    scene.alex.does(&id, "return-to-bot").await?;
    scene.becomes(&id, "bot").await?;
    scene.arrives("It is me again", 5).await?;

    // It passes the conversation on itself.
    scene.customer.says("I want my money back").await?;
    scene.bot.hears(2).await?;
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
