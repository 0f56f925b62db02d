//! What a bot of Meta's platform says by templates: a picture above, cards below, and an offer that ends,
//! as Meta's own sample shop does (Jasper's Market).

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World, both_modes,
    meta_bot::{self, MetaBot},
    shop::{self, WHATSAPP},
};

both_modes!(a_bot_fills_in_pictures_cards_and_an_offer);

/// Two templates at Meta, known here.
async fn approved(world: &World) -> Outcome {
    let simulator = world.simulator()?;
    let picture =
        json!({"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::a"]}});
    let card = |text: &str| {
        let link = json!({"type": "URL", "text": "Cook it", "url": "https://shop.example/{{1}}",
            "example": ["https://shop.example/soup"]});
        json!({"components": [picture, {"type": "BODY", "text": text},
            {"type": "BUTTONS", "buttons": [link]}]})
    };
    let recipes = json!([{"type": "BODY", "text": "Recipes of today"},
        {"type": "CAROUSEL", "cards": [card("Soup"), card("Salad")]}]);
    let offer = json!([picture,
        {"type": "LIMITED_TIME_OFFER",
            "limited_time_offer": {"text": "Expiring!", "has_expiration": true}},
        {"type": "BODY", "text": "Strawberries are 20% off"},
        {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "BERRIES20"},
            {"type": "URL", "text": "Shop now", "url": "https://shop.example/"}]}]);
    for (name, components) in [("recipes", recipes), ("offer", offer)] {
        let template = json!({"waba": shop::WABA, "name": name, "language": "en_US",
            "category": "MARKETING", "components": components});
        simulator.change(Method::POST, "templates", &template).await?;
    }
    let alex = world.agent(shop::ALEX).await?;
    let account = alex.account(WHATSAPP.external_id).await?.id;
    let sync = format!("accounts/{account}/templates/sync");
    alex.sends(Method::POST, &sync, &json!({})).await.map(drop)
}

fn header(image: &Value) -> Value {
    json!({"type": "header", "parameters": [{"type": "image", "image": image}]})
}

/// What Meta was sent last, which it took.
async fn sent(world: &World, name: &str) -> Outcome<Value> {
    let path = format!("received?account={}&accepted=true&min=1", WHATSAPP.external_id);
    let received: Value = world.simulator()?.get(&path).await?;
    let all = received.get("received").and_then(Value::as_array).ok_or("no list")?;
    let of = |one: &Value| {
        let template = one.pointer("/body/template")?;
        (template.get("name")? == name).then(|| template.clone())
    };
    all.iter().rev().find_map(of).ok_or_else(|| format!("no {name} in {received}").into())
}

async fn a_bot_fills_in_pictures_cards_and_an_offer(world: &mut World) -> Outcome {
    approved(world).await?;
    let bot = MetaBot::start()?;
    let token = meta_bot::set_up(world, WHATSAPP, &bot.webhook())?;
    let customer = world.customer(WHATSAPP, 1)?;
    customer.says("What is fresh?").await?;
    bot.hears(1).await?;

    let me = format!("{}/graph/v25.0/{}", world.door(), WHATSAPP.sender_id);
    let simulator = world.simulator()?;
    let picture = simulator.bytes(&simulator.picture()).await?;
    let fields = [("messaging_product", "whatsapp".to_owned())];
    let media = format!("{me}/media");
    let kept = bot.uploads((&media, &token), &fields, ("file", picture)).await?.1;
    let (uploaded, linked) = (json!({"id": kept.get("id")}), json!({"link": simulator.picture()}));
    let says = async |name: &str, components: Value| {
        let template = json!({"name": name, "language": {"code": "en_US"},
            "components": components});
        let body = json!({"messaging_product": "whatsapp", "to": customer.id(),
            "type": "template", "template": template});
        bot.calls(Method::POST, &format!("{me}/messages"), (&token, &body)).await
    };

    let card = |index: u8, image: &Value| {
        let button = json!({"type": "button", "sub_type": "url", "index": 0,
            "parameters": [{"type": "text", "text": "today"}]});
        json!({"card_index": index, "components": [header(image), button]})
    };
    let carousel = json!([{"type": "carousel", "cards": [card(0, &uploaded), card(1, &linked)]}]);
    let (status, answer) = says("recipes", carousel).await?;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(customer.receives(1).await?, ["Recipes of today"]);
    let recipes = sent(world, "recipes").await?;
    let image = |card: usize| {
        let place = format!("/components/0/cards/{card}/components/0/parameters/0/image");
        recipes.pointer(&place).cloned().unwrap_or_default()
    };
    assert!(
        image(0).get("id").is_some_and(|id| Some(id) != kept.get("id")),
        "Meta's own: {recipes}"
    );
    assert_eq!(image(1), linked);

    let ends = json!({"expiration_time_ms": 1_900_000_000_000_i64});
    let offer = json!([header(&uploaded),
        {"type": "limited_time_offer",
            "parameters": [{"type": "limited_time_offer", "limited_time_offer": ends}]},
        {"type": "button", "sub_type": "copy_code", "index": 0,
            "parameters": [{"type": "coupon_code", "coupon_code": "BERRIES20"}]}]);
    let (status, answer) = says("offer", offer).await?;
    assert_eq!(status, 200, "{answer}");
    customer.receives(2).await?;
    let offer = sent(world, "offer").await?.to_string();
    assert!(offer.contains("1900000000000") && offer.contains("BERRIES20"), "{offer}");

    let alex = world.agent(shop::ALEX).await?;
    let id = alex.conversation_with("What is fresh?").await?.id;
    let reads = "Recipes of today\n\u{2022} Soup\n\u{2022} Salad";
    alex.sees(&id, "agents read the cards", |all| all.iter().any(|one| one.text() == reads))
        .await?;
    Ok(())
}
