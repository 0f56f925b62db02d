//! What a bot of Meta's platform does beside conversations: it sets up what customers see before they
//! write, speaks as a persona, shows what is on Facebook, answers comments in private, and hears at once
//! or later what Meta does not take.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World, both_modes,
    meta_bot::{self, MetaBot},
    shop::{self, Account, INSTAGRAM, PAGE, WHATSAPP},
    simulator::Customer,
    wait,
};

both_modes!(
    a_bot_sets_up_what_customers_see_and_speaks_as_a_persona,
    a_bot_answers_comments_in_private_and_talks_nobody_over,
    a_bot_hears_what_whatsapp_does_not_take,
    a_bot_writes_first_on_whatsapp,
);

/// A bot at work for an account.
struct Bot<'a> {
    world: &'a World,
    meta: MetaBot,
    token: String,
}

impl<'a> Bot<'a> {
    fn start(world: &'a World, account: Account, fields: &str) -> Outcome<Self> {
        let meta = MetaBot::start()?;
        let (webhook, verify) = (meta.webhook(), meta_bot::VERIFY);
        let settings = format!("webhook: {webhook}\nverify_token: {verify}\nfields: [{fields}]\n");
        let name = format!("Bot of {}", account.external_id);
        let token = meta_bot::set_up_as(world, &name, account, &settings)?;
        Ok(Self { world, meta, token })
    }

    async fn calls(&self, method: Method, path: &str, body: &Value) -> Outcome<(u16, Value)> {
        let url = format!("{}/graph/v25.0/{path}", self.world.door());
        self.meta.calls(method, &url, (&self.token, body)).await
    }

    /// What is taken.
    async fn does(&self, method: Method, path: &str, body: &Value) -> Outcome<Value> {
        let (status, answer) = self.calls(method, path, body).await?;
        assert_eq!(status, 200, "{path}: {answer}");
        Ok(answer)
    }

    /// What is refused; Meta's code and subcode.
    async fn is_refused(&self, path: &str, body: &Value) -> Outcome<(i64, Option<i64>)> {
        let (status, answer) = self.calls(Method::POST, path, body).await?;
        assert!(status >= 400, "{path}: {answer}");
        let number = |key: &str| answer.pointer(key).and_then(Value::as_i64);
        Ok((number("/error/code").ok_or("it has no code")?, number("/error/error_subcode")))
    }
}

async fn a_bot_sets_up_what_customers_see_and_speaks_as_a_persona(world: &mut World) -> Outcome {
    let bot = Bot::start(world, PAGE, "message_echoes")?;
    let menu = json!([{"type": "postback", "title": "Opening hours", "payload": "HOURS"}]);
    let menu = json!([{"locale": "default", "composer_input_disabled": false,
        "call_to_actions": menu}]);
    let profile = json!({"get_started": {"payload": "START"}, "persistent_menu": menu});
    let done = bot.does(Method::POST, "me/messenger_profile", &profile).await?;
    assert_eq!(done, json!({"result": "success"}));
    let path = format!("{}/messenger_profile?fields=persistent_menu", PAGE.sender_id);
    let read = bot.does(Method::GET, &path, &json!({})).await?;
    assert_eq!(read.pointer("/data/0/persistent_menu"), Some(&menu), "{read}");
    let nlp = bot.does(Method::POST, "me/nlp_configs?nlp_enabled=true", &json!({})).await?;
    assert_eq!(nlp, json!({"success": true}));
    let bare = json!({"fields": ["get_started"]});
    let (status, refused) = bot.calls(Method::DELETE, "me/messenger_profile", &bare).await?;
    let code = refused.pointer("/error/error_subcode");
    assert_eq!((status, code), (400, Some(&json!(2_018_145))), "Meta's own: a menu needs it");

    let persona = json!({"name": "Kim of Repairs",
        "profile_picture_url": "https://shop.example/kim.png"});
    let made = bot.does(Method::POST, "me/personas", &persona).await?;
    let persona = made.get("id").ok_or("it has no id")?;
    let customer = world.customer(PAGE, 1)?;
    customer.says("My shoe is broken").await?;
    bot.meta.hears(1).await?;
    let own = json!({"psid": customer.id(), "persistent_menu": menu});
    let done = bot.does(Method::POST, "me/custom_user_settings", &own).await?;
    assert_eq!(done, json!({"result": "success"}));
    let to = json!({"id": customer.id()});
    let says = json!({"recipient": to, "message": {"text": "Show me"}, "persona_id": persona});
    bot.does(Method::POST, "me/messages", &says).await?;
    assert_eq!(customer.receives(1).await?, ["Show me"]);
    let film = json!({"media_type": "video",
        "url": "https://www.facebook.com/cornershop/videos/10153231379946729/"});
    let film = json!({"attachment": {"type": "template",
        "payload": {"template_type": "media", "elements": [film]}}});
    let shows = json!({"recipient": to, "message": film});
    bot.does(Method::POST, "me/messages", &shows).await?;
    customer.receives(2).await?;
    let shown = customer.shown().await?;
    let personas: Vec<_> = shown.iter().map(|one| one.get("persona")).collect();
    assert_eq!(personas, [Some(&json!("Kim of Repairs")), None], "{shown:?}");
    let film = shown.last().and_then(|one| one.pointer("/content/attachment/payload"));
    assert_eq!(film.and_then(|it| it.get("template_type")), Some(&json!("media")), "{shown:?}");

    let kim = persona.as_str().ok_or("its id is no text")?;
    let read = bot.does(Method::GET, kim, &json!({})).await?;
    assert_eq!(read.get("name"), Some(&json!("Kim of Repairs")), "{read}");
    bot.does(Method::DELETE, kim, &json!({})).await?;
    for node in [kim, customer.id(), "1"] {
        let (status, answer) = bot.calls(Method::DELETE, node, &json!({})).await?;
        let code = answer.pointer("/error/error_subcode");
        assert_eq!((status, code), (400, Some(&json!(33))), "{node}: {answer}");
    }
    Ok(())
}

