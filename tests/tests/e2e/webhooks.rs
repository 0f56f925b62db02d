//! Webhook bodies made by hand: what Meta may send beside what the simulator plays.

use std::{fs, path::Path};

use reqwest::StatusCode;
use serde_json::{Value, json};
use switchboard_tests::{
    Outcome, World, both_modes, meta,
    shop::{self, Account, INSTAGRAM, PAGE, WHATSAPP},
    wait,
};

both_modes!(
    bodies_posted_by_hand_are_answered,
    real_bodies_are_answered,
    a_body_posted_five_times_at_once_is_one_message,
    what_belongs_to_no_conversation_is_kept_and_shown,
    a_wrong_signature_is_refused,
);

async fn bodies_posted_by_hand_are_answered(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    for account in shop::ACCOUNTS {
        let channel = account.channel;
        let customer = world.customer(account, 1)?;
        customer.is_known().await?;
        let said = format!("hello \u{1f600} w\u{f6}rld/{channel}");
        let body = meta::text(account, customer.id(), &format!("m_{channel}"), &said);
        world.meta()?.deliver(&meta::escaped(&body)).await?;
        let conversation = alex.conversation_with(&said).await?;
        assert_eq!(conversation.status, "bot", "{channel}");
        assert_eq!(customer.receives(2).await?, shop::GREETING, "{channel}");
    }
    Ok(())
}

/// A real body, the account it is made to be about, its customer, and what is said to it.
const REAL: [(&str, Account, &str, [&str; 2]); 3] = [
    ("messenger/restfb-restfb__messaging-message-basic.json", PAGE, "987654321432", shop::GREETING),
    (
        "instagram/restfb-restfb__messaging-attachment-unsupported.json",
        INSTAGRAM,
        "5614879045272581",
        [shop::UNSURE, shop::ONE_MOMENT],
    ),
    (
        "whatsapp/restfb-restfb__webhook-incoming-message-text.json",
        WHATSAPP,
        "491234567890",
        [shop::UNSURE, shop::ONE_MOMENT],
    ),
];

/// Where the corpus of real bodies is kept, beside the repository and not in it.
const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpus");

async fn real_bodies_are_answered(world: &mut World) -> Outcome {
    if !Path::new(CORPUS).exists() {
        return Ok(());
    }
    for (file, account, id, answers) in REAL {
        let mut body: Value = serde_json::from_slice(&fs::read(Path::new(CORPUS).join(file))?)?;
        make_it_about(account, &mut body);
        let customer = world.simulator()?.customer(account, id);
        customer.is_known().await?;
        world.meta()?.deliver(body.to_string().as_bytes()).await?;
        assert_eq!(customer.receives(2).await?, answers, "{file}");
    }
    Ok(())
}

fn make_it_about(account: Account, body: &mut Value) {
    let places = [
        "/entry/0/id",
        "/entry/0/messaging/0/recipient/id",
        "/entry/0/changes/0/value/metadata/phone_number_id",
    ];
    for place in places {
        if let Some(id) = body.pointer_mut(place) {
            *id = account.external_id.into();
        }
    }
}

async fn a_body_posted_five_times_at_once_is_one_message(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    for account in shop::ACCOUNTS {
        let customer = world.customer(account, 1)?;
        customer.is_known().await?;
        let said = format!("hello five times on {}", account.channel);
        let body = meta::escaped(&meta::text(account, customer.id(), "m_five", &said));
        let meta = world.meta()?;
        let posts = (0..5).map(|_| meta.deliver(&body));
        futures_util::future::try_join_all(posts).await?;
        let conversation = alex.conversation_with(&said).await?;
        assert_eq!(customer.receives(2).await?, shop::GREETING);
        // What came after it in the same lane has been worked off: so have the repeats.
        let last = meta::text(account, customer.id(), "m_last", "hours");
        meta.deliver(&meta::escaped(&last)).await?;
        let answers = customer.receives(3).await?;
        assert_eq!(answers.last().map(String::as_str), Some(shop::HOURS));
        let transcript = alex.transcript(&conversation.id).await?;
        let customers = transcript.iter().filter(|message| message.is_customers());
        assert_eq!(customers.map(|message| message.text()).collect::<Vec<_>>(), [&*said, "hours"]);
    }
    Ok(())
}

async fn what_belongs_to_no_conversation_is_kept_and_shown(world: &mut World) -> Outcome {
    let (alex, ann) = (world.agent(shop::ALEX).await?, world.agent(shop::ANN).await?);
    let stranger = Account { external_id: "999000000000009", ..PAGE };
    let nowhere = meta::text(stranger, "9101", "m_nowhere", "is anybody there?");
    let future = json!({
        "object": "page",
        "entry": [{ "id": PAGE.external_id, "time": 1_790_000_000_999_u64, "changes": [{
            "field": "levitation", "value": { "height": "2 m", "who": "9101" },
        }] }],
    });
    let unheard_of = json!({ "object": "carrier_pigeon", "entry": [{ "id": "1", "coo": true }] });
    for body in [&nowhere, &future, &unheard_of] {
        world.meta()?.deliver(&meta::escaped(body)).await?;
    }
    let kept = wait::until("the three events are kept", async || {
        let kept = alex.unrouted().await?;
        if kept.len() < 3 { Err(format!("there are {kept:?}").into()) } else { Ok(kept) }
    })
    .await?;
    for (account, raw) in
        [(stranger.external_id, "is anybody there?"), (PAGE.external_id, "2 m"), ("1", "coo")]
    {
        let shown = kept.iter().any(|event| event.account == account && event.raw.contains(raw));
        assert!(shown, "{raw:?} of {account:?} is not in {kept:#?}");
    }
    assert_eq!(kept.len(), 3);
    assert!(ann.unrouted().await.is_err(), "only administrators see them");
    assert!(alex.conversations("").await?.is_empty());
    Ok(())
}

async fn a_wrong_signature_is_refused(world: &mut World) -> Outcome {
    let customer = world.customer(PAGE, 1)?;
    let body = meta::escaped(&meta::text(PAGE, customer.id(), "m_forged", "hello, I am Meta"));
    let forger = world.forger()?;
    assert_eq!(forger.post(&body).await?.status, StatusCode::UNAUTHORIZED);
    // The same bytes, honestly signed, are the first of their kind.
    customer.is_known().await?;
    world.meta()?.deliver(&body).await?;
    assert_eq!(customer.receives(2).await?, shop::GREETING);
    Ok(())
}
