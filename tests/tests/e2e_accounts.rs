//! Accounts that Meta refuses: they stop sending, people are told, and nothing is lost.

use switchboard_tests::{
    Outcome, World, both_modes,
    desk::Agent,
    shop::{self, PAGE, WHATSAPP},
    wait,
};

both_modes!(a_revoked_token_stops_its_account_until_there_is_another);

/// Meta's subcode for a password that was changed.
const PASSWORD_CHANGED: i64 = 460;

async fn a_revoked_token_stops_its_account_until_there_is_another(world: &mut World) -> Outcome {
    let (alex, simulator) = (world.agent(shop::ALEX).await?, world.simulator()?);
    let customer = world.customer(PAGE, 1)?;
    customer.says("hello").await?;
    customer.receives(2).await?;
    simulator.add_token(PAGE.token, PAGE, Some(PASSWORD_CHANGED)).await?;

    customer.says("hours").await?;
    let stopped = sends(&alex, false).await?;
    assert!(stopped.health.reason.is_some_and(|reason| !reason.is_empty()), "it says why");
    customer.says("order").await?;
    let id = alex.conversation_with("order").await?.id;
    let held = alex
        .sees(&id, "both answers are held", |transcript| {
            transcript.iter().filter(|message| message.status == "pending").count() == 2
        })
        .await?;
    assert_eq!(held.len(), 7, "what comes in goes on: {held:#?}");
    let other = world.customer(WHATSAPP, 1)?;
    other.says("hello").await?;
    assert_eq!(other.receives(2).await?, shop::GREETING, "other accounts go on");
    assert!(alex.account(WHATSAPP.external_id).await?.health.sending);
    assert_eq!(customer.phone().await?.len(), 2);

    simulator.add_token("another-page-token", PAGE, None).await?;
    let which = ["--channel", PAGE.channel.as_str(), "--external-id", PAGE.external_id];
    world.command(&[&["account", "token"], &which[..]].concat(), "another-page-token")?;
    let heard = customer.receives(4).await?;
    let [first, second] = shop::GREETING;
    assert_eq!(heard, [first, second, shop::HOURS, shop::ORDER]);
    sends(&alex, true).await?;
    simulator.idle().await?;
    assert_eq!(customer.phone().await?.len(), 4, "nothing came twice");
    Ok(())
}

/// Waits until the desk shows that the Page sends, or that it does not.
async fn sends(alex: &Agent, sending: bool) -> Outcome<switchboard_tests::desk::Account> {
    wait::until(&format!("the desk shows the Page with sending {sending}"), async || {
        let page = alex.account(PAGE.external_id).await?;
        if page.health.sending == sending {
            Ok(page)
        } else {
            Err(format!("it is {page:?}").into())
        }
    })
    .await
}
