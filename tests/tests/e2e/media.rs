//! Files, both ways: what a customer sends is kept with us and shown at the desk, what an agent
//! uploads reaches the phone.

use reqwest::Method;
use serde_json::json;
use switchboard_domain::Channel;
use switchboard_tests::{
    Outcome, World, both_modes,
    desk::{Agent, Message},
    shop::{self, INSTAGRAM, PAGE},
    wait,
};

both_modes!(
    a_customers_picture_is_kept_and_shown,
    an_agents_file_reaches_the_phone,
    what_is_unsent_leaves_no_file,
);

/// A picture of one dot.
const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
\0\0\0\rIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82";

/// The latest message with a file that is in that state.
async fn file_of(agent: &Agent, conversation: &str, state: &'static str) -> Outcome<String> {
    let in_state = move |message: &Message| {
        message.file.as_ref().filter(|file| file.state == state).map(|file| file.id.clone())
    };
    let seen = agent
        .sees(conversation, &format!("a file is {state}"), |transcript| {
            transcript.iter().any(|message| in_state(message).is_some())
        })
        .await?;
    seen.iter().rev().find_map(in_state).ok_or_else(|| "it is gone again".into())
}

async fn a_customers_picture_is_kept_and_shown(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    let sample = world.simulator()?.picture();
    for account in shop::ACCOUNTS {
        let customer = world.customer(account, 1)?;
        let hello = format!("a picture on {}", account.channel);
        customer.says(&hello).await?;
        let conversation = alex.conversation_with(&hello).await?.id;
        customer.plays(&json!({ "image": { "url": sample } })).await?;
        let file = file_of(&alex, &conversation, "stored").await?;
        let (kind, bytes) = alex.reads_bytes(&format!("media/{file}")).await?;
        assert_eq!(kind, "image/png", "{}", account.channel);
        assert_eq!(bytes, world.simulator()?.bytes(&sample).await?, "{}", account.channel);
    }
    Ok(())
}

async fn an_agents_file_reaches_the_phone(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    for account in shop::ACCOUNTS {
        let customer = world.customer(account, 1)?;
        let hello = format!("send me one on {}", account.channel);
        customer.says(&hello).await?;
        let id = alex.conversation_with(&hello).await?.id;
        let path = format!("conversations/{id}/attachments?filename=dot.png");
        let file = alex.uploads(&path, PNG.to_vec()).await?;
        let media = file.get("media_id").cloned().unwrap_or_default();
        let content = json!({ "type": "media", "kind": "image", "media_id": media });
        let path = format!("conversations/{id}/messages");
        alex.sends(Method::POST, &path, &json!({ "content": content })).await?;
        let url = wait::until("the picture is on the phone", async || {
            let shown = customer.shown().await?;
            let mut urls =
                shown.iter().filter_map(|one| one.pointer("/attachments/0/url")?.as_str());
            urls.next_back().map(str::to_owned).ok_or_else(|| format!("there is {shown:?}").into())
        })
        .await?;
        assert_eq!(world.simulator()?.bytes(&url).await?, PNG, "{}", account.channel);
        alex.sees(&id, "it was sent", |transcript| {
            let last = transcript.iter().rev().find(|message| message.author.kind == "agent");
            last.is_some_and(|last| {
                let stored = last.file.as_ref().is_some_and(|file| file.state == "stored");
                stored && matches!(&*last.status, "sent" | "delivered" | "read")
            })
        })
        .await?;
    }
    assert_eq!(world.simulator()?.violations().await?, 0);
    Ok(())
}

async fn what_is_unsent_leaves_no_file(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    let sample = world.simulator()?.picture();
    for account in [PAGE, INSTAGRAM] {
        let customer = world.customer(account, 1)?;
        let hello = format!("oops on {}", account.channel);
        customer.says(&hello).await?;
        let id = alex.conversation_with(&hello).await?.id;
        let picture = customer.plays(&json!({ "image": { "url": sample } })).await?;
        let file = file_of(&alex, &id, "stored").await?;
        if account.channel == Channel::Messenger {
            // Messenger tells nothing of what is taken back.
            continue;
        }
        customer.changes(&json!({ "unsend": picture })).await?;
        wait::until("the file is gone", async || {
            match alex.reads_bytes(&format!("media/{file}")).await {
                Ok(_) => Err("it is still there".into()),
                Err(gone) if gone.to_string().contains("404") => Ok(()),
                Err(other) => Err(other),
            }
        })
        .await?;
        let left = alex.transcript(&id).await?;
        assert!(left.iter().all(|message| message.file.is_none()), "{left:?}");
        assert!(left.iter().any(|message| message.content == json!({ "type": "unsent" })));
    }
    Ok(())
}