async fn a_bot_answers_comments_in_private_and_talks_nobody_over(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    // For a comment that is answered, and for a person who has the conversation.
    let on_page = ((10_900, None), (10, Some(2_018_300)));
    let on_instagram = ((100, Some(2_534_025)), (100, Some(2_534_037)));
    for (account, field, codes) in [(PAGE, "feed", on_page), (INSTAGRAM, "comments", on_instagram)]
    {
        let bot = Bot::start(world, account, field)?;
        let customer = world.customer(account, 1)?;
        let comments = async || -> Outcome<String> {
            let from = json!({"id": customer.id(), "name": "Al Roe", "username": "al"});
            let comment = json!({"comment": {"from": from, "message": "How much?",
                "text": "How much?"}});
            let path = format!("accounts/{}/events", account.external_id);
            let made = world.simulator()?.change(Method::POST, &path, &comment).await?;
            let id = made.get("id").and_then(Value::as_str).ok_or("it has no id")?.to_owned();
            let told = |body: &Value| {
                let change = body.pointer("/entry/0/changes/0")?;
                let value = change.get("value")?;
                let named = value.get("comment_id").or_else(|| value.get("id"));
                (change.get("field")? == field && named? == &json!(id)).then_some(())
            };
            bot.meta.hears_of("the comment", told).await?;
            Ok(id)
        };
        let reply = |comment: &str, text: &str| json!({"recipient": {"comment_id": comment}, "message": {"text": text}});
        let path = format!("{}/messages", account.sender_id);
        let first = comments().await?;
        let sent = bot.does(Method::POST, &path, &reply(&first, "It is five")).await?;
        assert_eq!(sent.get("recipient_id"), Some(&json!(customer.id())), "{sent}");
        assert_eq!(customer.receives(1).await?, ["It is five"]);
        let twice = bot.is_refused(&path, &reply(&first, "Really")).await?;
        assert_eq!(twice, codes.0);

        // Its echo began a conversation; what the customer answers is the bot's turn.
        customer.says("And in red?").await?;
        bot.meta.hears(1).await?;
        let id = alex.conversation_with("And in red?").await?.id;
        let said = |line: &switchboard_tests::desk::Message| line.text() == "It is five";
        alex.sees(&id, "what the bot wrote in private", |all| all.iter().any(said)).await?;

        customer.says("/live_agent").await?;
        alex.sees_status(&id, "waiting").await?;
        let second = comments().await?;
        let over = bot.is_refused(&path, &reply(&second, "Me again")).await?;
        assert_eq!(over, codes.1);
    }
    Ok(())
}

