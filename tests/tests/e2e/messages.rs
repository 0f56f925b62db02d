//! Messages of customers: from the phone to the desk, and the assistant's answer back, once.

use switchboard_domain::Channel;
use switchboard_tests::{Outcome, World, both_modes, desk::Message, shop};

both_modes!(hello_is_answered_on_each_channel);

async fn hello_is_answered_on_each_channel(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    for account in shop::ACCOUNTS {
        let channel = account.channel;
        let hello = format!("hello on {channel} \u{1f44b}");
        let customer = world.customer(account, 1)?;
        customer.says(&hello).await?;
        assert_eq!(customer.receives(2).await?, shop::GREETING, "{channel}");
        let conversation = alex.conversation_with(&hello).await?;
        // Instagram tells only what was read.
        if channel != Channel::Instagram {
            alex.sees(&conversation.id, "both are delivered", are("delivered", 2)).await?;
        }
        customer.looks().await?;
        let arrived = alex.sees(&conversation.id, "they are read", are("read", 2)).await?;
        let lines: Vec<_> = arrived.iter().map(|message| message.line()).collect();
        let [first, second] = shop::GREETING;
        assert_eq!(lines, [("customer", &*hello), ("bot", first), ("bot", second)], "{channel}");
        world.simulator()?.idle().await?;
        assert_eq!(customer.phone().await?.len(), 2, "{channel}: nothing came twice");
    }
    assert_eq!(world.simulator()?.violations().await?, 0);
    Ok(())
}

/// Whether so many messages of the transcript have that status.
fn are(status: &str, count: usize) -> impl Fn(&[Message]) -> bool {
    move |transcript| transcript.iter().filter(|message| message.status == status).count() == count
}
