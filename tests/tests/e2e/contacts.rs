//! Contacts: whom nobody wants to hear from, and hears from again.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_tests::{Outcome, World, both_modes, desk::Agent, shop, wait};

both_modes!(a_blocked_customer_is_kept_and_wakes_nobody);

/// Waits until the desk says that the customer is blocked, or is not.
async fn sees_blocked(alex: &Agent, id: &str, blocked: bool) -> Outcome<Value> {
    wait::until(&format!("the customer is blocked: {blocked}"), async || {
        let shown: Value = alex.read(&format!("conversations/{id}")).await?;
        match shown.get("blocked").is_some_and(Value::is_object) == blocked {
            true => Ok(shown),
            false => Err(format!("it is {shown}").into()),
        }
    })
    .await
}

/// Which messages of the transcript came while the customer was blocked.
async fn greyed(alex: &Agent, id: &str) -> Outcome<Vec<String>> {
    let page: Value = alex.read(&format!("conversations/{id}/messages?limit=200")).await?;
    let all = page.get("messages").and_then(Value::as_array).ok_or("no messages")?.iter();
    let greyed = all.filter(|said| said.pointer("/context/blocked") == Some(&json!(true)));
    let text = |said: &Value| said.pointer("/content/text").and_then(Value::as_str).map(Into::into);
    Ok(greyed.filter_map(text).collect())
}

async fn a_blocked_customer_is_kept_and_wakes_nobody(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    for account in shop::ACCOUNTS {
        let customer = world.customer(account, 1)?;
        let asked = format!("hello from {}", account.channel);
        customer.says(&asked).await?;
        customer.receives(2).await?;
        let id = alex.conversation_with(&asked).await?.id;
        let shown = sees_blocked(&alex, &id, false).await?;
        let contact = shown.pointer("/contact/id").and_then(Value::as_str).ok_or("nobody")?;
        let reason = json!({ "reason": "Insults colleagues" });
        alex.write(Method::POST, &format!("contacts/{contact}/block"), &reason).await?;
        sees_blocked(&alex, &id, true).await?;

        for text in ["hours", "/live_agent"] {
            customer.says(text).await?;
        }
        wait::until("what they wrote is kept", async || {
            let kept = greyed(&alex, &id).await?;
            match kept == ["hours", "/live_agent"] {
                true => Ok(()),
                false => Err(format!("kept is {kept:?}").into()),
            }
        })
        .await?;
        let shown = sees_blocked(&alex, &id, true).await?;
        assert_eq!(shown.get("status"), Some(&json!("resolved")));
        assert_eq!(shown.get("unread"), Some(&json!(0)));
        assert!(alex.conversations("status=waiting").await?.is_empty());
        let refused = alex.replies(&id, "No.").await;
        let refused = refused.err().ok_or("a blocked customer was written to")?;
        assert!(refused.to_string().contains("Insults colleagues"), "{refused}");

        alex.write(Method::POST, &format!("contacts/{contact}/unblock"), &json!({})).await?;
        sees_blocked(&alex, &id, false).await?;
        customer.says("hours").await?;
        let heard = customer.receives(3).await?;
        assert_eq!(heard.get(2).map(String::as_str), Some(shop::HOURS), "and nothing before");
    }
    Ok(())
}