async fn a_bot_hears_what_whatsapp_does_not_take(world: &mut World) -> Outcome {
    let bot = Bot::start(world, WHATSAPP, "message_template_status_update")?;
    let customer = world.customer(WHATSAPP, 1)?;
    customer.says("Hello").await?;
    bot.meta.hears(1).await?;
    let path = format!("{}/messages", WHATSAPP.sender_id);
    let template = |name: &str| template(&customer, name);
    assert_eq!(bot.is_refused(&path, &template("nobody_made_it")).await?, (132_001, None));

    // Meta has it, and nobody has told us.
    is_made(world, "moved", "We have moved").await?;
    bot.does(Method::POST, &path, &template("moved")).await?;
    assert_eq!(customer.receives(1).await?, ["We have moved"]);

    let listed = format!("{}/message_templates?fields=name,status&limit=100", shop::WABA);
    let listed = bot.does(Method::GET, &listed, &json!({})).await?;
    assert!(listed.to_string().contains("\"moved\""), "{listed}");

    let fault =
        json!({"account": WHATSAPP.external_id, "kind": "refuse", "code": 131_051, "next": 1});
    world.simulator()?.change(Method::POST, "faults", &fault).await?;
    let text = json!({"messaging_product": "whatsapp", "to": customer.id(), "type": "text",
        "text": {"body": "Not taken"}});
    let sent = bot.does(Method::POST, &path, &text).await?;
    let id = sent.pointer("/messages/0/id").cloned().ok_or("it has no id")?;
    let failed = |body: &Value| {
        let status = meta_bot::item(body)?.pointer("/statuses/0")?;
        let is_it = status.get("id")? == &id && status.get("status")? == "failed";
        is_it.then(|| status.pointer("/errors/0/code").cloned())
    };
    let code = bot.meta.hears_of("what failed", failed).await?;
    assert_eq!(code, Some(json!(131_051)));
    wait::until("no limit was broken", async || match world.simulator()?.violations().await? {
        0 => Ok(()),
        count => Err(format!("{count} were").into()),
    })
    .await
}

/// As a shop tells that an order is on its way, whose customer has never written.
async fn a_bot_writes_first_on_whatsapp(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    let bot = Bot::start(world, WHATSAPP, "message_reads")?;
    let path = format!("{}/messages", WHATSAPP.sender_id);
    is_made(world, "on_its_way", "Your order is on its way").await?;
    let customer = world.customer(WHATSAPP, 1)?;
    customer.is_known().await?;
    let text = json!({"messaging_product": "whatsapp", "to": customer.id(), "type": "text",
        "text": {"body": "Hello"}});
    assert_eq!(bot.is_refused(&path, &text).await?, (131_047, None), "only templates begin");
    let sent = bot.does(Method::POST, &path, &template(&customer, "on_its_way")).await?;
    assert_eq!(sent.pointer("/contacts/0/wa_id"), Some(&json!(customer.id())));
    assert_eq!(customer.receives(1).await?, ["Your order is on its way"]);
    let id = sent.pointer("/messages/0/id").cloned().ok_or("it has no id")?;
    let arrived = |body: &Value| {
        let status = meta_bot::item(body)?.pointer("/statuses/0")?;
        (status.get("id")? == &id && status.get("status")? == "delivered").then_some(())
    };
    bot.meta.hears_of("its arrival", arrived).await?;

    customer.says("When will it be here?").await?;
    bot.meta.hears(1).await?;
    let answers = json!({"messaging_product": "whatsapp", "to": customer.id(), "type": "text",
        "text": {"body": "Tomorrow"}});
    bot.does(Method::POST, &path, &answers).await?;
    assert_eq!(customer.receives(2).await?.last().map(String::as_str), Some("Tomorrow"));
    let conversation = alex.conversation_with("When will it be here?").await?.id;
    let first = |line: &switchboard_tests::desk::Message| line.author.kind == "bot";
    alex.sees(&conversation, "what began it", |all| all.first().is_some_and(first)).await?;

    // Of a number that nobody has it is told later, as by Meta.
    let fault =
        json!({"account": WHATSAPP.external_id, "kind": "refuse", "code": 131_026, "next": 1});
    world.simulator()?.change(Method::POST, "faults", &fault).await?;
    let nobody = world.simulator()?.customer(WHATSAPP, "15550009999");
    let sent = bot.does(Method::POST, &path, &template(&nobody, "on_its_way")).await?;
    let id = sent.pointer("/messages/0/id").cloned().ok_or("it has no id")?;
    let failed = |body: &Value| {
        let status = meta_bot::item(body)?.pointer("/statuses/0")?;
        (status.get("id")? == &id).then(|| status.pointer("/errors/0/code").cloned())
    };
    assert_eq!(bot.meta.hears_of("what failed", failed).await?, Some(json!(131_026)));
    Ok(())
}

fn template(to: &Customer, name: &str) -> Value {
    json!({"messaging_product": "whatsapp", "to": to.id(), "type": "template",
        "template": {"name": name, "language": {"code": "en_US"}}})
}

/// A template is approved at Meta, and nobody has told us.
async fn is_made(world: &World, name: &str, body: &str) -> Outcome {
    let components = json!([{"type": "BODY", "text": body}]);
    let made = json!({"waba": shop::WABA, "name": name, "language": "en_US",
        "category": "UTILITY", "components": components});
    world.simulator()?.change(Method::POST, "templates", &made).await.map(drop)
}
