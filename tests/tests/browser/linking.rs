//! A customer logs in on a phone: from the button in the chat to our page or the business's own
//! provider, and back.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_testkit::business::{ADA, Business, CLIENT, SECRET};
use switchboard_tests::{
    Outcome, World,
    browser::{Browsers, Page},
    desk::Agent,
    shop::{self, PAGE},
    wait,
};

const PSID: &str = "9000000000000888";
const CONFIRMED: &str = "Thank you, Ada Lovelace. You are logged in as customer C-1001.";

/// The shop asks its customers to log in, and somebody wrote to it.
struct Shop {
    alex: Agent,
    conversation: String,
    phone: Page,
    scheme: &'static str,
    browsers: Browsers,
}

impl Shop {
    async fn open(world: &World, scheme: &'static str) -> Outcome<Self> {
        let browsers = Browsers::start().await?;
        world.simulator()?.customer(PAGE, PSID).says("/live_agent").await?;
        let alex = world.agent(shop::ALEX).await?;
        let conversation = alex.conversation_with("/live_agent").await?.id;
        let phone = browsers.open(&world.phone_page(PAGE, PSID)).await?;
        phone.becomes_a_phone(scheme).await?;
        Ok(Self { alex, conversation, phone, scheme, browsers })
    }

    /// The agent sends the button, the customer taps it: what opens.
    async fn taps_log_in(&self) -> Outcome {
        self.alex.does(&self.conversation, "login-button").await?;
        self.phone.sees("button.tap.login", "Log In").await?;
        self.phone.goes_to_what_opens("button.tap.login", "Log In").await?;
        self.phone.becomes_a_phone(self.scheme).await
    }

    /// The customer is back on the phone, and agents see who they are.
    async fn knows_ada(&self) -> Outcome {
        self.phone.sees("main[data-outcome=linked]", "Your account is linked").await?;
        self.phone.clicks("a", "Back to the phone").await?;
        self.phone.sees(".message.business", CONFIRMED).await?;
        self.number_is(ADA.number.into()).await
    }

    async fn number_is(&self, number: Value) -> Outcome {
        let path = format!("conversations/{}", self.conversation);
        wait::until("the desk shows the customer's number", async || {
            let shown: Value = self.alex.read(&path).await?;
            let found = shown.pointer("/contact/customer_number").cloned().unwrap_or_default();
            if found == number { Ok(()) } else { Err(format!("it is {found}").into()) }
        })
        .await
    }

    async fn closes(self) -> Outcome {
        self.phone.closes().await?;
        drop(self.browsers);
        Ok(())
    }
}

pub(crate) async fn a_customer_logs_in_on_a_phone(world: &mut World) -> Outcome {
    let business = Business::start().await?;
    let url = business.endpoint();
    let which = ["--page", PAGE.external_id, "--url", &url, "--secret"];
    world.command(&[&["account", "linking", "http"], &which[..]].concat(), SECRET)?;
    let shop = Shop::open(world, "light").await?;
    let phone = &shop.phone;

    // Whoever thinks better of it goes back without being linked.
    shop.taps_log_in().await?;
    phone.sees("h1", "Log in to Corner Shop").await?;
    phone.has_in_reach(&["#username", "#password", "button[value=log_in]"]).await?;
    phone.poses("linking-form").await?;
    phone.clicks("button[value=cancel]", "Cancel").await?;
    phone.sees("main[data-outcome=aborted]", "You did not log in").await?;
    phone.clicks("a", "Back to the phone").await?;

    shop.taps_log_in().await?;
    phone.writes("#username", ADA.username).await?;
    assert_eq!(phone.focused_label().await?, "Customer number, e-mail or user name");
    phone.writes("#password", "a guess").await?;
    assert_eq!(phone.focused_label().await?, "Password");
    phone.clicks("button[value=log_in]", "Log in").await?;
    phone.sees("[role=alert]", "That is not right").await?;
    phone.has_in_reach(&["#password", "button[value=log_in]"]).await?;
    phone.poses("linking-wrong-password").await?;
    phone.forgives("the server responded with a status of 403").await?;
    phone.writes("#password", ADA.password).await?;
    phone.clicks("button[value=log_in]", "Log in").await?;
    shop.knows_ada().await?;
    phone.poses("linking-confirmed").await?;

    shop.alex.does(&shop.conversation, "unlink").await?;
    phone.sees(".message.business", "You are logged out.").await?;
    shop.number_is(Value::Null).await?;
    business.stop().await;
    shop.closes().await
}

pub(crate) async fn a_customer_logs_in_at_the_shops_provider(world: &mut World) -> Outcome {
    let business = Business::start().await?;
    let shop = Shop::open(world, "dark").await?;
    let account = shop.alex.account(PAGE.external_id).await?.id;
    let provider = json!({
        "kind": "oidc", "issuer": business.issuer(), "client_id": CLIENT.0, "scopes": "profile",
        "customer_claim": "customer_number", "name_claim": "name",
    });
    let body = json!({ "method": provider, "secret": CLIENT.1 });
    shop.alex.write(Method::PUT, &format!("accounts/{account}/linking"), &body).await?;

    shop.taps_log_in().await?;
    let phone = &shop.phone;
    phone.sees("p", "Go on only if you have just tapped Log In").await?;
    phone.has_in_reach(&["button[value=log_in]", "button[value=cancel]"]).await?;
    phone.poses("linking-provider").await?;
    phone.clicks("button[value=log_in]", "Go on to log in").await?;
    phone.sees("h1", "The provider").await?;
    phone.writes("input[name=username]", ADA.username).await?;
    phone.writes("input[name=password]", ADA.password).await?;
    phone.clicks("button[value=log_in]", "Sign in").await?;
    shop.knows_ada().await?;
    business.stop().await;
    shop.closes().await
}
