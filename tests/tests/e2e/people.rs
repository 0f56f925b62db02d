//! People at the desk: hand-off, waiting line, replies, and back to the assistant.

use switchboard_tests::{
    Outcome, World, both_modes,
    shop::{self, PAGE, WHATSAPP},
};

both_modes!(
    an_agent_takes_over_and_gives_back,
    the_waiting_line_is_served_in_order_within_capacity,
    help_lists_the_commands,
);

async fn an_agent_takes_over_and_gives_back(world: &mut World) -> Outcome {
    for account in shop::ACCOUNTS {
        let ann = world.agent(shop::ANN).await?;
        let page = ann.open_page().await?;
        ann.is("online").await?;
        let customer = world.customer(account, 1)?;
        let asked = format!("hello from {}", account.channel);
        customer.says(&asked).await?;
        customer.receives(2).await?;
        customer.says("/live_agent").await?;
        assert_eq!(customer.receives(3).await?.last().map(String::as_str), Some(shop::ONE_MOMENT));
        let id = ann.conversation_with(&asked).await?.id;
        let mine = ann.sees_status(&id, "agent").await?;
        assert_eq!(mine.agent_id.as_deref(), Some(&*ann.id));

        customer.says("hours").await?;
        ann.sees(&id, "the question is at the desk", |transcript| {
            transcript.last().is_some_and(|message| message.line() == ("customer", "hours"))
        })
        .await?;
        ann.replies(&id, "Until six, dear customer.").await?;
        let heard = customer.receives(4).await?;
        assert_eq!(heard.last().map(String::as_str), Some("Until six, dear customer."));

        ann.does(&id, "resolve").await?;
        ann.sees_status(&id, "resolved").await?;
        customer.says("hours").await?;
        let heard = customer.receives(5).await?;
        assert_eq!(heard.last().map(String::as_str), Some(shop::HOURS), "the assistant is back");
        ann.sees_status(&id, "bot").await?;
        drop(page);
    }
    Ok(())
}

async fn the_waiting_line_is_served_in_order_within_capacity(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    alex.hires("zoe@demo.example", 1).await?;
    let mut waiting = Vec::new();
    for (account, number) in [(WHATSAPP, 1), (PAGE, 2)] {
        let customer = world.customer(account, number)?;
        let asked = format!("{number} asks");
        customer.says("/live_agent").await?;
        customer.says(&asked).await?;
        assert_eq!(customer.receives(1).await?, [shop::ONE_MOMENT]);
        let conversation = alex.conversation_with(&asked).await?;
        alex.sees_status(&conversation.id, "waiting").await?;
        waiting.push(conversation.id);
    }
    let [first, second] = waiting.as_slice() else { return Err("two customers wait".into()) };

    let zoe = world.agent_by_email("zoe@demo.example").await?;
    let _page = zoe.open_page().await?;
    let taken = alex.sees_status(first, "agent").await?;
    assert_eq!(taken.agent_id.as_deref(), Some(&*zoe.id));
    zoe.replies(first, "Here I am.").await?;
    world.customer(WHATSAPP, 1)?.receives(2).await?;
    assert_eq!(alex.conversation(second).await?.status, "waiting", "Zoe takes one at a time");

    zoe.does(first, "resolve").await?;
    let taken = alex.sees_status(second, "agent").await?;
    assert_eq!(taken.agent_id.as_deref(), Some(&*zoe.id));
    assert_eq!(alex.conversation(first).await?.status, "resolved");
    Ok(())
}

async fn help_lists_the_commands(world: &mut World) -> Outcome {
    let alex = world.agent(shop::ALEX).await?;
    for account in shop::ACCOUNTS {
        let customer = world.customer(account, 1)?;
        customer.says(" /HELP ").await?;
        assert_eq!(customer.receives(1).await?, ["You can write:"]);
        let text = customer.phone().await?.pop().and_then(|message| message.text);
        assert!(text.is_some_and(|text| text.contains("/live_agent")));
    }
    let all = alex.conversations("status=bot").await?;
    assert_eq!(all.len(), 3, "the assistant keeps the conversation: {all:?}");
    Ok(())
}
